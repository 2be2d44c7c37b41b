package main

import (
	"context"

	"github.com/prodcheck/kubectl-prodcheck/test/cluster/internal/node"
)

// installNodePackages installs what a node, and what watches it in tests, needs and this machine does not have.
func installNodePackages(ctx context.Context, _ []string) error {
	return node.InstallPackages(ctx)
}
