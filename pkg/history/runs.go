package history

import (
	"iter"
	"runtime"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// run is an entry that was read, or why it could not be.
type run struct {
	file    string
	report  *api.Report
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
					r, err := readOutline(file)
					one <- run{file, r, err}
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
