package history

import (
	"errors"
	"io/fs"
	"iter"
	"path/filepath"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// reader reads some entries of a series, each at most once.
type reader struct {
	entries  map[string]*entry
	problems []api.NotRead
}

// first returns the first of the entries that can be read, nil if there is none.
func (r *reader) first(files iter.Seq2[int, string]) *entry {
	for _, file := range files {
		if e := r.read(file); e != nil {
			return e
		}
	}
	return nil
}

// read returns nil for an entry that is damaged, or that somebody has pruned.
func (r *reader) read(file string) *entry {
	e, known := r.entries[file]
	if known {
		return e
	}
	e, err := readOutline(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		r.problems = append(r.problems, notRead(file, err))
	}
	if r.entries == nil {
		r.entries = map[string]*entry{}
	}
	r.entries[file] = e
	return e
}

func notRead(file string, err error) api.NotRead {
	return api.NotRead{File: filepath.ToSlash(file), Reason: api.Text(err.Error(), api.MaxMessage)}
}
