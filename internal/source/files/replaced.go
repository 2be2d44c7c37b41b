package files

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/internal/manifest"
)

// written contains the place and the content of an object.
type written struct {
	file string
	sum  [sha256.Size]byte
}

// replaced returns the file with another object of the same name, which this one
// replaces as kubectl apply would. Objects with a UID come from a cluster, of which a dump
// may contain several moments.
func (in *fileReader) replaced(o manifest.Object, file string) (former string, found bool) {
	if o.Metadata.Name == "" || bytes.Contains(o.JSON, []byte(`"uid":`)) {
		return "", false
	}
	key := strings.Join([]string{o.APIVersion, o.Kind, o.Metadata.Namespace, o.Metadata.Name}, "\x00")
	// Fields that come from YAML are in no order.
	var fields any
	if json.Unmarshal(o.JSON, &fields) != nil {
		return "", false
	}
	sorted, err := json.Marshal(fields)
	if err != nil {
		return "", false
	}
	this := written{file, sha256.Sum256(sorted)}
	before, found := in.written[key]
	in.written[key] = this
	return before.file, found && before.sum != this.sum
}
