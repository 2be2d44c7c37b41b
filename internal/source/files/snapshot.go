package files

import (
	"cmp"
	"encoding/json"
	"io"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// snapshotAPIVersion and snapshotKind identify a snapshot's last line.
const (
	snapshotAPIVersion = "prodcheck/v1alpha1"
	snapshotKind       = "Snapshot"
)

// Snapshot is the last line of a snapshot file. It contains what the objects
// before it do not show. A file without it is incomplete, or not a snapshot.
type Snapshot struct {
	metav1.TypeMeta `json:",inline"`
	Metadata        SnapshotMetadata `json:"metadata"`
	// Version is the version of the API server.
	Version string `json:"version,omitempty"`
	// Namespace is the only one that was read, Namespaces are several. Without either
	// all of them were.
	Namespace  string   `json:"namespace,omitempty"`
	Namespaces []string `json:"namespaces,omitempty"`
	// Selector is the label selector of the audit, if it had one.
	Selector string           `json:"selector,omitempty"`
	Reads    []inventory.Read `json:"reads"`
	Owners   []SnapshotOwner  `json:"owners,omitempty"`
	// Logs and RootFilesystems are the samples that were taken.
	Logs            []inventory.LogSample            `json:"logs,omitempty"`
	RootFilesystems []inventory.RootFilesystemSample `json:"rootFilesystems,omitempty"`
}

// namespaces lists those that were read, none for all.
func (s *Snapshot) namespaces() []string {
	if s.Namespace != "" {
		return []string{s.Namespace}
	}
	return s.Namespaces
}

// SnapshotMetadata names the cluster and the time.
type SnapshotMetadata struct {
	Name              string      `json:"name"`
	CreationTimestamp metav1.Time `json:"creationTimestamp"`
}

// SnapshotOwner records the result of a GET for an owner that no list contained.
type SnapshotOwner struct {
	APIVersion string                   `json:"apiVersion"`
	Kind       string                   `json:"kind"`
	Namespace  string                   `json:"namespace"`
	Name       string                   `json:"name"`
	UID        types.UID                `json:"uid,omitempty"`
	State      inventory.ExistenceState `json:"state"`
	Why        string                   `json:"why,omitempty"`
}

// existenceOf decodes the owner's existence. It is unknown if the record makes
// no sense.
func existenceOf(o SnapshotOwner) inventory.Existence {
	if o.State != inventory.Gone {
		return inventory.Existence{State: inventory.Unverified, Why: cmp.Or(o.Why, "the snapshot does not say what became of it")}
	}
	return inventory.Existence{State: inventory.Gone}
}

// checked returns a Read from a file. A Read that makes no sense counts as
// unreadable.
func checked(r inventory.Read) inventory.Read {
	known := r.State == inventory.Complete && len(r.Gaps) == 0 || r.State == inventory.Partial || r.State == inventory.Unreadable
	if !known || r.Items < 0 || r.Remaining < 0 || len(r.Gaps) > r.Namespaces {
		return inventory.Read{Resource: r.Resource, State: inventory.Unreadable, Reason: "the snapshot is damaged"}
	}
	return r
}

// SnapshotWriter writes everything that a live source reads as a stream of JSON
// objects, one on each line, which Source and kubectl can read.
type SnapshotWriter struct{ encoder *json.Encoder }

// NewSnapshotWriter writes to w, unbuffered.
func NewSnapshotWriter(w io.Writer) *SnapshotWriter {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	return &SnapshotWriter{encoder}
}

// Record writes an object. A live source calls it.
func (w *SnapshotWriter) Record(obj runtime.Object) error { return w.encoder.Encode(obj) }

// Close writes the last line, without which the snapshot is not valid.
func (w *SnapshotWriter) Close(inv *inventory.Inventory) error {
	s := Snapshot{
		TypeMeta:  metav1.TypeMeta{APIVersion: snapshotAPIVersion, Kind: snapshotKind},
		Metadata:  SnapshotMetadata{Name: inv.Name, CreationTimestamp: metav1.NewTime(inv.Time)},
		Version:   inv.Version,
		Namespace: inv.Scope.Only(),
		Reads:     inv.Reads,
		Owners:    []SnapshotOwner{},
	}
	if s.Namespace == "" {
		s.Namespaces = inv.Scope.Namespaces
	}
	if inv.Scope.Selector != nil {
		s.Selector = inv.Scope.Selector.String()
	}
	for _, owner := range inv.Owners {
		s.Owners = append(s.Owners, SnapshotOwner{
			APIVersion: owner.APIVersion, Kind: owner.Kind, Namespace: owner.Namespace, Name: owner.Name, UID: owner.UID,
			State: owner.Existence.State, Why: owner.Existence.Why,
		})
	}
	s.Logs, s.RootFilesystems = inv.Logs, inv.RootFilesystems
	return w.encoder.Encode(s)
}
