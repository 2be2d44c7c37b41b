package metrics

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"
)

// Gatherer gathers the metrics of a cluster.
func Gatherer(a Audit) (prometheus.Gatherer, error) {
	registry := prometheus.NewPedanticRegistry()
	err := registry.Register(prometheus.WrapCollectorWith(prometheus.Labels{ClusterLabel: a.Cluster}, a))
	return registry, err
}

// Text is text in the format of Prometheus, with the metrics of one cluster after the
// other. The zero value has none.
type Text struct {
	clusters map[string]bool
	// families have the lines of each metric, after its help and type.
	families map[string]*bytes.Buffer
}

// Add adds the metrics of a cluster, and keeps nothing else of it. Each cluster needs a
// unique name.
func (t *Text) Add(a Audit) error {
	if t.clusters == nil {
		t.clusters, t.families = map[string]bool{}, map[string]*bytes.Buffer{}
	}
	if t.clusters[a.Cluster] {
		return fmt.Errorf("metrics of two clusters that are both named %q cannot be distinguished", a.Cluster)
	}
	t.clusters[a.Cluster] = true
	gatherer, err := Gatherer(a)
	if err != nil {
		return err
	}
	families, err := gatherer.Gather()
	if err != nil {
		return err
	}
	for _, family := range families {
		lines, known := t.families[family.GetName()]
		if known {
			// The text format requires help and type only once.
			family.Help = nil
		} else {
			lines = &bytes.Buffer{}
			t.families[family.GetName()] = lines
		}
		var text bytes.Buffer
		if _, err := expfmt.MetricFamilyToText(&text, family); err != nil {
			return err
		}
		if known {
			// No option omits the type.
			_, _ = text.ReadBytes('\n')
		}
		_, _ = text.WriteTo(lines)
	}
	return nil
}

// Write writes all metrics, sorted by name.
func (t *Text) Write(w io.Writer) error {
	for _, name := range slices.Sorted(maps.Keys(t.families)) {
		if _, err := w.Write(t.families[name].Bytes()); err != nil {
			return err
		}
	}
	return nil
}

// Write writes all metrics in the text format of Prometheus, or nothing.
func Write(w io.Writer, audits ...Audit) error {
	var text Text
	for _, a := range audits {
		if err := text.Add(a); err != nil {
			return err
		}
	}
	return text.Write(w)
}
