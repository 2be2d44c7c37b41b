package printers

import (
	"cmp"
	"slices"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// nextSteps are commands worth running after this report.
func (t *table) nextSteps() {
	r := t.report
	lacks := func(reason string) bool {
		return slices.ContainsFunc(r.Incomplete, func(i api.Incomplete) bool { return i.Reason == reason })
	}
	forbidden := lacks("forbidden")
	if forbidden {
		t.command("the permissions that an audit needs", t.call()+" rbac"+t.namespaceFlag())
	}
	if lacks("over budget") {
		t.command("read all events, not only the first", t.call()+" --events=all"+t.scopeFlag())
	}
	if r.Shard != nil {
		t.command("this is shard "+r.Shard.String()+"; merge the reports of all", t.call()+" merge REPORT...")
	}
	if len(t.rows) < len(r.Findings) {
		t.line(t.hint, "-o wide shows all findings, each in a row of its own, with evidence and fixes")
	}
	switch {
	case len(t.rows) > 0:
		t.command("details", t.call()+" explain "+t.rows[0].Check)
	case forbidden && r.Summary.Score.Score == nil:
	case r.Summary.Score.Score == nil && !r.Scope.AllNamespaces:
		t.command("audit all namespaces", t.call()+" -A")
	default:
		t.command("list all checks", t.call()+" checks")
	}
}

func (t *table) call() string { return cmp.Or(t.Options.Command, "kubectl prodcheck") }

func (t *table) scopeFlag() string {
	if t.report.Scope.AllNamespaces {
		return " -A"
	}
	return t.namespaceFlag()
}

func (t *table) namespaceFlag() string {
	if len(t.report.Scope.Namespaces) == 0 {
		return ""
	}
	return " -n " + strings.Join(t.report.Scope.Namespaces, ",")
}
