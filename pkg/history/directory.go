// Package history keeps reports in a directory, and tells what they say together.
//
// Each report is a file of its own: it gets its name when it is complete, so that a
// crash, a full disk or a second writer harms no other. The reports of each cluster and
// scope have a subdirectory.
package history

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/internal/fileerror"
	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// Directory is the path of a history.
type Directory string

// The names of files begin with the time of the report. Incomplete files begin with a
// dot.
const (
	timeFormat = "20060102T150405Z"
	extension  = ".json.gz"
	incomplete = "."
)

// abandoned is the age of an incomplete file that no writer is busy with any more.
const abandoned = 24 * time.Hour

// Append adds a report, completely or not at all. The umask decides who may read it, as for
// all files that the program writes.
func (d Directory) Append(r *api.Report) error {
	return d.append(r, func(name string) (file, error) { return os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666) })
}

// file is an os.File, or one of a test on a disk that is full.
type file interface {
	io.WriteCloser
	Name() string
	Sync() error
}

func (d Directory) append(r *api.Report, create func(name string) (file, error)) error {
	series := filepath.Join(string(d), seriesName(r))
	if err := os.MkdirAll(series, 0o777); err != nil {
		return plain(err)
	}
	files, err := d.before(r)
	if err != nil {
		return err
	}
	var entries reader
	last := entries.first(slices.Backward(files))
	known := recall(last, r.Metadata.CreationTimestamp)
	appeared, gone := known.add(r)
	sums := known.sum(r, appeared, gone)
	if last == nil {
		sums.New, sums.Gone = nil, nil
	}
	name := r.Metadata.CreationTimestamp.UTC().Format(timeFormat) + "-" + rand.Text() + extension
	file, err := create(filepath.Join(series, incomplete+name))
	if err != nil {
		return plain(err)
	}
	defer os.Remove(file.Name())
	err = writeEntry(file, sums, known.hand(r), r)
	if err == nil {
		err = file.Sync()
	}
	if err := errors.Join(err, file.Close()); err != nil {
		return plain(err)
	}
	if err := os.Rename(file.Name(), filepath.Join(series, name)); err != nil {
		return plain(err)
	}
	syncDirectory(series)
	return nil
}

// syncDirectory makes a new name durable, where the system can. The entry is complete
// in any case.
func syncDirectory(name string) {
	if dir, err := os.Open(name); err == nil {
		_ = dir.Sync()
		_ = dir.Close()
	}
}

// Prune removes the reports of all clusters from before a time, and files that no writer
// has completed in a day by the clock of this machine.
func (d Directory) Prune(before, now time.Time) error {
	all, err := d.series()
	if errors.Is(err, fs.ErrNotExist) {
		// The first report makes the directory.
		return nil
	}
	if err != nil {
		return err
	}
	var failures []error
	remove := func(file string) {
		// A second writer may have been faster.
		if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
			failures = append(failures, plain(err))
		}
	}
	for _, name := range all {
		found, err := list(name)
		if err != nil {
			failures = append(failures, err)
			continue
		}
		for _, file := range found.complete {
			if at, err := timeOf(file); err == nil && at.Before(before) {
				remove(file)
			}
		}
		for _, file := range found.begun {
			if info, err := os.Stat(file); err == nil && now.Sub(info.ModTime()) > abandoned {
				remove(file)
			}
		}
	}
	return errors.Join(failures...)
}

// series returns the subdirectories.
func (d Directory) series() ([]string, error) {
	entries, err := os.ReadDir(string(d))
	if err != nil {
		return nil, plain(err)
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() {
			names = append(names, filepath.Join(string(d), e.Name()))
		}
	}
	return names, nil
}

// files lists the files of a series, by time.
type files struct{ complete, begun []string }

// list returns the files of a series, none if there is no such series yet.
func list(series string) (files, error) {
	entries, err := os.ReadDir(series)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return files{}, plain(err)
	}
	var found files
	for _, e := range entries {
		file := filepath.Join(series, e.Name())
		if _, err := timeOf(file); err != nil || !strings.HasSuffix(file, extension) || !e.Type().IsRegular() {
			continue
		}
		if strings.HasPrefix(e.Name(), incomplete) {
			found.begun = append(found.begun, file)
		} else {
			found.complete = append(found.complete, file)
		}
	}
	return found, nil
}

// before lists the complete files of a report's series from before the report.
func (d Directory) before(r *api.Report) ([]string, error) {
	found, err := list(filepath.Join(string(d), seriesName(r)))
	now := r.Metadata.CreationTimestamp.Time
	return slices.DeleteFunc(found.complete, func(file string) bool {
		at, err := timeOf(file)
		return err != nil || !at.Before(now)
	}), err
}

// timeOf reads the time in the name of a file.
func timeOf(file string) (time.Time, error) {
	at, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(file), incomplete), "-")
	return time.Parse(timeFormat, at)
}

// seriesName is the subdirectory of a cluster and scope: readable, and distinct by a
// hash.
func seriesName(r *api.Report) string {
	scope := "all"
	if !r.Scope.AllNamespaces {
		scope = strings.Join(r.Scope.Namespaces, "+")
	}
	readable := strings.Map(func(c rune) rune {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-':
			return c
		}
		return '_'
	}, r.Metadata.Name+"-"+scope)
	identity, err := json.Marshal([]any{r.Metadata.Name, r.Scope.AllNamespaces, r.Scope.Namespaces, r.Scope.Objects, r.Scope.Selector, r.Shard})
	if err != nil {
		panic(fmt.Sprintf("words are always valid JSON: %v", err))
	}
	sum := sha256.Sum256(identity)
	return readable[:min(len(readable), maxReadable)] + "-" + hex.EncodeToString(sum[:4])
}

// maxReadable keeps the name of a subdirectory below every file system's limit.
const maxReadable = 100

// plain names the file of an error, and nothing of system calls.
func plain(err error) error {
	return fmt.Errorf("history: %w", fileerror.Named(err))
}
