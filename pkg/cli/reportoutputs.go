package cli

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/config"
	"github.com/prodcheck/kubectl-prodcheck/pkg/printers"
)

// complete makes outputs from the flag and from the files in the configuration.
// An output of the flag replaces a file with the same format.
func (f *reportFlags) complete(file *config.File) error {
	if f.sortBy != "" && !slices.Contains(printers.SortKeys, f.sortBy) {
		return fmt.Errorf("--sort-by must be one of %s, not %q", strings.Join(printers.SortKeys, ", "), f.sortBy)
	}
	for _, what := range f.show {
		if !slices.Contains(printers.ShowKeys, what) {
			return fmt.Errorf("--show must be some of %s, not %q", strings.Join(printers.ShowKeys, ", "), what)
		}
	}
	toStdout := false
	inFile := maps.Clone(file.Config.Outputs)
	for _, text := range f.given {
		o, err := f.parse(text)
		if err != nil {
			return err
		}
		f.outputs = append(f.outputs, o)
		toStdout = toStdout || o.file == ""
		delete(inFile, o.format)
	}
	for _, format := range slices.Sorted(maps.Keys(inFile)) {
		o, err := f.inFile(format, inFile[format])
		if err != nil {
			return configError{fmt.Errorf("%s: %w", file.Source("outputs."+format), err)}
		}
		f.outputs = append(f.outputs, o)
	}
	if !toStdout {
		o, err := f.standard()
		if err != nil {
			return err
		}
		f.outputs = append([]output{o}, f.outputs...)
	}
	return distinct(f.outputs)
}

// standard returns the output of an audit without -o.
func (f *reportFlags) standard() (output, error) {
	if f.hasTemplate() {
		return f.parse("go-template")
	}
	return output{print: printers.People}, nil
}

// distinct refuses two outputs to the same file.
func distinct(outputs []output) error {
	seen := map[string]bool{}
	for _, o := range outputs {
		path := filepath.Clean(o.file)
		if o.file != "" && seen[path] {
			return fmt.Errorf("two outputs are written to %s", o.file)
		}
		seen[path] = true
	}
	return nil
}

// parse reads FORMAT, FORMAT=ARGUMENT or FORMAT=FILE.
func (f *reportFlags) parse(text string) (output, error) {
	name, after, hasMore := strings.Cut(text, "=")
	format, err := f.named(name)
	if err != nil {
		return output{}, err
	}
	o := output{format: name, print: format.Print}
	switch {
	case format.Parse != nil:
		o.whole = true
		o.print, err = format.Parse(after)
	case hasMore && after == "":
		err = fmt.Errorf("-o %s= names no file; '-' is standard output", name)
	case hasMore && after != "-":
		o.file = fileOf(format, after)
	}
	return o, err
}

// inFile makes an output from the configuration.
func (f *reportFlags) inFile(name, path string) (output, error) {
	format, err := f.named(name)
	switch {
	case err != nil:
		return output{}, err
	case format.Parse != nil:
		return output{}, fmt.Errorf("outputs.%s: this format needs an argument, so only -o can use it", name)
	case path == "" || path == "-":
		return output{}, fmt.Errorf("outputs.%s must be a file or a directory, not %q", name, path)
	}
	return output{format: name, file: fileOf(format, path), print: format.Print}, nil
}

func (f *reportFlags) named(name string) (printers.Format, error) {
	formats := f.formats()
	i := slices.IndexFunc(formats, func(format printers.Format) bool { return format.Name == name })
	if i < 0 {
		return printers.Format{}, unknownFormat(name, f.formatNames())
	}
	return formats[i], nil
}
