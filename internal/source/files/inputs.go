package files

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

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

func isURL(name string) bool {
	return strings.HasPrefix(name, "http://") || strings.HasPrefix(name, "https://")
}

// plainName returns a name without the secrets that a URL may contain.
func plainName(name string) string {
	if !isURL(name) {
		return name
	}
	address, err := url.Parse(name)
	if err != nil {
		return "the URL"
	}
	return (&url.URL{Scheme: address.Scheme, Host: address.Host, Path: address.Path}).String()
}

// attempts limits how often a failing server is asked, as in kubectl.
const attempts = 3

func download(ctx context.Context, address string) (io.ReadCloser, error) {
	var failure error
	for n := range attempts {
		if n > 0 {
			select {
			case <-time.After(time.Second):
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		}
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		if err != nil {
			return nil, errors.New("not a URL")
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			failure = withoutURL(err)
			continue
		}
		if response.StatusCode == http.StatusOK {
			return response.Body, nil
		}
		response.Body.Close()
		failure = fmt.Errorf("the server answered %s", response.Status)
		if response.StatusCode < http.StatusInternalServerError {
			break
		}
	}
	return nil, failure
}

// withoutURL removes the URL, which may contain secrets, from an error.
func withoutURL(err error) error {
	var request *url.Error
	if errors.As(err, &request) {
		return request.Err
	}
	return err
}
