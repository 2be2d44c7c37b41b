// Package kube gives tests a real Kubernetes: see test/cluster, which runs it.
package kube

import (
	"errors"
	"runtime"
	"testing"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// Cluster is a running cluster. Only the caller uses it, and nothing in it is
// kept.
type Cluster struct {
	Kubeconfig       string // The path of the kubeconfig of AdminUser.
	AdminUser        string // May do everything.
	ReaderKubeconfig string // The path of the kubeconfig of ReaderUser.
	ReaderUser       string // Has no permissions: tests bind roles to it.
	AuditLog         string // The path of a log of every request, "" in a cluster that exists already; see Audited.
	Logs             string // A directory with the log of each component.
	Node             string // The name of the node, "" without WithNode.

	config  *rest.Config
	client  kubernetes.Interface
	runner  *runner
	kubectl string
	plugins []string
}

// Option changes the cluster. Without options it is a control plane, which
// starts in seconds and has no nodes.
type Option func(*options)

type options struct {
	node   bool
	images []string
	// imageArchives are files with further images.
	imageArchives []string
	plugins       []string
	data          string
	still         bool
	oldest        bool
	// apiServer is the binary of another API server, "" for the cluster's own.
	apiServer string
}

// WithNode adds a node on which pods really run. That needs root and the packages that "cluster node-packages"
// installs.
func WithNode() Option { return func(o *options) { o.node = true } }

// WithImages adds names of images on the node. Behind each is busybox, as behind
// busybox:latest and busybox:1.36, which are always there. Nothing else can be
// pulled.
func WithImages(names ...string) Option {
	return func(o *options) { o.images = append(o.images, names...) }
}

// WithImageArchive adds the images in a file on the node, as docker save writes it.
func WithImageArchive(file string) Option {
	return func(o *options) { o.imageArchives = append(o.imageArchives, file) }
}

// WithPlugins makes kubectl find the plugins in dir.
func WithPlugins(dir string) Option { return func(o *options) { o.plugins = append(o.plugins, dir) } }

// WithData keeps the state of the cluster in dir: the next cluster there has the same objects.
func WithData(dir string) Option { return func(o *options) { o.data = dir } }

// WithoutControllers leaves out the scheduler and the controller manager: all objects stay as they are written, and
// nothing but the API server is busy.
func WithoutControllers() Option { return func(o *options) { o.still = true } }

// WithOldestServer runs the API server of an older Kubernetes, which takes
// minutes to build the first time. It has no controllers, because the newest
// ones request APIs that it does not have.
func WithOldestServer() Option { return func(o *options) { o.oldest, o.still = true, true } }

// Start starts a cluster for the rest of the test, or connects to an existing one: see existingVariable.
func Start(t testing.TB, opts ...Option) *Cluster {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("the test cluster runs on Linux only")
	}
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	if kubeconfig := existing(); kubeconfig != "" {
		if o.isolated() {
			t.Skip("needs a cluster of its own")
		}
		cluster, err := connectExisting(t, kubeconfig)
		if err != nil {
			t.Fatalf("connect to the cluster of %s: %v", existingVariable, err)
		}
		cluster.runner = &runner{} // It never ends.
		cluster.plugins = o.plugins
		return cluster
	}
	cluster, stop, err := Run(opts...)
	if err != nil {
		t.Fatalf("start a cluster: %v", err)
	}
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Errorf("stop the cluster: %v", err)
		}
	})
	return cluster
}

// Run starts a cluster, for TestMain. It lives until stop is called, or this process ends.
func Run(opts ...Option) (cluster *Cluster, stop func() error, err error) {
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	binary, err := build("cluster", clusterModule)
	if err != nil {
		return nil, nil, err
	}
	if o.oldest {
		if o.apiServer, err = build("kube-apiserver-oldest", oldestModule); err != nil {
			return nil, nil, err
		}
	}
	r, d, err := startRunner(binary, o)
	if err != nil {
		return nil, nil, err
	}
	cluster, err = connect(d)
	if err != nil {
		return nil, nil, errors.Join(err, r.stop())
	}
	cluster.runner = r
	cluster.plugins = o.plugins
	return cluster, r.stop, nil
}

func connect(d description) (*Cluster, error) {
	config, err := clientcmd.BuildConfigFromFlags("", d.Kubeconfig)
	if err != nil {
		return nil, err
	}
	config.QPS = -1 // Nobody else uses the server.
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	return &Cluster{
		Kubeconfig:       d.Kubeconfig,
		AdminUser:        d.AdminUser,
		ReaderKubeconfig: d.ReaderKubeconfig,
		ReaderUser:       d.ReaderUser,
		AuditLog:         d.AuditLog,
		Logs:             d.Logs,
		Node:             d.Node,
		config:           config,
		client:           client,
		kubectl:          d.Kubectl,
	}, nil
}

// Config returns a copy of the configuration of a client that may do everything.
func (c *Cluster) Config() *rest.Config { return rest.CopyConfig(c.config) }

// Client returns a client that may do everything.
func (c *Cluster) Client() kubernetes.Interface { return c.client }
