//go:build !race

package scale

import (
	"io"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/printers"
)

// The allowed cost of each pod is a tenth above its present cost. Unlike times,
// allocations do not depend on the machine, but the race detector changes them.
func TestAllocationsPerPod(t *testing.T) {
	const pods = 5_000
	server := serve(t, pods)
	inv := read(t, server.URL)
	r := audit.Run(inv, options)
	for _, step := range []struct {
		name string
		most float64
		run  func()
	}{
		{"read", 155, func() { read(t, server.URL) }},
		{"evaluate", 46, func() { audit.Run(inv, options) }},
		{"print", 1, func() { _ = printers.Table(io.Discard, r, printers.Options{}) }},
	} {
		perPod := testing.AllocsPerRun(2, step.run) / pods
		t.Logf("%s: %.2f allocations for each pod", step.name, perPod)
		if perPod > step.most {
			t.Errorf("%s: %.2f allocations for each pod, want at most %.2f", step.name, perPod, step.most)
		}
	}
}
