package api

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// CatalogCheck describes a check without running it. It is a runtime.Object, so
// that kubectl's printers can print it.
type CatalogCheck struct {
	metav1.TypeMeta `json:",inline"`
	Metadata        CatalogMetadata `json:"metadata"`
	Title           string          `json:"title"`
	Category        string          `json:"category"`
	// Severity is the severity of an ordinary finding, Worst that of the most
	// severe one.
	Severity Severity `json:"severity"`
	Worst    Severity `json:"worst"`
	// Since is the version that introduced it.
	Since string `json:"since"`
	// Live checks judge status, events, endpoints or time, not only the spec.
	Live bool `json:"live"`
	// Profile is the least demanding profile that runs the check, empty if none
	// does.
	Profile string `json:"profile"`
	// Without SamplingFlag, the outcome is unknown. With it, the user needs
	// permission to get SamplingRight.
	SamplingFlag  string `json:"samplingFlag,omitempty"`
	SamplingRight string `json:"samplingRight,omitempty"`
	// Options lists the values that a user can set.
	Options []CatalogOption `json:"options,omitempty"`
	// Subjects names what the check judges, in the plural.
	Subjects string `json:"subjects"`
	// Resources are listed for the check. Required are those that must be read
	// completely: otherwise the check cannot judge.
	Resources []string `json:"resources"`
	Required  []string `json:"required"`
	// ConfirmsOwners is set for checks that get missing owners one by one.
	ConfirmsOwners bool     `json:"confirmsOwners"`
	What           string   `json:"what"`
	Why            string   `json:"why"`
	Fix            string   `json:"fix"`
	Limitations    string   `json:"blind"`
	References     []string `json:"references"`
}

// CatalogOption is an option of a check.
type CatalogOption struct {
	Name    string `json:"name"`
	Default string `json:"default"`
	Usage   string `json:"usage"`
}

// CatalogMetadata names a check by its ID.
type CatalogMetadata struct {
	Name string `json:"name"`
}

// CatalogList is a catalog of checks.
type CatalogList struct {
	metav1.TypeMeta `json:",inline"`
	Metadata        metav1.ListMeta `json:"metadata"`
	Items           []CatalogCheck  `json:"items"`
}

// CatalogCheckType and CatalogListType identify the objects.
var (
	CatalogCheckType = metav1.TypeMeta{APIVersion: APIVersion, Kind: "Check"}
	CatalogListType  = metav1.TypeMeta{APIVersion: APIVersion, Kind: "CheckList"}
)

// GetObjectMeta lets kubectl's printers read the check's name.
func (c *CatalogCheck) GetObjectMeta() metav1.Object {
	return &metav1.ObjectMeta{Name: c.Metadata.Name}
}

// DeepCopyObject makes a check a runtime.Object.
func (c *CatalogCheck) DeepCopyObject() runtime.Object {
	out := c.deepCopy()
	return &out
}

// DeepCopyObject makes a catalog a runtime.Object.
func (l *CatalogList) DeepCopyObject() runtime.Object {
	out := *l
	out.Items = slices.Clone(l.Items)
	for i := range out.Items {
		out.Items[i] = l.Items[i].deepCopy()
	}
	return &out
}

func (c *CatalogCheck) deepCopy() CatalogCheck {
	out := *c
	out.Resources, out.Required, out.References = slices.Clone(c.Resources), slices.Clone(c.Required), slices.Clone(c.References)
	out.Options = slices.Clone(c.Options)
	return out
}
