// Command bench measures an audit of large clusters on a real API server, in
// turn with programs for comparison: kubectl get pods -A, and a bare reader of
// the same lists. See docs/performance.md.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
)

// verbs are the parts of this program that run as processes of their own,
// because they are measured, or because the parent of a measured process must
// stay small.
var verbs = map[string]func(ctx context.Context, args []string) error{
	fillVerb: fill,
	readVerb: read,
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	run, args := bench, os.Args[1:]
	if len(args) > 0 && verbs[args[0]] != nil {
		run, args = verbs[args[0]], args[1:]
	}
	if err := run(ctx, args); err != nil {
		fmt.Fprintf(os.Stderr, "error: %v\n", err)
		os.Exit(1)
	}
}

func bench(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("bench", flag.ExitOnError)
	sizes := flags.String("pods", "30,2000,20000", "sizes of the clusters, in pods, separated by commas")
	rounds := flags.Int("rounds", 5, "how often everything is measured, after one round to warm up")
	plugin := flags.String("plugin", "bin/kubectl-prodcheck", "the program to measure")
	if err := flags.Parse(args); err != nil {
		return err
	}
	for size := range strings.SplitSeq(*sizes, ",") {
		pods, err := strconv.Atoi(size)
		if err != nil || pods <= 0 || pods%podsPerWorkload != 0 {
			return fmt.Errorf("%q pods: not a multiple of %d", size, podsPerWorkload)
		}
		data, err := filled(ctx, pods)
		if err != nil {
			return err
		}
		result, err := measure(ctx, data, *plugin, pods, *rounds)
		if err != nil {
			return err
		}
		result.print(os.Stdout)
	}
	return nil
}
