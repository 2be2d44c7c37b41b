package cli

import (
	"context"
	"os"
	"time"

	"k8s.io/cli-runtime/pkg/genericiooptions"

	"github.com/prodcheck/kubectl-prodcheck/pkg/checks"
)

// main is the program that scripts run.
func main() { os.Exit(Main(checks.All())) }

// acme is somebody else's program with the same checks.
func acme() { os.Exit(Main(checks.All(), Plugin("acmecheck"))) }

// run runs the program in the process of its test.
func run(args []string, streams genericiooptions.IOStreams) int {
	return runUntil(context.Background(), args, streams)
}

// runUntil is run with an interrupt: the end of the context. When it watches, it judges at
// once.
func runUntil(ctx context.Context, args []string, streams genericiooptions.IOStreams) int {
	p := newProgram(checks.All(), streams)
	p.pace.Pause = time.Millisecond
	return p.run(ctx, args)
}
