package main

import (
	"flag"
	"fmt"
	"path/filepath"

	"github.com/prodcheck/kubectl-prodcheck/test/cluster/internal/cluster"
)

// clusterFlags registers the flags of every verb that starts a cluster.
func clusterFlags(flags *flag.FlagSet, options *cluster.Options) {
	flags.StringVar(&options.Dir, "dir", options.Dir, "directory that holds the cluster and is removed with it")
	flags.Func("image-archive", "file with an image for the node, as docker save writes it (may be repeated)", func(file string) error {
		path, err := filepath.Abs(file)
		options.ImageArchives = append(options.ImageArchives, path)
		return err
	})
	flags.Func("image", "another name of the busybox image on the node (may be repeated)", func(name string) error {
		options.Images = append(options.Images, name)
		return nil
	})
}

// parse parses arguments that are flags only.
func parse(flags *flag.FlagSet, args []string) error {
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	return nil
}
