package history

import (
	"iter"
	"runtime"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// run is an entry that was read, or why it could not be.
type run struct {
	file    string
	entry   *entry
	problem error
}

// Runs returns all audits of the history, by cluster and scope, the oldest first. What cannot
// be read is left out.
func (d Directory) Runs() ([]api.Run, error) {
	all, err := d.series()
	if err != nil {
		return nil, err
	}
	var runs []api.Run
	for _, name := range all {
		found, err := list(name)
		if err != nil {
			return nil, err
		}
		for one := range read(found.complete, readSums) {
			if one.problem == nil {
				runs = append(runs, runOf(one.entry.Report))
			}
		}
	}
	return runs, nil
}

// read reads entries in their order, some ahead of the one that is asked for.
func read(files []string, load func(file string) (*entry, error)) iter.Seq[run] {
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
					e, err := load(file)
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
