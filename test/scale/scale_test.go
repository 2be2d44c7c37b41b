package scale

import (
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"k8s.io/client-go/rest"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/live"
	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/printers"
)

const synthetic = 100_000

var options = audit.Options{Checks: defaultChecks(), Profile: api.Production, Now: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)}

func defaultChecks() []*audit.Check {
	selected, err := audit.Select(checks.All(), audit.Selection{})
	if err != nil {
		panic(err)
	}
	return selected
}

func read(b testing.TB, url string) *inventory.Inventory {
	b.Helper()
	source := live.Source{Config: &rest.Config{Host: url}, ChunkSize: pageSize}
	inv, err := source.Read(b.Context(), audit.Request(options.Checks, inventory.Scope{}))
	if err != nil {
		b.Fatal(err)
	}
	return inv
}

// BenchmarkFetch is the floor: it discards the pages of pods unread.
func BenchmarkFetch(b *testing.B) {
	server := serve(b, synthetic)
	for b.Loop() {
		for n := range synthetic / pageSize {
			resp, err := http.Get(fmt.Sprintf("%s/api/v1/pods?continue=%d", server.URL, n))
			if err != nil {
				b.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, resp.Body); err != nil {
				b.Fatal(err)
			}
			_ = resp.Body.Close()
		}
	}
	perPod(b, synthetic)
}

// BenchmarkRead fetches, decodes, projects and resolves everything that an audit
// reads.
func BenchmarkRead(b *testing.B) {
	server := serve(b, synthetic)
	b.ReportAllocs()
	for b.Loop() {
		if inv := read(b, server.URL); inv.PodCount() != synthetic || !inv.CompleteIn("", inventory.Pods) {
			b.Fatalf("%d pods, %+v", inv.PodCount(), inv.Reads)
		}
	}
	perPod(b, synthetic)
}

// BenchmarkEvaluate runs all checks over an inventory in memory.
func BenchmarkEvaluate(b *testing.B) {
	inv := read(b, serve(b, synthetic).URL)
	b.ReportAllocs()
	for b.Loop() {
		// The synthetic cluster lacks objects that a few checks need.
		if r := audit.Run(inv, options); r.Summary.Subjects.Pods != synthetic || r.Summary.Coverage < 0.99 {
			b.Fatalf("%+v", r.Summary)
		}
	}
	perPod(b, synthetic)
}

func BenchmarkPrint(b *testing.B) {
	r := audit.Run(read(b, serve(b, synthetic).URL), options)
	b.ReportAllocs()
	for b.Loop() {
		if err := printers.Table(io.Discard, r, printers.Options{}); err != nil {
			b.Fatal(err)
		}
	}
	perPod(b, synthetic)
}

func perPod(b *testing.B, pods int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(pods), "ns/pod")
}
