package history

import (
	"iter"
	"runtime"
)

// run is a part of an entry that was read, or why it could not be.
type run[Part any] struct {
	file    string
	entry   Part
	problem error
}

// read reads a part of entries in their order, some ahead of the one that is asked for.
func read[Part any](files []string, load func(file string) (Part, error)) iter.Seq[run[Part]] {
	return func(yield func(run[Part]) bool) {
		ahead := make(chan chan run[Part], runtime.GOMAXPROCS(0))
		stop := make(chan struct{})
		defer close(stop)
		go func() {
			defer close(ahead)
			for _, file := range files {
				one := make(chan run[Part], 1)
				select {
				case ahead <- one:
				case <-stop:
					return
				}
				go func() {
					e, err := load(file)
					one <- run[Part]{file, e, err}
				}()
			}
		}()
		for one := range ahead {
			if !yield(<-one) {
				return
			}
		}
	}
}
