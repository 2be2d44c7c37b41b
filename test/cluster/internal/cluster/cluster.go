// Package cluster puts a whole cluster together and takes it apart again.
package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/test/cluster/internal/controlplane"
	"github.com/prodcheck/kubectl-prodcheck/test/cluster/internal/node"
	"github.com/prodcheck/kubectl-prodcheck/test/cluster/internal/ports"
	"github.com/prodcheck/kubectl-prodcheck/test/cluster/internal/process"
)

// startTimeout limits a start, which usually takes a few seconds. A busy machine
// gets more.
const startTimeout = 3 * time.Minute

// Options say what cluster to start.
type Options struct {
	// Dir is a directory that is empty or does not exist, by default a temporary
	// one. It is removed at the end.
	Dir string
	// Node adds a node on which pods really run.
	Node bool
	// Images are further names of images on the node. All of them are busybox.
	Images []string
	// ImageArchives are files with more images, as docker save writes them. The node must see them, so they are not below
	// /run, /var/lib or /var/log.
	ImageArchives []string
	// Data is a directory for the state of the cluster. A later cluster has the
	// objects in it, and it is not removed. By default the state is kept in Dir.
	Data string
	// WithoutControllers leaves out the scheduler and the controller manager: all objects stay as they are written.
	WithoutControllers bool
	// APIServer is the binary of an API server to run instead of this one's own.
	APIServer string
}

// Cluster is a running cluster.
type Cluster struct {
	dir          *directory
	group        *process.Group
	node         *node.Node // nil without a node
	controlPlane *controlplane.ControlPlane
}

// Start starts a cluster and returns when it is ready. Nothing is left of one that fails to start.
func Start(ctx context.Context, options Options) (*Cluster, error) {
	if options.Node {
		if err := node.CheckRequirements(); err != nil {
			return nil, err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	// A port that was free may be in use by the time its program listens. Three
	// times in a row is no coincidence.
	const attempts = 3
	var err error
	for range attempts {
		var c *Cluster
		if c, err = start(ctx, options); !ports.Taken(err) {
			return c, err
		}
	}
	return nil, err
}

func start(ctx context.Context, options Options) (*Cluster, error) {
	dir, err := claim(options.Dir)
	if err != nil {
		return nil, err
	}
	c := &Cluster{dir: dir, group: process.NewGroup(dir.logs())}
	if err := c.run(ctx, options); err != nil {
		return nil, errors.Join(err, c.Stop())
	}
	return c, nil
}

func (c *Cluster) run(ctx context.Context, options Options) error {
	address := "127.0.0.1"
	if options.Node {
		// The node comes first: the API server listens on the link to it.
		var err error
		if c.node, err = node.Isolate(c.group, c.dir.path); err != nil {
			return err
		}
		address = c.node.HostAddress()
	}
	var err error
	if c.controlPlane, err = controlplane.Start(ctx, c.group, controlplane.Options{
		Dir:                c.dir.path,
		Address:            address,
		Node:               options.Node,
		Data:               options.Data,
		WithoutControllers: options.WithoutControllers,
		APIServer:          options.APIServer,
	}); err != nil {
		return err
	}
	if options.Node {
		kubeconfig := c.controlPlane.Kubeconfig(controlplane.Kubelet)
		if err := c.node.Join(ctx, controlplane.NodeName, kubeconfig, options.Images, options.ImageArchives); err != nil {
			return err
		}
	}
	if err := c.linkKubectl(); err != nil {
		return err
	}
	return c.Description().write()
}

// linkKubectl makes a kubectl: this binary is one when it is called by that name.
func (c *Cluster) linkKubectl() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if err := os.Mkdir(filepath.Dir(c.kubectl()), 0o755); err != nil {
		return err
	}
	return os.Symlink(self, c.kubectl())
}

func (c *Cluster) kubectl() string { return filepath.Join(c.dir.path, "bin", "kubectl") }

// Description describes the cluster.
func (c *Cluster) Description() Description {
	d := Description{
		Pid:              os.Getpid(),
		Dir:              c.dir.path,
		Logs:             c.dir.logs(),
		Server:           c.controlPlane.Server,
		CAFile:           c.controlPlane.CAFile,
		AuditLog:         c.controlPlane.AuditLog,
		Kubectl:          c.kubectl(),
		Kubeconfig:       c.controlPlane.Kubeconfig(controlplane.Admin),
		AdminUser:        controlplane.Admin,
		AdminToken:       c.controlPlane.Token(controlplane.Admin),
		ReaderKubeconfig: c.controlPlane.Kubeconfig(controlplane.Reader),
		ReaderUser:       controlplane.Reader,
		ReaderToken:      c.controlPlane.Token(controlplane.Reader),
	}
	if c.node != nil {
		d.Node = controlplane.NodeName
	}
	return d
}

// Wait returns nil when ctx ends, and an error as soon as a program of the cluster does.
func (c *Cluster) Wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case p := <-c.group.Ended():
		return p.Failure()
	}
}

// Stop ends the cluster and removes everything it made.
func (c *Cluster) Stop() error {
	c.group.Kill()
	var err error
	if c.node != nil {
		err = c.node.Remove()
	}
	if err := errors.Join(err, c.dir.remove()); err != nil {
		return fmt.Errorf("clean up: %w", err)
	}
	return nil
}
