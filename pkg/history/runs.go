package history

import (
	"errors"
	"io/fs"
	"iter"
	"path/filepath"
	"runtime"
	"slices"
	"time"

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

// window is how far back an audit looks for findings that come and go.
const window = 7 * 24 * time.Hour

// recent returns the runs before a report that an audit looks at: those of the window or,
// if there is none, the last one.
func (d Directory) recent(r *api.Report) (reports []*api.Report, problems []api.NotRead, err error) {
	found, err := list(filepath.Join(string(d), seriesName(r)))
	if err != nil {
		return nil, nil, err
	}
	now := r.Metadata.CreationTimestamp.Time
	files := slices.DeleteFunc(found.complete, func(file string) bool {
		at, err := timeOf(file)
		return err != nil || !at.Before(now)
	})
	for _, file := range slices.Backward(files) {
		at, _ := timeOf(file)
		if at.Before(now.Add(-window)) && len(reports) > 0 {
			break
		}
		outline, err := readOutline(file)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			// Somebody has pruned it.
		case err != nil:
			problems = append(problems, notRead(file, err))
		default:
			reports = append(reports, outline)
		}
	}
	slices.Reverse(reports)
	return reports, problems, nil
}

func notRead(file string, err error) api.NotRead {
	return api.NotRead{File: filepath.ToSlash(file), Reason: api.Text(err.Error(), api.MaxMessage)}
}

func reasonOf(err error) error {
	var of *fs.PathError
	if errors.As(err, &of) {
		return of.Err
	}
	return err
}
