package files

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/resource"
	kjson "sigs.k8s.io/json"

	"github.com/prodcheck/kubectl-prodcheck/internal/manifest"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/mask"
)

// maxProblems limits how many documents of one file are named.
const maxProblems = 20

// problemList contains the documents of a file that could not be read.
type problemList struct {
	file  string
	found []inventory.NotRead
	more  int
	// mayHold is set unless all of them are foreign.
	mayHold bool
	// advice is for the user who named the file, about the first of them.
	advice string
}

// add adds a document that may be a Kubernetes object.
func (p *problemList) add(line int, reason string) {
	p.mayHold = true
	p.addForeign(line, reason)
}

// addForeign adds a document that cannot be one.
func (p *problemList) addForeign(line int, reason string) {
	if len(p.found) == 0 {
		p.advice = advice[reason]
	}
	// The reason may quote the file.
	reason = mask.Text(reason)
	switch {
	case len(p.found) == maxProblems:
		p.more++
	case line > 0:
		p.found = append(p.found, inventory.NotRead{File: p.file, Reason: fmt.Sprintf("line %d: %s", line, reason)})
	default:
		p.found = append(p.found, inventory.NotRead{File: p.file, Reason: reason})
	}
}

// err returns an error for a file that contains nothing but problems.
func (p *problemList) err() error {
	if p.advice != "" {
		return fmt.Errorf("%s: %s: %s", p.file, p.found[0].Reason, p.advice)
	}
	return fmt.Errorf("%s: %s", p.file, p.found[0].Reason)
}

func (p *problemList) list() []inventory.NotRead {
	if p.more > 0 {
		return append(p.found, inventory.NotRead{File: p.file, Reason: fmt.Sprintf("%d more documents", p.more)})
	}
	return p.found
}

// Files that are often found beside manifests, and what to do with them.
const (
	kustomization = "a kustomization, not a Kubernetes object"
	partOfChart   = "a part of a Helm chart, not a Kubernetes object"
)

var advice = map[string]string{
	kustomization:      "audit what it builds: kubectl kustomize DIRECTORY | kubectl prodcheck -f -",
	partOfChart:        "audit what it renders: helm template DIRECTORY | kubectl prodcheck -f -",
	manifest.Template:  "audit what it renders, for example: helm template DIRECTORY | kubectl prodcheck -f -",
	manifest.PlainText: "print objects in full, for example: kubectl get all -o yaml | kubectl prodcheck -f -",
}

// foreign says what a document is that is not a Kubernetes object.
func foreign(file string, o manifest.Object) string {
	base := filepath.Base(file)
	stem := strings.TrimSuffix(base, filepath.Ext(base))
	switch {
	case strings.HasPrefix(o.APIVersion, "kustomize.config.k8s.io/"), o.Kind == "" && strings.EqualFold(stem, "kustomization"):
		return kustomization
	case o.Kind != "" && o.APIVersion != "":
		return ""
	case o.Kind != "":
		return describe(o) + " without apiVersion: not a Kubernetes object"
	case stem == "Chart", strings.HasPrefix(stem, "values"):
		return partOfChart
	case isJSONPatch(o):
		return "a JSON patch, not a Kubernetes object"
	}
	return "a document without kind: not a Kubernetes object"
}

func isJSONPatch(o manifest.Object) bool {
	var operation struct{ Op, Path string }
	return json.Unmarshal(o.JSON, &operation) == nil && operation.Op != "" && operation.Path != ""
}

// describe names an object as a person would: Deployment "web".
func describe(o manifest.Object) string {
	kind, name := o.Kind, o.Metadata.Name
	if quoted := strconv.Quote(kind); quoted != `"`+kind+`"` {
		kind = quoted
	}
	if name == "" && o.Metadata.GenerateName != "" {
		name = o.Metadata.GenerateName + "*"
	}
	return fmt.Sprintf("%s %q", kind, name)
}

// decode decodes an object, or says which of its fields is wrong.
func decode(o manifest.Object, into any) error {
	err := kjson.UnmarshalCaseSensitivePreserveInts(o.JSON, into)
	if err == nil {
		return nil
	}
	var corrupt base64.CorruptInputError
	var when *time.ParseError
	switch {
	case errors.As(err, &corrupt):
		err = errors.New("a value in data is not base64")
	case errors.Is(err, resource.ErrFormatWrong), errors.Is(err, resource.ErrSuffix), errors.Is(err, resource.ErrNumeric):
		err = errors.New("a quantity must be a number with or without a unit, such as 100m or 128Mi")
	case errors.As(err, &when):
		err = fmt.Errorf("%s is not a time such as 2006-01-02T15:04:05Z", when.Value)
	}
	return fmt.Errorf("%s: %w", describe(o), manifest.FieldError(err))
}

// limitError is the error for an input that is too large.
type limitError struct {
	limit Limit
	ofRun bool
}

func (e limitError) Error() string {
	if e.ofRun {
		return fmt.Sprintf("all files together are larger than %s", e.limit)
	}
	return fmt.Sprintf("larger than %s", e.limit)
}

// boundedReader returns an error if a file, or all of them together, are too
// large.
type boundedReader struct {
	in        io.Reader
	file, run Limit
	// before counts bytes of earlier files, read those of this one.
	before, read int64
}

func (r *boundedReader) Read(p []byte) (int, error) {
	n, err := r.in.Read(p)
	r.read += int64(n)
	switch {
	case r.file.Exceeded(r.read):
		return 0, limitError{limit: r.file}
	case r.run.Exceeded(r.before + r.read):
		return 0, limitError{limit: r.run, ofRun: true}
	}
	return n, err
}
