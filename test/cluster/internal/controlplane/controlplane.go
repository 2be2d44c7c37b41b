// Package controlplane runs etcd, the API server, the controller manager and the scheduler.
package controlplane

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"github.com/prodcheck/kubectl-prodcheck/test/cluster/internal/ports"
	"github.com/prodcheck/kubectl-prodcheck/test/cluster/internal/process"
)

// Options say how to run a control plane.
type Options struct {
	// Dir is the directory for everything it writes. It must exist.
	Dir string
	// Address is the address that the API server listens on.
	Address string
	// Node is set if a kubelet will join.
	Node bool
	// Data is the directory of etcd's data, by default one in Dir. It contains the
	// state of the cluster.
	Data string
	// WithoutControllers leaves out the scheduler and the controller manager.
	WithoutControllers bool
	// APIServer is the binary of an API server to run instead of this one's own.
	APIServer string
}

// ControlPlane is a running control plane.
type ControlPlane struct {
	Server   string // The URL of the API server.
	CAFile   string // For verifying its certificate.
	AuditLog string // Every request that it answered, one JSON document per line.

	options Options
	group   *process.Group
	users   map[string]user
	etcd    string // The URL of etcd.
}

// Start starts a control plane as part of the group and waits until pods can be created in its default namespace; without
// controllers, until the API server is ready.
func Start(ctx context.Context, group *process.Group, options Options) (*ControlPlane, error) {
	c := &ControlPlane{
		CAFile:   filepath.Join(options.Dir, "certs", "apiserver.crt"),
		AuditLog: filepath.Join(options.Dir, "audit.log"),
		options:  options,
		group:    group,
		users:    newUsers(),
	}
	starts := []func(context.Context) error{c.startEtcd, c.startAPIServer}
	if !options.WithoutControllers {
		starts = append(starts, c.startScheduler, c.startControllerManager)
	}
	for _, start := range starts {
		if err := start(ctx); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// Kubeconfig returns the path of the kubeconfig of one of the users.
func (c *ControlPlane) Kubeconfig(user string) string {
	return c.path(fmt.Sprintf("%s.kubeconfig", user))
}

// Token authenticates one of the users.
func (c *ControlPlane) Token(user string) string { return c.users[user].token }

func (c *ControlPlane) path(name string) string { return filepath.Join(c.options.Dir, name) }

// start starts one of the programs inside this binary, or its replacement.
func (c *ControlPlane) start(program string, args ...string) (*process.Process, error) {
	if program == apiServer && c.options.APIServer != "" {
		return c.group.Start(program, exec.Command(c.options.APIServer, args...))
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return c.group.Start(program, exec.Command(self, append([]string{program}, args...)...))
}

func (c *ControlPlane) writeKubeconfigs() error {
	ca, err := os.ReadFile(c.CAFile)
	if err != nil {
		return err
	}
	for name, u := range c.users {
		if err := writeKubeconfig(c.Kubeconfig(name), c.Server, ca, u); err != nil {
			return err
		}
	}
	return nil
}

// listenAddresses returns n different addresses of the form HOST:PORT on which
// nobody listens.
func listenAddresses(host string, n int) ([]string, error) {
	free, err := ports.Free(host, n)
	if err != nil {
		return nil, err
	}
	addresses := make([]string, n)
	for i, port := range free {
		addresses[i] = net.JoinHostPort(host, strconv.Itoa(port))
	}
	return addresses, nil
}
