package remedy

import (
	"encoding/json"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Fields are a part of a manifest. A value that a person must choose is a word in
// capitals, which the API server rejects.
type Fields = map[string]any

// Spec patches the workload's own spec.
func Spec(w *inventory.Workload, advice string, fields Fields) audit.Fix {
	return patch(w, advice, within(JSON(fields), "spec"))
}

// PodSpec patches the pod spec in the workload's template.
func PodSpec(w *inventory.Workload, advice string, fields Fields) audit.Fix {
	return patch(w, advice, within(JSON(fields), podSpec(w)...))
}

// podSpec returns the path of a workload's pod spec.
func podSpec(w *inventory.Workload) []string {
	if w.Kind == "CronJob" {
		return []string{"spec", "jobTemplate", "spec", "template", "spec"}
	}
	return []string{"spec", "template", "spec"}
}

// Container patches one container in the workload's template, whichever list it
// is in.
func Container(w *inventory.Workload, t *inventory.Template, container, advice string, fields Fields) audit.Fix {
	text := JSON(fields)
	return ContainerText(w, t, container, advice, text[1:len(text)-1])
}

// ContainerText is Container with fields as text, `"name":value,...`, for values
// that are no JSON.
func ContainerText(w *inventory.Workload, t *inventory.Template, container, advice, fields string) audit.Fix {
	if w.Injected(container) {
		return injected(w, container, advice)
	}
	list := "containers"
	if c := t.Container(container); c != nil && t.KindOf(c) != inventory.App {
		list = "initContainers"
	}
	return patch(w, advice, within(`[{"name":`+Quote(container)+","+fields+"}]", append(podSpec(w), list)...))
}

// within wraps JSON in an object below a path of plain names.
func within(text string, path ...string) string {
	return `{"` + strings.Join(path, `":{"`) + `":` + text + strings.Repeat("}", len(path))
}

// Quote writes a string as JSON, which never fails.
func Quote(s string) string {
	text, _ := json.Marshal(s)
	return string(text)
}

// JSON encodes fields as JSON that people can read. They contain nothing that
// JSON cannot encode.
func JSON(fields Fields) string {
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(fields)
	return strings.TrimSpace(text.String())
}
