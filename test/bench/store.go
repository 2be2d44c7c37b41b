package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"github.com/prodcheck/kubectl-prodcheck/test/kube"
)

// These sources determine the content of a filled cluster.
var (
	//go:embed objects.go
	objectsSource []byte
	//go:embed fill.go
	fillSource []byte
)

// filled returns the data of a cluster with that many pods. It is filled once
// and kept, in the user's cache.
func filled(ctx context.Context, pods int) (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	stores := filepath.Join(cache, "prodcheck-bench")
	version := sha256.Sum256(bytes.Join([][]byte{objectsSource, fillSource}, nil))
	data := filepath.Join(stores, fmt.Sprintf("%d-pods-%x", pods, version[:6]))
	if _, err := os.Stat(data); err == nil {
		return data, nil
	}
	outdated, err := filepath.Glob(filepath.Join(stores, fmt.Sprintf("%d-pods-*", pods)))
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
	if err := fillNew(ctx, filling, pods); err != nil {
		return "", errors.Join(err, os.RemoveAll(filling))
	}
	return data, os.Rename(filling, data)
}

func fillNew(ctx context.Context, data string, pods int) error {
	fmt.Fprintf(os.Stderr, "filling a cluster with %d pods\n", pods)
	cluster, stop, err := kube.Run(kube.WithData(data), kube.WithoutControllers())
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return errors.Join(err, stop())
	}
	cmd := exec.CommandContext(ctx, self, fillVerb, strconv.Itoa(pods))
	cmd.Env = append(os.Environ(), "KUBECONFIG="+cluster.Kubeconfig)
	cmd.Stderr = os.Stderr
	return errors.Join(cmd.Run(), stop())
}
