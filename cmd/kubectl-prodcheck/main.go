// Command kubectl-prodcheck audits a Kubernetes cluster for production
// readiness. Installed on PATH, it is kubectl's plugin "prodcheck".
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/klog/v2"

	// Kubeconfigs may ask for any of client-go's ways to log in.
	_ "k8s.io/client-go/plugin/pkg/client/auth"
	// The container image has no certificates of its own. Where the system has some, these are not used.
	_ "golang.org/x/crypto/x509roots/fallback"

	"github.com/go-logr/logr"
)

func main() {
	boundGarbage()
	os.Exit(run(os.Args, genericiooptions.IOStreams{In: os.Stdin, Out: os.Stdout, ErrOut: os.Stderr}))
}

func run(args []string, streams genericiooptions.IOStreams) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// The first signal asks to end, the second one kills as usual.
	context.AfterFunc(ctx, stop)
	// A reader that has seen enough (head, a pager) changes neither the result
	// of the audit nor its exit status.
	signal.Ignore(syscall.SIGPIPE)
	// What client-go logs is for its developers.
	klog.SetLogger(logr.Discard())

	args, streams = asCompleter(args, streams)
	root := newRootCommand(args[0], streams)
	root.SetArgs(args[1:])
	return exitStatus(root.ExecuteContext(ctx), streams.ErrOut)
}
