package history

import (
	"iter"
	"runtime"
)

// run is an entry that was read, or why it could not be.
type run struct {
	file    string
	entry   *entry
	problem error
}

// read reads entries in their order, some ahead of the one that is asked for.
func read(files []string) iter.Seq[run] {
	return func(yield func(run) bool) {
		ahead := make(chan chan run, runtime.GOMAXPROCS(0))
		stop := make(chan struct{})
		defer close(stop)
		go func() {
			defer close(ahead)
			for _, file := range files {
				one := make(chan run, 1)
				select {
				case ahead <- one:
				case <-stop:
					return
				}
				go func() {
					e, err := readEntry(file)
					one <- run{file, e, err}
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
