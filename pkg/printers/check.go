package printers

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// Check describes a check without running it. It is an object, so that kubectl's
// printers can print it.
type Check struct {
	metav1.TypeMeta `json:",inline"`
	Metadata        CheckMetadata `json:"metadata"`
	Title           string        `json:"title"`
	Category        string        `json:"category"`
	// Severity is that of an ordinary finding, Worst of the most severe one.
	Severity report.Severity `json:"severity"`
	Worst    report.Severity `json:"worst"`
	// Since is the version that introduced it.
	Since string `json:"since"`
	// Live checks judge status, events, endpoints or time, not the spec alone.
	Live bool `json:"live"`
	// Profile is the least demanding one that runs the check, empty if none does.
	Profile string `json:"profile"`
	// SamplingFlag is the flag without which the check knows nothing, and
	// SamplingRight what the user must then have the right to get.
	SamplingFlag  string `json:"samplingFlag,omitempty"`
	SamplingRight string `json:"samplingRight,omitempty"`
	// Options can be set to other values.
	Options []CheckOption `json:"options,omitempty"`
	// Subjects is the plural of what is judged.
	Subjects string `json:"subjects"`
	// Resources are listed for it, Required ones completely: without them it
	// cannot judge.
	Resources []string `json:"resources"`
	Required  []string `json:"required"`
	// ConfirmsOwners checks also get missing owners one by one.
	ConfirmsOwners bool     `json:"confirmsOwners"`
	What           string   `json:"what"`
	Why            string   `json:"why"`
	Fix            string   `json:"fix"`
	Limitations    string   `json:"blind"`
	References     []string `json:"references"`
}

// CheckOption is an option of a check.
type CheckOption struct {
	Name    string `json:"name"`
	Default string `json:"default"`
	Usage   string `json:"usage"`
}

// CheckMetadata names a check by its ID.
type CheckMetadata struct {
	Name string `json:"name"`
}

// CheckList is a catalogue of checks.
type CheckList struct {
	metav1.TypeMeta `json:",inline"`
	Metadata        metav1.ListMeta `json:"metadata"`
	Items           []Check         `json:"items"`
}

// CheckType and CheckListType identify the objects.
var (
	CheckType     = metav1.TypeMeta{APIVersion: report.APIVersion, Kind: "Check"}
	CheckListType = metav1.TypeMeta{APIVersion: report.APIVersion, Kind: "CheckList"}
)

// GetObjectMeta lets kubectl's printers read the check's name.
func (c *Check) GetObjectMeta() metav1.Object { return &metav1.ObjectMeta{Name: c.Metadata.Name} }

// DeepCopyObject makes a check a runtime.Object.
func (c *Check) DeepCopyObject() runtime.Object {
	out := c.deepCopy()
	return &out
}

// DeepCopyObject makes a catalogue a runtime.Object.
func (l *CheckList) DeepCopyObject() runtime.Object {
	out := *l
	out.Items = slices.Clone(l.Items)
	for i := range out.Items {
		out.Items[i] = l.Items[i].deepCopy()
	}
	return &out
}

func (c *Check) deepCopy() Check {
	out := *c
	out.Resources, out.Required, out.References = slices.Clone(c.Resources), slices.Clone(c.Required), slices.Clone(c.References)
	out.Options = slices.Clone(c.Options)
	return out
}
