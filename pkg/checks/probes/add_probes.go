package probes

import (
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// field is a probe to add: its name in the container, and its JSON.
type field struct{ name, json string }

// addProbes proposes probes for a container, or for one that the reader chooses
// if it is nil.
func addProbes(w *inventory.Workload, t *inventory.Template, c *corev1.Container, advice string, fields ...field) audit.Fix {
	name := "CONTAINER"
	if c != nil {
		name = c.Name
	}
	var texts []string
	for _, f := range fields {
		texts = append(texts, remedy.Quote(f.name)+":"+f.json)
	}
	return remedy.ContainerText(w, t, name, advice, strings.Join(texts, ","))
}

// connect is a probe that connects to a port: it does not depend on the protocol
// of the container. Without a port a person must decide, and PROBE is a
// placeholder that no API server accepts.
func connect(port *intstr.IntOrString, more string) string {
	if port == nil {
		return "PROBE"
	}
	text := port.String()
	if port.Type == intstr.String {
		text = remedy.Quote(text)
	}
	return `{"tcpSocket":{"port":` + text + `}` + more + `}`
}
