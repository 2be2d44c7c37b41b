package collect

import (
	"slices"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Values are removed when an object is trimmed, because it may be written to a
// snapshot afterwards.
func TestTrimEmptiesConfigs(t *testing.T) {
	secret := &corev1.Secret{Data: map[string][]byte{"token": []byte("hunter2")}, StringData: map[string]string{"user": "hunter2"}}
	config := &corev1.ConfigMap{Data: map[string]string{"level": "hunter2"}, BinaryData: map[string][]byte{"logo": []byte("hunter2")}}
	Trim(secret)
	Trim(config)
	if secret.Data["token"] != nil || secret.StringData["user"] != "" || config.Data["level"] != "" || config.BinaryData["logo"] != nil {
		t.Errorf("%+v %+v", secret, config)
	}
	if len(secret.Data) != 1 || len(config.Data) != 1 {
		t.Error("the keys are gone, too")
	}
}

func TestLongAnnotationsAreCut(t *testing.T) {
	long := strings.Repeat("image-tag-latest,", 10_000)
	ignore := ignoreOf(map[string]string{inventory.IgnoreAnnotation: long, inventory.IgnoreReasonAnnotation: long})
	if !ignore.Cut || len(ignore.Checks) > inventory.MaxIgnore || !strings.HasSuffix(ignore.Checks, ",") || len(ignore.Reason) != inventory.MaxIgnore {
		t.Errorf("%d bytes, ends in %q, reason of %d bytes", len(ignore.Checks), ignore.Checks[len(ignore.Checks)-5:], len(ignore.Reason))
	}
	// The beginning of "*-missing" would match everything.
	if ignore := ignoreOf(map[string]string{inventory.IgnoreAnnotation: strings.Repeat("*", 100_000)}); ignore.Checks != "" || !ignore.Cut {
		t.Errorf("%+v", ignore)
	}
	if ignore := ignoreOf(map[string]string{inventory.IgnoreReasonAnnotation: "why"}); ignore != nil {
		t.Errorf("%+v", ignore)
	}
}

func TestLimitRangerNote(t *testing.T) {
	got := limitedBy("LimitRanger plugin set: cpu, memory request for container app; cpu, memory limit for container app; memory limit for init container setup")
	if want := []string{"app/cpu", "app/memory", "setup/memory"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestInjectedBy(t *testing.T) {
	got := injectedBy(map[string]string{"sidecar.istio.io/status": "", "team": "a"})
	if !slices.Contains(got, "istio-proxy") || slices.Contains(injectedBy(map[string]string{"team": "a"}), "istio-proxy") {
		t.Errorf("injected are %q", got)
	}
}

// Names of managers and fields are text from the cluster.
func FuzzContentFields(f *testing.F) {
	for _, text := range []string{`{"f:data":{".":{},"f:a":{}}}`, `{"f:data":[]}`, `{"f:data":null}`, `[]`, ``, `{"f:binaryData":{"f:":{}}}`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		keys, ok := contentFields(metav1.ManagedFieldsEntry{FieldsV1: metav1.NewFieldsV1(text)})
		if len(keys) > 0 && !ok {
			t.Errorf("keys %q of no content", keys)
		}
	})
}
