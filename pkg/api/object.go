package api

import (
	"cmp"
	"encoding/json"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// New returns an empty report. Its lists are not nil, so that they are printed
// as empty lists and a program can iterate over them without a check for null.
func New() *Report {
	return &Report{
		TypeMeta:   metav1.TypeMeta{APIVersion: APIVersion, Kind: Kind},
		Namespaces: []Namespace{},
		Subjects:   []Subject{},
		Checks:     []Check{},
		Findings:   []Finding{},
		Suppressed: []Suppressed{},
		Incomplete: []Incomplete{},
	}
}

// GetObjectMeta lets kubectl's printers read the report's name.
func (r *Report) GetObjectMeta() metav1.Object {
	return &metav1.ObjectMeta{Name: r.Metadata.Name, CreationTimestamp: r.Metadata.CreationTimestamp}
}

// DeepCopyObject makes the report a runtime.Object, so that kubectl's printers
// can print it. The copy goes through JSON, the report's own contract. An audit
// never copies a report, so speed does not matter here.
func (r *Report) DeepCopyObject() runtime.Object {
	data, err := json.Marshal(r)
	if err != nil {
		panic(fmt.Sprintf("a report is always valid JSON: %v", err))
	}
	out := New()
	if err := json.Unmarshal(data, out); err != nil {
		panic(fmt.Sprintf("a report always reads its own JSON: %v", err))
	}
	return out
}

// CountedIn returns the namespace in which an object counts, empty if it has
// none. A Namespace counts in itself.
func (o Object) CountedIn() string {
	if o.Kind == "Namespace" && o.APIVersion == "v1" {
		return o.Name
	}
	return o.Namespace
}

// Several reports whether more than one namespace was asked for.
func (s Scope) Several() bool { return s.AllNamespaces || len(s.Namespaces) > 1 }

// Compare puts the worst grade first, because it says more than the score, then
// the lowest score. Objects without a score come last.
func (s Score) Compare(other Score) int {
	number := func(score *int) int {
		if score == nil {
			return 0
		}
		return *score
	}
	return cmp.Or(cmp.Compare(other.Grade, s.Grade), cmp.Compare(number(s.Score), number(other.Score)))
}

// Add counts one finding.
func (c *Counts) Add(s Severity) {
	switch s {
	case Critical:
		c.Critical++
	case High:
		c.High++
	case Medium:
		c.Medium++
	case Low:
		c.Low++
	case Info:
		c.Info++
	}
}

// AddAll adds other counts.
func (c *Counts) AddAll(other Counts) {
	c.Critical += other.Critical
	c.High += other.High
	c.Medium += other.Medium
	c.Low += other.Low
	c.Info += other.Info
	c.Suppressed += other.Suppressed
}

// Of returns the number of findings of a severity.
func (c Counts) Of(s Severity) int {
	switch s {
	case Critical:
		return c.Critical
	case High:
		return c.High
	case Medium:
		return c.Medium
	case Low:
		return c.Low
	case Info:
		return c.Info
	}
	return 0
}
