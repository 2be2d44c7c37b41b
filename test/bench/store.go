//go:build linux

package main

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/prodcheck/kubectl-prodcheck/test/kube"
)

// What a filled cluster holds is what its objects and this source say.
//
//go:embed fill.go
var fillSource []byte

// filled returns the data of a cluster with a load. It is filled once and kept,
// in the user's cache.
func filled(ctx context.Context, l size) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	stores := filepath.Join(cache, "prodcheck-bench")
	example, err := json.Marshal(l.cluster().Example())
	if err != nil {
		return "", err
	}
	version := sha256.Sum256(append(example, fillSource...))
	data := filepath.Join(stores, fmt.Sprintf("%s-%x", l.file(), version[:6]))
	if _, err := os.Stat(data); err == nil {
		return data, nil
	}
	outdated, err := filepath.Glob(filepath.Join(stores, l.file()+"-*"))
	if err != nil {
		return "", err
	}
	for _, dir := range outdated {
		if err := os.RemoveAll(dir); err != nil {
			return "", err
		}
	}
	// The name is given last, so that anything with that name is complete.
	filling := data + ".filling"
	if err := os.MkdirAll(stores, 0o755); err != nil {
		return "", err
	}
	if err := fillNew(ctx, filling, l); err != nil {
		return "", errors.Join(err, os.RemoveAll(filling))
	}
	return data, os.Rename(filling, data)
}

func fillNew(ctx context.Context, data string, l size) error {
	fmt.Fprintf(os.Stderr, "filling a cluster with %s\n", l)
	cluster, stop, err := kube.Run(kube.WithData(data), kube.WithoutControllers())
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return errors.Join(err, stop())
	}
	cmd := exec.CommandContext(ctx, self, append([]string{fillVerb}, l.args()...)...)
	cmd.Env = append(os.Environ(), "KUBECONFIG="+cluster.Kubeconfig)
	cmd.Stderr = os.Stderr
	return errors.Join(cmd.Run(), stop())
}
