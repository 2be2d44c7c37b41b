// Package fileerror words the errors of files in the same way on all systems: what is
// wrong, without the system call.
package fileerror

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// Cause returns what is wrong with a file, without its name. Other errors stay as they are.
func Cause(err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		err = path.Err
	case errors.As(err, &link):
		err = link.Err
	default:
		return err
	}
	for _, known := range words {
		if errors.Is(err, known.is) {
			return worded{known.text, err}
		}
	}
	return err
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
var words = []struct {
	is   error
	text string
}{
	{fs.ErrNotExist, "no such file or directory"}, {fs.ErrPermission, "permission denied"}, {fs.ErrExist, "file exists"},
}

// worded is an error in other words.
type worded struct {
	text string
	error
}

func (w worded) Error() string { return w.text }
func (w worded) Unwrap() error { return w.error }
