package metrics

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"
)

// Gatherer gathers the metrics of clusters. Each cluster needs a unique name.
func Gatherer(audits ...Audit) (prometheus.Gatherer, error) {
	registry := prometheus.NewPedanticRegistry()
	for _, a := range audits {
		err := registry.Register(prometheus.WrapCollectorWith(prometheus.Labels{ClusterLabel: a.Cluster}, a))
		if twice := (prometheus.AlreadyRegisteredError{}); errors.As(err, &twice) {
			return nil, fmt.Errorf("metrics of two clusters that are both called %q cannot be told apart", a.Cluster)
		}
		if err != nil {
			return nil, err
		}
	}
	return registry, nil
}

// Write writes all metrics, sorted, in the text format of Prometheus, or
// nothing.
func Write(w io.Writer, audits ...Audit) error {
	gatherer, err := Gatherer(audits...)
	if err != nil {
		return err
	}
	families, err := gatherer.Gather()
	if err != nil {
		return err
	}
	var text bytes.Buffer
	for _, family := range families {
		if _, err := expfmt.MetricFamilyToText(&text, family); err != nil {
			return err
		}
	}
	_, err = text.WriteTo(w)
	return err
}
