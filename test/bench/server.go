//go:build linux

package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/runtime"

	"github.com/prodcheck/kubectl-prodcheck/test/kube"
)

// server shows what the API server had to do.
type server struct{ *kube.Cluster }

// requests returns the URIs that a program has requested so far, in order.
func (s server) requests(agent string) ([]string, error) {
	events, err := s.Audited(s.AdminUser)
	if err != nil {
		return nil, err
	}
	var requests []string
	for _, event := range events {
		if strings.HasPrefix(event.UserAgent, agent) {
			requests = append(requests, event.RequestURI)
		}
	}
	return requests, nil
}

// metric returns the sum of a metric of the API server, of all series whose labels
// contain a text.
func (s server) metric(ctx context.Context, name, labels string) (float64, error) {
	body, err := s.Client().CoreV1().RESTClient().Get().AbsPath("/metrics").Do(ctx).Raw()
	if err != nil {
		return 0, err
	}
	var total float64
	for line := range strings.Lines(string(body)) {
		rest, found := strings.CutPrefix(line, name)
		if !found || rest[0] != '{' && rest[0] != ' ' || !strings.Contains(rest, labels) {
			continue
		}
		fields := strings.Fields(line)
		value, err := strconv.ParseFloat(fields[len(fields)-1], 64)
		if err != nil {
			return 0, fmt.Errorf("/metrics: %w", err)
		}
		total += value
	}
	return total, nil
}

// cpu returns how long the API server has kept a processor busy so far.
func (s server) cpu(ctx context.Context) (time.Duration, error) {
	seconds, err := s.metric(ctx, "process_cpu_seconds_total", "")
	return time.Duration(seconds * float64(time.Second)), err
}

// collectGarbage makes the API server collect its garbage.
func (s server) collectGarbage(ctx context.Context) error {
	return s.Client().CoreV1().RESTClient().Get().AbsPath("/debug/pprof/heap").Param("gc", "1").Do(ctx).Error()
}

// listBytes returns the bytes of all lists so far, compressed as on the wire.
func (s server) listBytes(ctx context.Context) (int64, error) {
	total, err := s.metric(ctx, "apiserver_response_sizes_sum", `verb="LIST"`)
	return int64(total), err
}

// podSize returns the mean size in protobuf of that many pods.
func (s server) podSize(ctx context.Context, sample int) (int, error) {
	body, err := s.Client().CoreV1().RESTClient().Get().AbsPath("/api/v1/pods").
		Param("limit", strconv.Itoa(sample)).SetHeader("Accept", runtime.ContentTypeProtobuf).Do(ctx).Raw()
	return len(body) / sample, err
}

// firstPages returns the requests that begin a list in pages. The others are
// later pages, or not lists.
func firstPages(requests []string) []string {
	return slices.DeleteFunc(slices.Clone(requests), func(uri string) bool {
		return strings.Contains(uri, "continue=") || !strings.Contains(uri, "limit=")
	})
}
