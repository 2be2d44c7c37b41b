package checks

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit/audittest"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// However the namespaces of a cluster are divided, the reports of the shards make that of the
// whole.
func TestShardsMakeTheWhole(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	eachFixture(t, func(t *testing.T, f fixture) {
		of := 2 + random.IntN(3)
		placed := map[string]int{}
		for _, n := range f.Read(t, inventory.AllResources()).Namespaces {
			placed[n.Name] = 1 + random.IntN(of)
		}
		sameAsWhole(t, f, of, placed, audit.Options{Checks: All(), Now: now})
	})
}

// Neighbors of another namespace, a policy and a scope change nothing of that.
func TestShardsOfATownMakeTheWhole(t *testing.T) {
	var town []string
	for i, check := range All() {
		bad := audittest.Load(t, check, testdata(check), "bad")
		// Two snapshots cannot be read at once.
		if !strings.Contains(bad.Text, "kind: Snapshot") {
			town = append(town, strings.ReplaceAll(bad.Text, "shop", fmt.Sprintf("team-%d", i)))
		}
	}
	f := fixture{}
	f.Text = strings.Join(town, "\n---\n")
	for name, change := range map[string]func(*fixture, *audit.Options){
		"all": func(*fixture, *audit.Options) {},
		"a selection": func(f *fixture, _ *audit.Options) {
			f.Scope.Selector = labels.SelectorFromSet(labels.Set{"app": "web"})
		},
		"without some namespaces": func(f *fixture, _ *audit.Options) { f.Scope.Exclude = []string{"team-1*"} },
		"a gate": func(_ *fixture, o *audit.Options) {
			score := 99
			o.Gate = audit.Gate{FailOn: api.High, MinScore: &score, RequireComplete: true}
		},
		"from medium up": func(_ *fixture, o *audit.Options) {
			o.MinSeverity = api.Medium
			o.Policy.Exceptions = exceptions(t)
		},
		"exceptions": func(_ *fixture, o *audit.Options) { o.Policy.Exceptions = exceptions(t) },
		"no annotations": func(_ *fixture, o *audit.Options) {
			o.Policy.ForbidAnnotations, o.Policy.Config = true, "prodcheck.yaml"
		},
		"options": func(_ *fixture, o *audit.Options) {
			var err error
			if o.Settings, err = audit.ParseSettings(All(), []string{"node-overcommitted.limits=10", "pod-pending.grace=1h"}); err != nil {
				t.Fatal(err)
			}
		},
		"other severities": func(_ *fixture, o *audit.Options) {
			var err error
			o.Checks, err = audit.Select(All(), audit.Selection{Severities: map[string]api.Severity{"image-tag-latest": api.Low, "node-not-ready": api.Medium}})
			if err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			f, options := f, audit.Options{Checks: All(), Now: now}
			change(&f, &options)
			sameAsWhole(t, f, 5, nil, options)
		})
	}
}

func exceptions(t *testing.T) []audit.Exception {
	var all []audit.Exception
	for _, rule := range []api.ExceptionRule{
		{Checks: []string{"container-*"}, Reason: "known"},
		{Checks: []string{"pod-*", "image-*"}, Namespaces: []string{"team-1?"}, Reason: "old", Expires: "2026-01-01"},
		{Checks: []string{"node-overcommitted"}, Kinds: []string{"node"}, Reason: "bought", Owner: "ops"},
		{Checks: []string{"job-failed"}, Names: []string{"nobody"}, Reason: "never"},
		{Checks: []string{"probe-timeout-default"}, Reason: "hidden"},
	} {
		e, err := audit.NewException(All(), rule, "prodcheck.yaml:1")
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

// sameAsWhole compares the bytes. A report of a shard goes through a file.
func sameAsWhole(t *testing.T, f fixture, of int, placed map[string]int, options audit.Options) {
	t.Helper()
	whole := audit.Run(f.Read(t, inventory.AllResources()), options)
	shardOptions := options
	shardOptions.Gate = audit.Gate{}
	var reports []audit.ShardReport
	for i := range of {
		part := f
		part.Scope.Shard = &inventory.Shard{Index: i + 1, Of: of, Placed: placed}
		written := asJSON(t, audit.Run(part.Read(t, inventory.AllResources()), shardOptions))
		read, err := api.Decode([]byte(written))
		if err != nil {
			t.Fatal(err)
		}
		reports = append(reports, audit.ShardReport{Name: fmt.Sprint(i+1, ".json"), Report: read[0]})
	}
	rand.Shuffle(len(reports), func(i, j int) { reports[i], reports[j] = reports[j], reports[i] })
	merged, err := audit.Merge(reports, audit.Options{Catalog: All(), Gate: options.Gate})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(asJSON(t, whole), asJSON(t, merged)); diff != "" {
		t.Errorf("%d shards (-whole +merged):\n%s", of, diff)
	}
}

func asJSON(t *testing.T, r *api.Report) string {
	t.Helper()
	text, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
