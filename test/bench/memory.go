//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"github.com/prodcheck/kubectl-prodcheck/test/load"
)

const serveVerb = "serve"

// serve answers as an API server would, from memory, until the context ends. It prints where.
func serve(ctx context.Context, args []string) error {
	content, err := sizeOf(args)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Printf("http://%s\n", listener.Addr())
	server := &http.Server{Handler: load.Server(content.cluster()), ReadHeaderTimeout: time.Minute}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	if err := server.Serve(listener); err != http.ErrServerClosed {
		return err
	}
	return nil
}

// measureInMemory measures an audit of lists from memory, which takes the way of those from
// an API server, over HTTP without encryption. Nothing else is compared: wall time is mostly
// that of making the pages.
func measureInMemory(ctx context.Context, plugin string, l size, rounds int) (r result, err error) {
	self, err := os.Executable()
	if err != nil {
		return r, err
	}
	dir, err := os.MkdirTemp("", "prodcheck-bench-")
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	server := exec.CommandContext(ctx, self, append([]string{serveVerb}, l.args()...)...)
	out, err := server.StdoutPipe()
	if err != nil {
		return r, err
	}
	if err := server.Start(); err != nil {
		return r, err
	}
	defer func() { _ = errors.Join(server.Process.Kill(), server.Wait()) }()
	var address string
	if _, err := fmt.Fscan(out, &address); err != nil {
		return r, err
	}
	config := clientcmdapi.NewConfig()
	config.Clusters["memory"] = &clientcmdapi.Cluster{Server: address}
	config.Contexts["memory"] = &clientcmdapi.Context{Cluster: "memory"}
	config.CurrentContext = "memory"
	kubeconfig := filepath.Join(dir, "kubeconfig")
	if err := clientcmd.WriteToFile(*config, kubeconfig); err != nil {
		return r, err
	}
	pod, err := l.cluster().PodSize()
	if err != nil {
		return r, err
	}
	r = result{size: l, podSize: pod, costs: map[string][]cost{}}
	for range rounds {
		cmd := exec.CommandContext(ctx, plugin, "-A", "-o", "json")
		cmd.Env = append(os.Environ(), "KUBECONFIG="+kubeconfig)
		c, err := run(ctx, cmd)
		if err != nil {
			return r, err
		}
		r.costs[auditName] = append(r.costs[auditName], c)
	}
	return r, nil
}
