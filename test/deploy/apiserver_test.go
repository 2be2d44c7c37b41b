//go:build integration

package deploy

import (
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/test/kube"
)

// operator is the Prometheus operator. Only the custom resources of its module
// are used.
const operator = "github.com/prometheus-operator/prometheus-operator@v0.92.1"

// A real API server accepts everything without warnings, and knows every field.
func TestAPIServerAcceptsEverything(t *testing.T) {
	cluster := kube.Start(t)
	crds := filepath.Join(download(t, operator), "example", "prometheus-operator-crd")
	cluster.Apply(t, filepath.Join(crds, "monitoring.coreos.com_servicemonitors.yaml"), filepath.Join(crds, "monitoring.coreos.com_prometheusrules.yaml"))
	cluster.Kubectl(t, "wait", "--for=condition=Established", "--timeout=60s",
		"crd/servicemonitors.monitoring.coreos.com", "crd/prometheusrules.monitoring.coreos.com")
	// Objects in a namespace cannot be tried without it.
	cluster.Kubectl(t, "create", "namespace", "prodcheck")
	cluster.Kubectl(t, "label", "namespace", "prodcheck", "pod-security.kubernetes.io/warn=restricted")

	for name, manifests := range map[string]string{
		"base":     kustomized(t, "base"),
		"operated": operated(t),
		"watching": watching(t, "serve"),
		"chart":    templated(t, values{}),
		"full":     templated(t, full),
		"sharded":  templated(t, sharded),
		"history":  withHistory(t, "base"),
	} {
		t.Run(name, func(t *testing.T) {
			apply := cluster.KubectlCommand(t.Context(), "apply", "--server-side", "--force-conflicts", "--dry-run=server", "--validate=strict", "-f", "-")
			apply.Stdin = strings.NewReader(manifests)
			out, err := apply.CombinedOutput()
			if err != nil || strings.Contains(string(out), "Warning") {
				t.Fatalf("%v:\n%s", err, out)
			}
			if taken := strings.Count(string(out), "(server dry run)"); taken != len(objects(t, manifests)) {
				t.Errorf("%d of %d objects:\n%s", taken, len(objects(t, manifests)), out)
			}
		})
	}
}

// download returns the directory of a module's sources.
func download(t *testing.T, module string) string {
	t.Helper()
	out, err := exec.Command("go", "mod", "download", "-json", module).Output()
	if err != nil {
		t.Fatalf("go mod download %s: %v\n%s", module, err, out)
	}
	var downloaded struct{ Dir string }
	if err := json.Unmarshal(out, &downloaded); err != nil {
		t.Fatal(err)
	}
	return downloaded.Dir
}
