package printers

import (
	"strings"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

func oomCheck() api.CatalogCheck {
	return api.CatalogCheck{
		TypeMeta: api.CatalogCheckType, Metadata: api.CatalogMetadata{Name: "container-oom-killed"},
		Title: "A container was killed because it ran out of memory", Category: "stability",
		Severity: api.High, Worst: api.Critical, Profile: "baseline", Since: "v0.1.0", Live: true,
		Subjects: "workloads", Resources: []string{"deployments.apps", "pods"}, Required: []string{"pods"}, ConfirmsOwners: true,
		What:        "The last termination of a container has the reason OOMKilled. Critical within 24 hours, high when it is older.\n\nStatic pods are left out.",
		Why:         "The kernel kills without warning: requests in flight are lost, and the restart happens at once.",
		Fix:         "Raise the limit, or fix the leak.",
		Limitations: "The API keeps only the last termination.",
		References:  []string{"https://kubernetes.io/docs/tasks/configure-pod-container/assign-memory-resource/"},
	}
}

func TestExplain(t *testing.T) {
	examples := Examples{Bad: "kind: Pod\nspec:\n  containers: []\n", Good: "kind: Pod\n"}
	optIn := api.CatalogCheck{
		Metadata: api.CatalogMetadata{Name: "cpu-limit-missing"}, Title: "No CPU limit", Severity: api.Low, Worst: api.Low,
		Subjects: "workloads", Resources: []string{"pods"},
		Options: []api.CatalogOption{
			{Name: "grace", Default: "15m", Usage: "how long it may last"},
			{Name: "images", Default: "golang,gcc", Usage: "what is looked for"},
		},
	}
	sampling := api.CatalogCheck{
		Metadata: api.CatalogMetadata{Name: "logs-silent"}, Title: "Nothing in the log", Severity: api.Low, Worst: api.Low,
		SamplingFlag: "logs", SamplingRight: "pods/log", Subjects: "workloads", Resources: []string{"pods"},
	}
	for name, test := range map[string]struct {
		check    api.CatalogCheck
		examples Examples
		options  Options
	}{
		"explain.piped.txt":    {oomCheck(), examples, Options{}},
		"explain.60-color.txt": {oomCheck(), examples, Options{Width: 60, Color: true}},
		"explain.opt-in.txt":   {optIn, Examples{}, Options{Width: 120}},
		"explain.sampling.txt": {sampling, Examples{}, Options{Width: 120}},
	} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			if err := Explain(&out, test.check, test.examples, test.options); err != nil {
				t.Fatal(err)
			}
			golden(t, name, out.String())
		})
	}
}

func explainedFinding() ExplainedFinding {
	r := shop()
	f := ExplainedFinding{Finding: r.Findings[0], Check: oomCheck(), Others: r.Findings[1:3], Report: r}
	f.DependsOn = []api.Object{{APIVersion: "v1", Kind: "Service", Namespace: "shop", Name: "cart"}}
	return f
}

func TestFinding(t *testing.T) {
	fromFile := explainedFinding()
	fromFile.Source, fromFile.Since, fromFile.Others = &api.Source{File: "deploy.yaml", Line: 31}, nil, nil
	fromFile.Suppressed = &api.Suppression{Reason: "a known leak", Owner: "shop"}
	for name, test := range map[string]struct {
		finding ExplainedFinding
		options Options
	}{
		"finding.piped.txt":    {explainedFinding(), Options{}},
		"finding.60-color.txt": {explainedFinding(), Options{Width: 60, Color: true}},
		"finding.file.txt":     {fromFile, Options{Width: 80}},
	} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			if err := Finding(&out, test.finding, test.options); err != nil {
				t.Fatal(err)
			}
			golden(t, name, out.String())
		})
	}
}

func TestCatalog(t *testing.T) {
	optIn := oomCheck()
	optIn.Metadata.Name, optIn.Severity, optIn.Profile, optIn.Live = "cpu-limit-missing", api.Low, "strict", false
	for name, o := range map[string]Options{
		"catalog.piped.txt":      {},
		"catalog.piped-wide.txt": {Wide: true},
		"catalog.80.txt":         {Width: 80},
		"catalog.no-headers.txt": {NoHeaders: true},
	} {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			if err := Catalog(&out, []api.CatalogCheck{oomCheck(), optIn}, o); err != nil {
				t.Fatal(err)
			}
			golden(t, name, out.String())
		})
	}
}

func TestMarkdown(t *testing.T) {
	check := oomCheck()
	check.What += " Not of *any* <kind> | `x`."
	check.Options = []api.CatalogOption{{Name: "recent", Default: "24h", Usage: "how long a kill is critical"}}
	optIn := oomCheck()
	optIn.Metadata.Name, optIn.Profile, optIn.Category, optIn.Live = "logs-silent", "", "processes", false
	var page, index strings.Builder
	if err := ExplainMarkdown(&page, check, Examples{Bad: "kind: Pod\n", Good: "kind: Deployment\n"}); err != nil {
		t.Fatal(err)
	}
	if err := IndexMarkdown(&index, []api.CatalogCheck{check, optIn}); err != nil {
		t.Fatal(err)
	}
	golden(t, "explain.md", page.String())
	golden(t, "index.md", index.String())
}
