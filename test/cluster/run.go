package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/prodcheck/kubectl-prodcheck/test/cluster/internal/cluster"
)

// run runs a cluster until ctx or the standard input ends. The one line it prints says that the cluster is ready.
func run(ctx context.Context, args []string) error {
	var options cluster.Options
	flags := flag.NewFlagSet("run", flag.ExitOnError)
	clusterFlags(flags, &options)
	flags.BoolVar(&options.Node, "node", false, "add a node on which pods really run (needs root and some packages)")
	flags.StringVar(&options.Data, "data", "", "directory for the state of the cluster, which is kept")
	flags.BoolVar(&options.WithoutControllers, "without-controllers", false,
		"leave out the scheduler and the controller manager")
	flags.StringVar(&options.APIServer, "kube-apiserver", "", "another API server to run, such as an older one")
	if err := parse(flags, args); err != nil {
		return err
	}

	// If nobody reads the output any longer, that is an ordinary error, and no
	// reason to die at once.
	signal.Ignore(syscall.SIGPIPE)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	// The program that started this one holds the other end. It need not even know
	// how to stop a cluster: it may just die.
	go func() {
		defer cancel()
		_, _ = io.Copy(io.Discard, os.Stdin)
	}()

	c, err := cluster.Start(ctx, options)
	if err != nil {
		return err
	}
	if err := json.NewEncoder(os.Stdout).Encode(c.Description()); err != nil {
		return errors.Join(err, c.Stop())
	}
	return errors.Join(c.Wait(ctx), c.Stop())
}
