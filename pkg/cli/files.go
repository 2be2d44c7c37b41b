package cli

import (
	"errors"
	"io"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/files"
	"github.com/prodcheck/kubectl-prodcheck/pkg/cli/internal/settings"
)

// filesFlags name files to audit instead of a cluster.
type filesFlags struct {
	names     []string
	recursive bool
	// The sizes limit what is read.
	maxDocument, maxFile, maxInput sizeFlag
}

func newFilesFlags() filesFlags {
	return filesFlags{maxDocument: "8Mi", maxFile: "4Gi", maxInput: "16Gi"}
}

func (f *filesFlags) addFlags(cmd *cobra.Command) {
	cmd.Flags().StringSliceVarP(&f.names, "filename", "f", f.names,
		"Filename, directory, or URL to files to audit instead of a cluster; '-' is standard input")
	cmd.Flags().BoolVarP(&f.recursive, "recursive", "R", f.recursive,
		"Process the directory used in -f, --filename recursively")
	addAssumeCompleteFlag(cmd)
	cmd.Flags().Var(&f.maxDocument, "max-document-size",
		"The largest object, or document that is not a List, to read from files. Pass 0 for no limit")
	cmd.Flags().Var(&f.maxFile, "max-file-size", "The largest file to read, unpacked. Pass 0 for no limit")
	cmd.Flags().Var(&f.maxInput, "max-input-size", "The most to read from all files together, unpacked. Pass 0 for no limit")
}

func addAssumeCompleteFlag(cmd *cobra.Command) {
	cmd.Flags().Bool("assume-complete", false,
		"Judge the files of -f, --filename as a complete cluster: an object that is not in them does not exist. Snapshots do not need this flag")
}

func (f *filesFlags) given() bool { return len(f.names) > 0 }

// validate refuses flags that only make sense for files.
func (f *filesFlags) validate(s *settings.Settings) error {
	switch {
	case f.given():
	case f.recursive:
		return errors.New("--recursive cannot be used without --filename")
	case s.AssumeComplete.Source.Origin == settings.Flag:
		return errors.New("--assume-complete cannot be used without --filename")
	}
	return nil
}

func (f *filesFlags) source(in io.Reader, s *settings.Settings) *files.Source {
	return &files.Source{
		Filenames: f.names, Recursive: f.recursive, AssumeComplete: s.AssumeComplete.Value, Stdin: in,
		Limits: files.Limits{
			Document: f.maxDocument.limit("--max-document-size"),
			File:     f.maxFile.limit("--max-file-size"),
			Input:    f.maxInput.limit("--max-input-size"),
		},
	}
}

// sizeFlag is a number of bytes as Kubernetes writes it: 16Mi.
type sizeFlag string

func (f *sizeFlag) String() string { return string(*f) }
func (f *sizeFlag) Type() string   { return "quantity" }

func (f *sizeFlag) Set(text string) error {
	if size, err := resource.ParseQuantity(text); err != nil || size.Sign() < 0 {
		return errors.New("must be a size such as 16Mi")
	}
	*f = sizeFlag(text)
	return nil
}

func (f *sizeFlag) limit(name string) files.Limit {
	size := resource.MustParse(string(*f))
	return files.Limit{Size: size.Value(), Name: name}
}
