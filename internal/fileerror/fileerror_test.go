package fileerror

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// systemError stands for errors in the words of a system.
type systemError struct{ is error }

func (systemError) Error() string          { return "The system cannot find the file specified." }
func (e systemError) Is(target error) bool { return target == e.is }

func TestCause(t *testing.T) {
	odd := errors.New("disk on fire")
	for _, test := range []struct {
		err         error
		cause, name string
	}{
		{&fs.PathError{Op: "open", Path: "a.yaml", Err: systemError{fs.ErrNotExist}}, "no such file or directory", "a.yaml: no such file or directory"},
		{fmt.Errorf("read: %w", &fs.PathError{Op: "open", Path: "a.yaml", Err: systemError{fs.ErrPermission}}), "permission denied", "a.yaml: permission denied"},
		{&fs.PathError{Op: "read", Path: "a.yaml", Err: odd}, "disk on fire", "a.yaml: disk on fire"},
		{&os.LinkError{Op: "rename", Old: "a", New: "b", Err: systemError{fs.ErrExist}}, "file exists", "rename a b: The system cannot find the file specified."},
		{odd, "disk on fire", "disk on fire"},
	} {
		if got := Cause(test.err); got.Error() != test.cause {
			t.Errorf("cause of %v: %v, want %s", test.err, got, test.cause)
		}
		if got := Named(test.err); got.Error() != test.name {
			t.Errorf("%v with its name: %v, want %s", test.err, got, test.name)
		}
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "report.json")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		filepath.Join(dir, "nothing"): "no such file or directory",
		filepath.Join(dir, "*.yaml"):  "no such file or directory",
		filepath.Join(file, "a.json"): "not a directory",
		dir:                           "is a directory",
	} {
		if _, err := os.ReadFile(name); Cause(err).Error() != want {
			t.Errorf("%s: %v, want %s", name, Cause(err), want)
		}
	}
	if !errors.Is(Cause(&fs.PathError{Err: fs.ErrNotExist}), fs.ErrNotExist) {
		t.Error("a cause is no longer what it was")
	}
}
