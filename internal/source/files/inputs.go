package files

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/internal/fileerror"
)

const stdinName = "stdin"

// extensions selects the files that are read from a directory: those that
// kubectl reads, and the same compressed.
var extensions = []string{".json", ".yaml", ".yml", ".json.gz", ".yaml.gz", ".yml.gz"}

// input is a stream of manifests.
type input struct {
	name string
	// named is set if the user named the input itself, not its directory.
	named bool
	open  func(context.Context) (io.ReadCloser, error)
	// problem says why the input is not opened.
	problem string
}

// inputs resolves the names, in order.
func (f *Source) inputs() iter.Seq2[input, error] {
	return func(yield func(input, error) bool) {
		for _, name := range f.Filenames {
			var err error
			var more bool
			switch {
			case name == "-":
				more = yield(input{name: cmp.Or(f.StdinName, stdinName), named: true, open: func(context.Context) (io.ReadCloser, error) {
					return io.NopCloser(f.Stdin), nil
				}}, nil)
			case isURL(name):
				more = yield(input{name: plainName(name), named: true, open: func(ctx context.Context) (io.ReadCloser, error) {
					return download(ctx, name)
				}}, nil)
			default:
				more, err = f.paths(name, yield)
			}
			if err != nil {
				yield(input{}, err)
				return
			}
			if !more {
				return
			}
		}
	}
}

// paths yields what path yields for each file that a name means.
func (f *Source) paths(name string, yield func(input, error) bool) (bool, error) {
	for _, path := range Match(name) {
		if more, err := f.path(path, yield); err != nil || !more {
			return more, err
		}
	}
	return true, nil
}

// Match returns the files that a name means: itself or, if there is no such file, those that
// match it as a pattern. The shells of Windows leave patterns to programs.
func Match(name string) []string {
	if _, err := os.Lstat(name); err == nil {
		return []string{name}
	}
	if matches, err := filepath.Glob(name); err == nil && len(matches) > 0 {
		return matches
	}
	return []string{name}
}

// path yields a file, or the files of a directory.
func (f *Source) path(name string, yield func(input, error) bool) (bool, error) {
	info, err := os.Stat(name)
	switch {
	case err != nil && strings.Contains(name, "://"):
		return false, fmt.Errorf("%s: not a file, and not a URL that begins with http:// or https://", name)
	case err != nil:
		return false, fileerror.Named(err)
	case info.IsDir():
		return f.directory(name, yield)
	}
	return yield(fileInput(name, true), nil), nil
}

func isManifest(path string) bool {
	return slices.ContainsFunc(extensions, func(extension string) bool { return strings.HasSuffix(path, extension) })
}

// fileInput has the name of a file as reports have it, with slashes on all systems.
func fileInput(path string, named bool) input {
	return input{name: filepath.ToSlash(path), named: named, open: func(context.Context) (io.ReadCloser, error) {
		file, err := os.Open(path)
		return file, fileerror.Cause(err)
	}}
}
