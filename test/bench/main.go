//go:build linux

// Command bench measures an audit of large clusters on a real API server, in
// turn with programs for comparison: kubectl get pods -A, and bare readers of
// the same lists. See docs/performance.md.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

// verbs are the parts of this program that run as processes of their own,
// because they are measured, or because the parent of a measured process must
// stay small.
var verbs = map[string]func(ctx context.Context, args []string) error{
	fillVerb:  fill,
	readVerb:  read,
	floorVerb: floor,
	lintVerb:  lint,
	serveVerb: serve,
	runVerb:   runProgram,
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	verb, args := bench, os.Args[1:]
	if len(args) > 0 && verbs[args[0]] != nil {
		verb, args = verbs[args[0]], args[1:]
	}
	if err := verb(ctx, args); err != nil {
		fmt.Fprintf(os.Stderr, "error: %v\n", err)
		os.Exit(1)
	}
}

func bench(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("bench", flag.ExitOnError)
	pods := flags.String("pods", "30,2000,20000", "sizes of the clusters, in pods, separated by commas")
	loads := flags.String("loads", uniform+","+varied, "whether pods of a workload are equal or differ, separated by commas")
	rounds := flags.Int("rounds", 3, "how often everything is measured, after one round to warm up")
	shards := flags.Int("shards", 8, "in how many shards clusters of more than 30 pods are audited as well")
	plugin := flags.String("plugin", "bin/kubectl-prodcheck", "the program to measure")
	if err := flags.Parse(args); err != nil {
		return err
	}
	sizes, err := sizesOf(*pods, *loads)
	if err != nil {
		return err
	}
	for _, size := range sizes {
		if size.inMemory() {
			result, err := measureInMemory(ctx, *plugin, size, *rounds)
			if err != nil {
				return err
			}
			result.print(os.Stdout)
			continue
		}
		data, err := filled(ctx, size)
		if err != nil {
			return err
		}
		result, err := measure(ctx, data, *plugin, size, *rounds, *shards)
		if err != nil {
			return err
		}
		result.print(os.Stdout)
	}
	return nil
}
