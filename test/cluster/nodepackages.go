package main

import (
	"context"

	"github.com/prodcheck/kubectl-prodcheck/test/cluster/internal/node"
)

// installNodePackages installs the packages that this machine lacks for running
// a node and for watching it in tests.
func installNodePackages(ctx context.Context, _ []string) error {
	return node.InstallPackages(ctx)
}
