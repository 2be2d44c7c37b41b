package main

import (
	"context"
	"errors"
	"io"

	"github.com/spf13/cobra"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// filesFlags are files to audit instead of a cluster.
type filesFlags struct {
	names          []string
	recursive      bool
	assumeComplete bool
}

func (f *filesFlags) addFlags(cmd *cobra.Command) {
	cmd.Flags().StringSliceVarP(&f.names, "filename", "f", f.names,
		"Filename, directory, or URL to files to audit instead of a cluster; '-' is standard input")
	cmd.Flags().BoolVarP(&f.recursive, "recursive", "R", f.recursive,
		"Process the directory used in -f, --filename recursively")
	f.addAssumeComplete(cmd)
}

func (f *filesFlags) addAssumeComplete(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&f.assumeComplete, "assume-complete", f.assumeComplete,
		"Judge the files of -f, --filename as all of a cluster: what they do not hold does not exist. A snapshot knows by itself what it holds")
}

func (f *filesFlags) given() bool { return len(f.names) > 0 }

// validate knows from the sources of values what the command line alone asks for.
func (f *filesFlags) validate(sources map[string]string) error {
	switch {
	case f.given():
	case f.recursive:
		return errors.New("--recursive cannot be used without --filename")
	case sources["assume-complete"] == "--assume-complete":
		return errors.New("--assume-complete cannot be used without --filename")
	}
	return nil
}

func (f *filesFlags) source(ctx context.Context, in io.Reader) *inventory.Files {
	return &inventory.Files{
		Filenames: f.names, Recursive: f.recursive, AssumeComplete: f.assumeComplete, Stdin: interruptible{ctx, in},
	}
}
