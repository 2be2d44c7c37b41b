//go:build linux

package main

import (
	"context"
	"fmt"
	"net/url"
	"os"

	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

const (
	floorVerb  = "floor"
	floorAgent = "prodcheck-bench-floor"

	compressed   = "gzip"
	uncompressed = "plain"
)

// floor gets each list at once, one after the other, and discards it: no client can do
// with less. The first argument says whether the lists come compressed.
func floor(ctx context.Context, args []string) error {
	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	if err != nil {
		return err
	}
	config.UserAgent, config.DisableCompression = floorAgent, args[0] == uncompressed
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		return err
	}
	for _, list := range args[1:] {
		uri, err := url.Parse(config.Host + list)
		if err != nil {
			return fmt.Errorf("%s: %w", list, err)
		}
		query := uri.Query()
		query.Del("limit")
		uri.RawQuery = query.Encode()
		if _, err := get(ctx, client, uri.String(), accept(uri.Path)); err != nil {
			return err
		}
	}
	return nil
}
