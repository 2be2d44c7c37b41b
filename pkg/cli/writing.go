package cli

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/printers"
)

// output is a format and the place to write it to.
type output struct {
	// format is empty for the table.
	format string
	// file is empty for standard output.
	file string
	// whole is set for a format with an argument, with which it may fail in the middle.
	whole bool
	print printers.Print
}

// fileOf returns the path itself or, if the path is a directory, the file in it.
func fileOf(format printers.Format, path string) string {
	info, err := os.Stat(path)
	if strings.HasSuffix(path, "/") || os.IsPathSeparator(path[len(path)-1]) || err == nil && info.IsDir() {
		return filepath.Join(path, format.FileName())
	}
	return path
}

func (o output) write(found printers.Found, stdout io.Writer) error {
	if o.file != "" {
		if err := replaceFile(o.file, 0o666, func(w io.Writer) error { return o.print(w, found) }); err != nil {
			return ofFile(o.file, err)
		}
		return nil
	}
	if o.format == "json" || found.Several && !o.whole {
		// JSON is the largest format, and memory must not grow with the number of clusters.
		// Little can fail on the way but standard output.
		out := bufio.NewWriter(stdout)
		return cmp.Or(o.print(out, found), out.Flush())
	}
	var out bytes.Buffer
	if err := o.print(&out, found); err != nil {
		return err
	}
	_, err := out.WriteTo(stdout)
	return err
}

// replaceFile writes the whole file or nothing, because the file gets its name
// at the end. Anything that is not a regular file, such as a pipe, is written
// directly.
func replaceFile(name string, mode fs.FileMode, write func(io.Writer) error) error {
	if target, err := filepath.EvalSymlinks(name); err == nil {
		name = target
	}
	path, flags := filepath.Join(filepath.Dir(name), "."+filepath.Base(name)+"."+rand.Text()), os.O_CREATE|os.O_EXCL
	if info, err := os.Stat(name); err == nil {
		if mode = info.Mode().Perm(); !info.Mode().IsRegular() {
			path, flags = name, 0
		}
	}
	file, err := os.OpenFile(path, os.O_WRONLY|flags, mode)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(file)
	err = errors.Join(write(w), w.Flush(), file.Close())
	if path == name {
		return err
	}
	if err == nil {
		err = os.Rename(path, name)
	}
	if err != nil {
		_ = os.Remove(path)
	}
	return err
}
