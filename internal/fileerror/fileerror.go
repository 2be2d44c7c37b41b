// Package fileerror words the errors of files in the same way on all systems: what is
// wrong, without the system call.
package fileerror

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
)

// Cause returns what is wrong with a file, without its name. Other errors stay as they are.
func Cause(err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return cause(path.Path, path.Err)
	case errors.As(err, &link):
		return cause(link.New, link.Err)
	}
	return err
}

// cause words an error of a file as Unix does.
func cause(name string, err error) error {
	if runtime.GOOS == "windows" && errors.Is(err, syscall.ENOTDIR) && hasFileFor(name) {
		return worded{"not a directory", err}
	}
	for _, known := range words {
		if errors.Is(err, known.is) {
			return worded{known.text, err}
		}
	}
	return err
}

// hasFileFor reports whether a file is where a path needs a directory. Windows has the same
// error for that and for nothing.
func hasFileFor(path string) bool {
	for above := filepath.Dir(path); path != above; path, above = above, filepath.Dir(above) {
		if info, err := os.Stat(path); err == nil {
			return !info.IsDir()
		}
	}
	return false
}

// Named returns the cause of an error of a file after the name that the error has for
// it. Other errors stay as they are.
func Named(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return fmt.Errorf("%s: %w", path.Path, Cause(err))
	}
	return err
}

// words lists what Unix says of each. Windows has sentences of its own.
var words = []wording{
	{fs.ErrNotExist, "no such file or directory"}, {fs.ErrPermission, "permission denied"}, {fs.ErrExist, "file exists"},
	{syscall.EISDIR, "is a directory"},
}

func init() {
	if runtime.GOOS == "windows" {
		words = append(words, wording{incorrectFunction, "is a directory"}, wording{invalidName, "no such file or directory"})
	}
}

// Codes of Windows for reading a directory, and for a name that no file can have.
const (
	incorrectFunction syscall.Errno = 1
	invalidName       syscall.Errno = 123
)

type wording struct {
	is   error
	text string
}

// worded is an error in other words.
type worded struct {
	text string
	error
}

func (w worded) Error() string { return w.text }
func (w worded) Unwrap() error { return w.error }
