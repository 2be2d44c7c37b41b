package main

import (
	"context"
	"flag"

	"github.com/prodcheck/kubectl-prodcheck/test/cluster/internal/cluster"
)

// down stops the cluster that up started and removes everything.
func down(ctx context.Context, args []string) error {
	dir, err := defaultDir()
	if err != nil {
		return err
	}
	flags := flag.NewFlagSet("down", flag.ExitOnError)
	flags.StringVar(&dir, "dir", dir, "directory of the cluster")
	if err := parse(flags, args); err != nil {
		return err
	}
	return cluster.Down(ctx, dir)
}
