package kube

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"k8s.io/client-go/tools/clientcmd"
)

// existingVariable names the kubeconfig of a cluster, for example kind's, on
// which tests may run instead of starting one. It is not KUBECONFIG, which may
// lead to a cluster that somebody needs: tests create, break and delete objects.
const existingVariable = "PRODCHECK_TEST_KUBECONFIG"

// reader is impersonated if the cluster has no user of that name.
const reader = "prodcheck-reader"

// isolated reports whether a test needs what an existing cluster cannot offer.
func (o *options) isolated() bool {
	return len(o.images)+len(o.imageArchives) > 0 || o.data != "" || o.still || o.oldest
}

// connectExisting connects to the cluster of a kubeconfig whose user may do everything.
func connectExisting(t testing.TB, kubeconfig string) (*Cluster, error) {
	kubectl, err := exec.LookPath("kubectl")
	if err != nil {
		return nil, err
	}
	config, err := clientcmd.LoadFromFile(kubeconfig)
	if err != nil {
		return nil, err
	}
	current := config.Contexts[config.CurrentContext]
	if current == nil {
		return nil, errors.New(kubeconfig + " has no current context")
	}
	dir := t.TempDir()
	d := description{
		AdminUser: current.AuthInfo, Kubeconfig: filepath.Join(dir, "admin"), Kubectl: kubectl, Node: "any",
		ReaderKubeconfig: filepath.Join(dir, "reader"), ReaderUser: reader,
	}
	if err := clientcmd.WriteToFile(*config, d.Kubeconfig); err != nil {
		return nil, err
	}
	config.AuthInfos[current.AuthInfo].Impersonate = reader
	if err := clientcmd.WriteToFile(*config, d.ReaderKubeconfig); err != nil {
		return nil, err
	}
	return connect(d)
}

// existing returns the kubeconfig of the cluster to run on, "" if the test
// starts its own.
func existing() string { return os.Getenv(existingVariable) }
