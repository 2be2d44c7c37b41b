// Command cluster is a real Kubernetes in one binary, for tests: the programs a cluster consists of, and a runner that
// puts them together. See README.md.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/prodcheck/kubectl-prodcheck/test/cluster/internal/node"
)

const usage = `Real Kubernetes clusters for tests

  cluster run [--node] [--image NAME]... [--dir DIR]   run a cluster until the standard input ends, or SIGTERM
              [--image-archive FILE]... [--data DIR] [--without-controllers] [--kube-apiserver FILE]
  cluster up [--image NAME]... [--dir DIR]             leave a cluster with a node running in the background
             [--image-archive FILE]...
  cluster down [--dir DIR]                             stop it and remove everything
  cluster node-packages                                install what a node, and a Prometheus beside it, needs with apt-get

  cluster etcd|kube-apiserver|kube-controller-manager|kube-scheduler|kubelet|kubectl ARGUMENTS...
`

// verbs are the commands of this program in addition to the components.
var verbs = map[string]func(ctx context.Context, args []string) error{
	"run":           run,
	"up":            up,
	"down":          down,
	"node-packages": installNodePackages,
	// The inside of a node; see package node.
	node.InitVerb: node.Init,
	node.RunVerb:  node.Run,
}

func main() {
	// If the binary is called by the name of a component, as through a link named
	// kubectl, it is that component.
	name := filepath.Base(os.Args[0])
	if components[name] == nil && len(os.Args) > 1 {
		os.Args = os.Args[1:]
		name = os.Args[0]
	}
	if component := components[name]; component != nil {
		os.Exit(component())
	}
	verb := verbs[name]
	if verb == nil {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	if err := verb(ctx, os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "error: %v\n", err)
		os.Exit(1)
	}
}
