package files

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/internal/manifest"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// written contains the place and the content of an object.
type written struct {
	at  inventory.Position
	sum [sha256.Size]byte
}

// replace notes if an object replaces another one of the same name, as kubectl apply
// would. Objects with a UID come from a cluster, of which a dump may contain several
// moments.
func (in *fileReader) replace(file string, o manifest.Object) {
	if o.Metadata.Name == "" || bytes.Contains(o.JSON, []byte(`"uid":`)) {
		return
	}
	key := strings.Join([]string{o.APIVersion, o.Kind, o.Metadata.Namespace, o.Metadata.Name}, "\x00")
	// Fields that come from YAML are in no order.
	var fields any
	if json.Unmarshal(o.JSON, &fields) != nil {
		return
	}
	sorted, err := json.Marshal(fields)
	if err != nil {
		return
	}
	this := written{inventory.Position{File: file, Line: o.Begins()}, sha256.Sum256(sorted)}
	if before, found := in.written[key]; found && before.sum != this.sum {
		in.replaced = append(in.replaced, inventory.Replaced{
			Object: inventory.Object{APIVersion: o.APIVersion, Kind: o.Kind, Namespace: o.Metadata.Namespace, Name: o.Metadata.Name},
			At:     before.at, By: this.at,
		})
	}
	in.written[key] = this
}
