package main

import (
	"context"
	"flag"
	"fmt"
	"os"

	"github.com/prodcheck/kubectl-prodcheck/test/cluster/internal/cluster"
)

// up leaves a cluster with a node running in the background.
func up(ctx context.Context, args []string) error {
	dir, err := defaultDir()
	if err != nil {
		return err
	}
	options := cluster.Options{Dir: dir}
	flags := flag.NewFlagSet("up", flag.ExitOnError)
	clusterFlags(flags, &options)
	if err := parse(flags, args); err != nil {
		return err
	}

	var description cluster.Description
	if cluster.Running(options.Dir) {
		if description, err = cluster.Describe(options.Dir); err != nil {
			return fmt.Errorf("the cluster in %s is still starting or stopping: %w", options.Dir, err)
		}
		fmt.Fprintf(os.Stderr, "# The cluster in %s already runs.\n", options.Dir)
	} else if description, err = background(ctx, options); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	// The output can be given to eval; everything else goes elsewhere.
	fmt.Printf("export KUBECONFIG=%s\n", description.Kubeconfig)
	fmt.Fprintf(os.Stderr, "# Logs: %s\n# Stop it: %s down --dir %s\n", description.Logs, self, description.Dir)
	return nil
}
