// Command kubectl-acmecheck is kubectl prodcheck with the checks of one company.
package main

import (
	"os"
	"slices"

	"github.com/prodcheck/kubectl-prodcheck/pkg/checks"
	"github.com/prodcheck/kubectl-prodcheck/pkg/cli"

	"example.com/acmecheck/acme"
)

func main() {
	os.Exit(cli.Main(slices.Concat(checks.All(), acme.Checks), cli.Plugin("acmecheck")))
}
