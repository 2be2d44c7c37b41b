package remedy

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Fields are a part of a manifest. Where a human must decide, a value is a word
// in capitals that the API server does not take.
type Fields = map[string]any

// Spec patches the workload's own spec.
func Spec(w *inventory.Workload, advice string, fields Fields) audit.Fix {
	return Patch(w, advice, marshal(Fields{"spec": fields}))
}

// PodSpec patches the pod spec in the workload's template.
func PodSpec(w *inventory.Workload, advice string, fields Fields) audit.Fix {
	template := Fields{"template": Fields{"spec": fields}}
	if w.Kind == "CronJob" {
		template = Fields{"jobTemplate": Fields{"spec": template}}
	}
	return Spec(w, advice, template)
}

// Container patches one container in the workload's template, wherever it
// stands in there.
func Container(w *inventory.Workload, t *inventory.Template, container, advice string, fields Fields) audit.Fix {
	list := "containers"
	if c := t.Container(container); c != nil && t.KindOf(c) != inventory.App {
		list = "initContainers"
	}
	patched := Fields{"name": container}
	for name, value := range fields {
		patched[name] = value
	}
	return PodSpec(w, advice, Fields{list: []Fields{patched}})
}

// marshal writes fields as JSON, for people, too. They hold nothing that JSON
// could not write.
func marshal(fields Fields) string {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(fields)
	return strings.TrimSpace(text.String())
}
