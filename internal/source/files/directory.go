package files

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/prodcheck/kubectl-prodcheck/internal/fileerror"
)

// directory yields the files of a directory, as kubectl would read them.
func (f *Source) directory(root string, yield func(input, error) bool) (bool, error) {
	found, more := false, true
	// With a slash at the end, the link is followed.
	err := filepath.WalkDir(root+string(filepath.Separator), func(path string, entry fs.DirEntry, err error) error {
		in := fileInput(filepath.Clean(path), false)
		switch {
		case err != nil:
			in.problem = fileerror.Cause(err).Error()
		case entry.IsDir():
			if filepath.Clean(path) != filepath.Clean(root) && !f.Recursive {
				return fs.SkipDir
			}
			return nil
		default:
			var read bool
			if in.problem, read = f.entry(root, in.name, entry); !read {
				return nil
			}
		}
		found = true
		if more = yield(in, nil); !more {
			return fs.SkipAll
		}
		if err != nil && entry != nil && entry.IsDir() {
			return fs.SkipDir
		}
		return nil
	})
	switch {
	case err != nil:
		return false, fileerror.Named(err)
	case !found:
		return false, EmptyError{root, f.Recursive}
	}
	return more, nil
}

// EmptyError describes a directory that contains no files to read.
type EmptyError struct {
	Directory string
	// Recursive is set if the directories in it were searched as well.
	Recursive bool
}

func (e EmptyError) Error() string {
	return fmt.Sprintf("%s: no files with the extensions %s", e.Directory, strings.Join(extensions[:3], ", "))
}

// entry decides whether an entry of a directory is read. problem says why it
// cannot be read.
func (f *Source) entry(root, path string, entry fs.DirEntry) (problem string, read bool) {
	mode := entry.Type()
	if mode&fs.ModeSymlink != 0 {
		target, err := os.Stat(path)
		switch {
		case errors.Is(err, syscall.ELOOP):
			return "a link that leads to itself", true
		case err != nil:
			return fileerror.Cause(err).Error(), isManifest(path)
		case target.IsDir():
			return linkProblem(root, path), f.Recursive && linkProblem(root, path) != ""
		}
		mode = target.Mode().Type()
	}
	switch {
	case mode&fs.ModeNamedPipe != 0:
		return "a named pipe, which is read only if you name it", true
	case mode&fs.ModeSocket != 0:
		return "a socket", true
	case mode&fs.ModeDevice != 0:
		return "a device", true
	}
	return "", isManifest(path)
}

// linkProblem says why a link to a directory is not followed. If the directory
// is read anyway, nothing is lost.
func linkProblem(root, path string) string {
	top, errTop := filepath.EvalSymlinks(root)
	here, errHere := filepath.EvalSymlinks(filepath.Dir(path))
	target, err := filepath.EvalSymlinks(path)
	if err := errors.Join(errTop, errHere, err); err != nil {
		return fileerror.Cause(err).Error()
	}
	switch {
	case within(here, target):
		return "a link to a directory that contains it"
	case within(target, top):
		return ""
	}
	return "a link to a directory elsewhere, which is not followed"
}

// within reports whether a path is a directory or in it.
func within(path, directory string) bool {
	relative, err := filepath.Rel(directory, path)
	return err == nil && relative != ".." && !strings.HasPrefix(relative, ".."+string(filepath.Separator))
}
