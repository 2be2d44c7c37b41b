package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	quantity "k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/cli-runtime/pkg/resource"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/files"
	"github.com/prodcheck/kubectl-prodcheck/pkg/cli/internal/settings"
)

// filesFlags name files to audit instead of a cluster.
type filesFlags struct {
	names         []string
	kustomization string
	recursive     bool
	// The sizes limit what is read.
	maxDocument, maxFile, maxInput sizeFlag

	// ignored are the flags that have no effect on files.
	ignored []string
}

func newFilesFlags() filesFlags {
	return filesFlags{maxDocument: "8Mi", maxFile: "4Gi", maxInput: "16Gi"}
}

func (f *filesFlags) addFlags(cmd *cobra.Command) {
	cmd.Flags().StringSliceVarP(&f.names, "filename", "f", f.names,
		"Filename, directory, or URL to files to audit instead of a cluster; '-' is standard input")
	cmd.Flags().StringVarP(&f.kustomization, "kustomize", "k", f.kustomization,
		"Kustomization directory to build and audit instead of a cluster. This flag can't be used together with -f or -R")
	cmd.Flags().BoolVarP(&f.recursive, "recursive", "R", f.recursive,
		"Process the directory used in -f, --filename recursively")
	completeFlag(cmd, "filename", completeFiles)
	completeFlag(cmd, "kustomize", completeDirectories)
	addAssumeCompleteFlag(cmd)
	cmd.Flags().Var(&f.maxDocument, "max-document-size",
		"The largest object to read from files; a List of objects may be larger. Pass 0 for no limit")
	cmd.Flags().Var(&f.maxFile, "max-file-size", "The largest file to read, uncompressed. Pass 0 for no limit")
	cmd.Flags().Var(&f.maxInput, "max-input-size", "The largest total size to read from all files, uncompressed. Pass 0 for no limit")
}

func addAssumeCompleteFlag(cmd *cobra.Command) {
	cmd.Flags().Bool("assume-complete", false,
		"Judge the files of -f, --filename as a complete cluster: an object that is not in them does not exist. Snapshots do not need this flag")
}

func (f *filesFlags) given() bool { return len(f.names) > 0 || f.kustomization != "" }

// complete refuses flags that only matter for a cluster. Flags for a connection are often
// part of an alias: they are ignored, as by commands of kubectl that need no cluster.
func (f *filesFlags) complete(cmd *cobra.Command) error {
	if !f.given() {
		return nil
	}
	if cmd.Flags().Changed("chunk-size") {
		return fmt.Errorf("--chunk-size cannot be used with %s: no cluster is read", f.flag())
	}
	cmd.Root().PersistentFlags().VisitAll(func(flag *pflag.Flag) {
		if flag.Changed {
			f.ignored = append(f.ignored, "--"+flag.Name)
		}
	})
	return nil
}

// flag is the one that names the files.
func (f *filesFlags) flag() string {
	if f.kustomization != "" {
		return "--kustomize"
	}
	return "--filename"
}

// validate refuses flags that only make sense for files.
func (f *filesFlags) validate(s *settings.Settings) error {
	switch {
	case f.kustomization != "" && len(f.names) > 0:
		return errors.New("--kustomize cannot be used with --filename")
	case f.kustomization != "" && f.recursive:
		return errors.New("--kustomize cannot be used with --recursive")
	case f.given():
	case f.recursive:
		return errors.New("--recursive cannot be used without --filename")
	case s.AssumeComplete.Source.Origin == settings.Flag:
		return errors.New("--assume-complete cannot be used without --filename or --kustomize")
	}
	return nil
}

// source returns the files, or what a kustomization builds.
func (f *filesFlags) source(streams genericiooptions.IOStreams, s *settings.Settings) (*files.Source, error) {
	if len(f.ignored) > 0 {
		fmt.Fprintf(streams.ErrOut, "ignored, because %s reads no cluster: %s\n", f.flag(), strings.Join(f.ignored, ", "))
	}
	names, built, in := f.names, "", streams.In
	if f.kustomization != "" {
		text, err := kustomize(f.kustomization)
		if err != nil {
			return nil, err
		}
		names, built, in = []string{"-"}, filepath.ToSlash(kustomizationFile(f.kustomization)), text
	}
	return &files.Source{
		Filenames: names, StdinName: built, Recursive: f.recursive, AssumeComplete: s.AssumeComplete.Value, Stdin: in,
		Limits: files.Limits{
			Document: f.maxDocument.limit("--max-document-size"),
			File:     f.maxFile.limit("--max-file-size"),
			Input:    f.maxInput.limit("--max-input-size"),
		},
	}, nil
}

// kustomizationFile returns the file of a kustomization, where readers look for findings of
// what it builds. A directory elsewhere stands for itself.
func kustomizationFile(directory string) string {
	for _, name := range []string{"kustomization.yaml", "kustomization.yml", "Kustomization"} {
		if file := filepath.Join(directory, name); isFile(file) {
			return file
		}
	}
	return directory
}

func isFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

// kustomize builds a kustomization as kubectl does, in one line: there is no line of what
// it builds.
func kustomize(directory string) (io.Reader, error) {
	infos, err := resource.NewLocalBuilder().Unstructured().Flatten().
		FilenameParam(false, &resource.FilenameOptions{Kustomize: directory}).Do().Infos()
	if err != nil {
		return nil, fmt.Errorf("--kustomize: %w", err)
	}
	var text bytes.Buffer
	for _, info := range infos {
		object, err := json.Marshal(info.Object)
		if err != nil {
			return nil, fmt.Errorf("--kustomize: %w", err)
		}
		text.Write(append(object, ' '))
	}
	return &text, nil
}

// sizeFlag is a number of bytes as Kubernetes writes it: 16Mi.
type sizeFlag string

func (f *sizeFlag) String() string { return string(*f) }
func (f *sizeFlag) Type() string   { return "quantity" }

func (f *sizeFlag) Set(text string) error {
	if size, err := quantity.ParseQuantity(text); err != nil || size.Sign() < 0 {
		return errors.New("must be a size such as 16Mi")
	}
	*f = sizeFlag(text)
	return nil
}

func (f *sizeFlag) limit(name string) files.Limit {
	size := quantity.MustParse(string(*f))
	return files.Limit{Size: size.Value(), Name: name}
}
