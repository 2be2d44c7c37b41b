//go:build integration

package integration

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// On a real API server, which says how many pods remain and pages lists of each namespace,
// the shards make the bytes of the whole, but for times.
func TestShards(t *testing.T) {
	shop(t)
	const shards = 4
	dir := t.TempDir()
	arguments := []string{"merge", "-o", "json"}
	for i := range shards {
		shard := prodcheck(t, cluster.Kubeconfig, "-A", "-o", "json", "--chunk-size=2", fmt.Sprintf("--shard=%d/%d", i+1, shards))
		if shard.status != 0 {
			t.Fatal(shard.stderr)
		}
		file := filepath.Join(dir, fmt.Sprintf("%d.json", i))
		if err := os.WriteFile(file, []byte(shard.stdout), 0o600); err != nil {
			t.Fatal(err)
		}
		arguments = append(arguments, file)
	}
	merged, whole := prodcheck(t, cluster.Kubeconfig, arguments...), prodcheck(t, cluster.Kubeconfig, "-A", "-o", "json")
	if merged.status != 0 || whole.status != 0 {
		t.Fatal(merged.stderr, whole.stderr)
	}
	if diff := cmp.Diff(timeless(t, whole), timeless(t, merged)); diff != "" {
		t.Errorf("-whole +merged:\n%s", diff)
	}
	if len(whole.report(t).Namespaces) < 2 {
		t.Errorf("there is nothing to divide: %+v", whole.report(t).Namespaces)
	}
}

// timeless is a report as of no time, whose messages tell no age.
func timeless(t *testing.T, r result) string {
	report := r.report(t)
	report.Metadata.CreationTimestamp = metav1.Time{}
	for i := range report.Findings {
		f := &report.Findings[i]
		f.Message, f.Evidence = "", nil
	}
	text, err := json.MarshalIndent(report, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
