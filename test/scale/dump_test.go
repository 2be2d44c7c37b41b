package scale

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"testing"
	"time"

	"sigs.k8s.io/yaml"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/files"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// dumped pods are 31 MB of YAML, or 77 MB of JSON.
const dumped = 10_000

// BenchmarkReadDump reads the output of kubectl get pods -A. Its memory is
// x-live times the memory for reading the same pods from an API server.
func BenchmarkReadDump(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(20))
	server := serve(b, dumped)
	live := peakHeap(func() { read(b, server.URL) })
	for _, format := range []string{"yaml", "json"} {
		b.Run(format, func(b *testing.B) {
			name := filepath.Join(b.TempDir(), "pods."+format)
			b.SetBytes(writeDump(b, name, format))
			source := files.Source{Filenames: []string{name}}
			var peak uint64
			for b.Loop() {
				peak = max(peak, peakHeap(func() {
					inv, err := source.Read(context.Background(), audit.Request(options.Checks, inventory.Scope{}))
					if err != nil || inv.PodCount() != dumped {
						b.Fatal(err)
					}
				}))
			}
			b.ReportMetric(float64(peak)/(1<<20), "peak-MB")
			b.ReportMetric(float64(peak)/float64(live), "x-live")
			perPod(b, dumped)
		})
	}
}

// peakHeap returns by how much the heap grows, at most, while f runs.
func peakHeap(f func()) (peak uint64) {
	runtime.GC()
	var before, now runtime.MemStats
	runtime.ReadMemStats(&before)
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	for {
		select {
		case <-done:
			return peak
		case <-time.After(5 * time.Millisecond):
			if runtime.ReadMemStats(&now); now.HeapAlloc > before.HeapAlloc {
				peak = max(peak, now.HeapAlloc-before.HeapAlloc)
			}
		}
	}
}

// writeDump writes pods as kubectl prints them, and returns the number of bytes.
func writeDump(b *testing.B, name, format string) int64 {
	b.Helper()
	file, err := os.Create(name)
	if err != nil {
		b.Fatal(err)
	}
	out := bufio.NewWriter(file)
	if format == "yaml" {
		fmt.Fprint(out, "apiVersion: v1\nitems:\n")
	} else {
		fmt.Fprint(out, "{\n    \"apiVersion\": \"v1\",\n    \"items\": [\n")
	}
	for i := range dumped {
		writePod(b, out, format, i)
	}
	if format == "yaml" {
		fmt.Fprint(out, "kind: List\nmetadata:\n  resourceVersion: \"\"\n")
	} else {
		fmt.Fprint(out, "\n    ],\n    \"kind\": \"List\",\n    \"metadata\": {\n        \"resourceVersion\": \"\"\n    }\n}\n")
	}
	if err := out.Flush(); err != nil {
		b.Fatal(err)
	}
	size, err := file.Seek(0, io.SeekCurrent)
	if err != nil {
		b.Fatal(err)
	}
	if err := file.Close(); err != nil {
		b.Fatal(err)
	}
	return size
}

func writePod(b *testing.B, out io.Writer, format string, i int) {
	p := pod(i)
	p.APIVersion, p.Kind, p.ManagedFields = "v1", "Pod", nil
	text, err := json.MarshalIndent(&p, "        ", "    ")
	if err != nil {
		b.Fatal(err)
	}
	if format == "json" {
		if i > 0 {
			fmt.Fprint(out, ",\n")
		}
		fmt.Fprintf(out, "        %s", text)
		return
	}
	if text, err = yaml.JSONToYAML(text); err != nil {
		b.Fatal(err)
	}
	lines := bytes.ReplaceAll(bytes.TrimSpace(text), []byte("\n"), []byte("\n  "))
	fmt.Fprintf(out, "- %s\n", lines)
}
