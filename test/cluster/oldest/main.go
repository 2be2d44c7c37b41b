// Command oldest is the API server of the oldest Kubernetes that tests run
// against. It is a separate module, because its packages have the same names as
// those of the newest.
package main

import (
	"os"

	"k8s.io/component-base/cli"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
)

func main() { os.Exit(cli.Run(app.NewAPIServerCommand())) }
