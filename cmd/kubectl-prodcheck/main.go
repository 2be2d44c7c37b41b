// Command kubectl-prodcheck audits a Kubernetes cluster for production
// readiness. Installed on PATH, it is kubectl's plugin "prodcheck".
package main

import (
	"os"

	"github.com/prodcheck/kubectl-prodcheck/pkg/checks"
	"github.com/prodcheck/kubectl-prodcheck/pkg/cli"
)

// The linker sets these in releases.
var version, commit, date string

func main() { os.Exit(cli.Main(checks.All(), cli.Build(version, commit, date))) }
