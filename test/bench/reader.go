//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"

	"golang.org/x/sync/errgroup"
	"google.golang.org/protobuf/encoding/protowire"
)

const (
	readVerb    = "read"
	readerAgent = "prodcheck-bench-reader"
	// listsAtOnce is the number of lists that an audit reads at once.
	listsAtOnce = 3
)

// read is the floor under every audit: it gets all pages of the lists, given by
// the URI of their first page, and discards them.
func read(ctx context.Context, lists []string) error {
	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	if err != nil {
		return err
	}
	config.UserAgent = readerAgent
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(listsAtOnce)
	for _, list := range lists {
		group.Go(func() error { return readList(ctx, client, config.Host, list) })
	}
	return group.Wait()
}

func readList(ctx context.Context, client *http.Client, server, list string) error {
	first, err := url.Parse(server + list)
	if err != nil {
		return err
	}
	for next := ""; ; {
		page := *first
		if next != "" {
			query := page.Query()
			query.Set("continue", next)
			page.RawQuery = query.Encode()
		}
		body, err := get(ctx, client, page.String(), accept(first.Path))
		if err != nil {
			return err
		}
		if len(body) == 0 {
			return nil
		}
		if next, err = continueToken(body); next == "" || err != nil {
			return err
		}
	}
}

// metadataOnly are the lists for which an audit requests only metadata.
var metadataOnly = []string{"replicasets", "configmaps", "secrets"}

// accept returns the Accept header of an audit.
func accept(file string) string {
	if slices.Contains(metadataOnly, path.Base(file)) {
		return runtime.ContentTypeProtobuf + ";as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
	}
	return runtime.ContentTypeProtobuf
}

func get(ctx context.Context, client *http.Client, url, accept string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", accept)
	resp, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusNotFound {
		// The custom resource is not installed. An audit requests it as well.
		return nil, nil
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", url, resp.Status)
	}
	return io.ReadAll(resp.Body)
}

// continueToken is in the metadata of a list, its field 1.
func continueToken(body []byte) (string, error) {
	var envelope runtime.Unknown
	if err := envelope.Unmarshal(body[len("k8s\x00"):]); err != nil {
		return "", err
	}
	number, wireType, n := protowire.ConsumeTag(envelope.Raw)
	if n < 0 || number != 1 || wireType != protowire.BytesType {
		return "", errors.New("the list does not begin with its metadata")
	}
	value, n := protowire.ConsumeBytes(envelope.Raw[n:])
	if n < 0 {
		return "", errors.New("the list is cut short")
	}
	var list metav1.ListMeta
	err := list.Unmarshal(value)
	return list.Continue, err
}
