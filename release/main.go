// Command release builds what a release consists of, as .goreleaser.yaml says: archives, their checksums and bills of
// materials, krew's manifest and the container image. GoReleaser does the same on the project's forge; this needs
// nothing but Go, in minutes instead of an hour, and publishes nothing.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

const usage = `What a release of kubectl-prodcheck consists of

  release snapshot [--dist DIR]                     archives, checksums, bills of materials, krew's manifest, images
  release image [--name NAME] --output FILE         the image for this machine, as docker load reads it
  release sbom --version VERSION ARCHIVE DOCUMENT   the bill of materials of the binary in an archive
`

var verbs = map[string]func(ctx context.Context, args []string) error{
	"snapshot": runSnapshot,
	"image":    runImage,
	"sbom":     runSBOM,
}

func main() {
	var run func(context.Context, []string) error
	if len(os.Args) > 1 {
		run = verbs[os.Args[1]]
	}
	if run == nil {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[2:]); err != nil {
		fmt.Fprintf(os.Stderr, "error: %v\n", err)
		os.Exit(1)
	}
}

// parse parses flags, and wants as many arguments after them.
func parse(flags *flag.FlagSet, args []string, count int) error {
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() != count {
		return fmt.Errorf("%s takes %d arguments, not %q", flags.Name(), count, flags.Args())
	}
	return nil
}
