// Package processes judges how containers run their programs: the first process, background processes, logs
// and what is written to the root filesystem.
package processes

import (
	"embed"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
)

// Category is the category of the checks in this package.
var Category = audit.Category{Name: "processes", Fixtures: fixtures}

// Checks are the checks of the category, worst first.
var Checks = []*audit.Check{
	BackgroundProcess,
	ShellAsInit,
	RootFilesystemWritten,
	LogsToFile,
	LogsSilent,
	RootFilesystemWritable,
}

// fixtures are the checks' examples and tests: testdata/ID/CASE.yaml.
//
//go:embed testdata
var fixtures embed.FS
