package audit

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// shardsOfTown are the shards that judge bank and shop; nil is both of them.
var shardsOfTown = []*inventory.Shard{
	{Index: 1, Of: 2, Placed: map[string]int{"bank": 1, "shop": 2}},
	{Index: 2, Of: 2, Placed: map[string]int{"bank": 1, "shop": 2}},
}

// townOf returns what a shard reads of the town. The pods of bank and shop are on node-0, those
// of shop alone on node-1.
func townOf(shard *inventory.Shard, change func(*inventory.Inventory)) *inventory.Inventory {
	inv := town()
	inv.Version, inv.Time, inv.Scope.Shard = "v1.36.0", now, shard
	if shard.Owns("bank") {
		inv.Nodes[0].Load.Add(inventory.Load{Pods: 1})
	}
	if shard.Owns("shop") {
		inv.Nodes[0].Load.Add(inventory.Load{Pods: 2})
		inv.Nodes[1].Load.Add(inventory.Load{Pods: 1})
	}
	change(inv)
	return inventory.New(*inv)
}

// readIn says that a resource was asked for namespace by namespace, and refused in one.
func readIn(inv *inventory.Inventory, r inventory.Resource, refused string) {
	for i := range inv.Reads {
		read := &inv.Reads[i]
		if read.Resource != r {
			continue
		}
		for _, namespace := range []string{"bank", "shop"} {
			if !inv.Scope.Shard.Owns(namespace) {
				continue
			}
			read.Namespaces++
			if namespace == refused {
				read.State, read.Reason = inventory.Partial, "forbidden"
				read.Gaps = []inventory.Gap{{Namespace: namespace, Reason: "forbidden"}}
			} else {
				read.Items++
			}
		}
	}
}

// shardReports audits the town in shards, each report with its file's name.
func shardReports(t *testing.T, change func(*inventory.Inventory), opts Options) []ShardReport {
	t.Helper()
	var reports []ShardReport
	for i, shard := range shardsOfTown {
		opts.Gate = Gate{}
		read, err := api.Decode([]byte(asJSON(Run(townOf(shard, change), opts))))
		if err != nil {
			t.Fatal(err)
		}
		reports = append(reports, ShardReport{Name: fmt.Sprint(i+1, ".json"), Report: read[0]})
	}
	return reports
}

// The reports of shards make that of the whole, in any order.
func TestMergeIsTheWhole(t *testing.T) {
	workload := about("workload-bad", api.High, ofWorkloads, "vault", "web")
	least := Int("least", 3, "pods that are too many for a node")
	crowded := &Check{ID: "node-crowded", Severity: api.Medium, Options: []Option{least}, Judge: Over(Nodes, func(p *Pass, n *inventory.Node) Verdict {
		if n.Load.Pods < least.In(p) {
			return Faults()
		}
		return Faults(Fault{Message: fmt.Sprint(n.Load.Pods, " pods")})
	})}
	unsure := failing("unsure", api.Low, map[string]Verdict{"ledger": Unknown("owned by Kafka"), "cart": Unknown("owned by Redis")})
	needy := failing("needy", api.Low, map[string]Verdict{"web": faultIn("app")}, inventory.Services)
	loud := explaining(failing("loud", api.High, map[string]Verdict{"web": faultIn("app"), "vault": faultIn("app")}), "quiet")
	quiet := failing("quiet", api.Low, map[string]Verdict{"web": faultIn("app"), "vault": faultIn("app"), "cart": faultIn("app")})
	everywhere := []*Check{
		workload, about("service-bad", api.Critical, ofServices, "shop"), about("namespace-bad", api.Low, ofNamespaces, "bank"),
		about("route-bad", api.Medium, ofIngresses, "door"), crowded,
	}
	score := 99
	for name, test := range map[string]struct {
		checks []*Check
		change func(*inventory.Inventory)
		opts   func(*Options)
	}{
		"findings of all kinds": {checks: everywhere},
		"nothing found":         {checks: []*Check{failing("fine", api.High, nil)}},
		"subjects that are unknown, the first by namespace": {checks: []*Check{unsure}},
		"one namespace that is unknown":                     {checks: []*Check{failing("unsure", api.Low, map[string]Verdict{"cart": Unknown("owned by Redis")})}},
		"causes that one check reports":                     {checks: []*Check{loud, quiet}},
		"a resource that is forbidden in one namespace": {
			checks: []*Check{needy}, change: func(inv *inventory.Inventory) { readIn(inv, inventory.Services, "shop") },
		},
		"a resource that is forbidden": {
			checks: []*Check{needy}, change: func(inv *inventory.Inventory) { unread(inv, inventory.Services, inventory.Unreadable, "forbidden") },
		},
		"nodes that are forbidden": {
			checks: everywhere, change: func(inv *inventory.Inventory) {
				inv.Nodes = nil
				unread(inv, inventory.Nodes, inventory.Unreadable, "forbidden")
			},
		},
		"files": {
			checks: everywhere, change: func(inv *inventory.Inventory) {
				inv.Time, inv.Part = time.Time{}, true
				inv.NotRead = []inventory.NotRead{{File: "a.yaml:3", Reason: "not YAML"}}
				inv.Ignored, inv.Removed = map[string]int{"Widget": 2}, map[string]int{"v1beta1 Ingress (removed in 1.22)": 1}
				inv.Replaced = []inventory.Replaced{{
					Object: inventory.Object{APIVersion: "apps/v1", Kind: "Deployment", Namespace: "shop", Name: "web"},
					At:     inventory.Position{File: "a.yaml", Line: 1}, By: inventory.Position{File: "b.yaml", Line: 7},
				}}
				inv.Positions = inventory.NewPositions()
				inv.Positions.Add(&inv.Nodes[0].Object, &inventory.Position{File: "nodes.yaml", Line: 9})
				inv.Positions.Add(&inv.Workloads[1].Object, &inventory.Position{File: "web.yaml", Line: 4})
			},
		},
		"files that may hold more": {
			checks: []*Check{{ID: "absent", Severity: api.Low, Reads: Reads{AbsentFrom: []inventory.Resource{inventory.Nodes}}, Judge: crowded.Judge}},
			change: func(inv *inventory.Inventory) { inv.Time, inv.MayHoldMore = time.Time{}, true },
		},
		"a selection": {
			checks: everywhere, change: func(inv *inventory.Inventory) {
				inv.Workloads[1].Labels = map[string]string{"app": "web"}
				inv.Scope.Selector = labels.SelectorFromSet(labels.Set{"app": "web"})
			},
		},
		"a namespace that is left out": {checks: everywhere, change: func(inv *inventory.Inventory) { inv.Scope.Exclude = []string{"bank"} }},
		"a gate": {checks: everywhere, opts: func(o *Options) {
			o.Gate = Gate{FailOn: api.High, MinScore: &score, RequireComplete: true}
		}},
		"an option": {checks: everywhere, opts: func(o *Options) {
			var err error
			if o.Settings, err = ParseSettings(o.Checks, []string{"node-crowded.least=1"}); err != nil {
				t.Fatal(err)
			}
		}},
		"another severity": {checks: everywhere, opts: func(o *Options) {
			var err error
			o.Checks, err = Select(o.Checks, Selection{Severities: map[string]api.Severity{"workload-bad": api.Low, "node-crowded": api.High}})
			if err != nil {
				t.Fatal(err)
			}
		}},
		"exceptions": {checks: append([]*Check{loud, quiet}, everywhere...), opts: func(o *Options) {
			o.Policy.Config, o.Policy.Enabled = "prodcheck.yaml", map[string]bool{"loud": true, "route-bad": false}
			for _, rule := range []api.ExceptionRule{
				{Checks: []string{"workload-bad"}},
				{Checks: []string{"quiet"}, Names: []string{"web"}},
				{Checks: []string{"quiet"}, Namespaces: []string{"bank"}},
				{Checks: []string{"quiet", "loud"}, Names: []string{"v*"}, Expires: "2026-01-31"},
				{Checks: []string{"loud"}, Names: []string{"nobody"}},
				{Checks: []string{"node-crowded"}},
			} {
				o.Policy.Exceptions = append(o.Policy.Exceptions, exception(t, o.Checks, rule))
			}
		}},
		"exceptions below the minimum severity": {checks: []*Check{loud, quiet}, opts: func(o *Options) {
			o.MinSeverity = api.Medium
			o.Policy.Exceptions = []Exception{
				exception(t, o.Checks, api.ExceptionRule{Checks: []string{"quiet"}, Names: []string{"cart"}}),
				exception(t, o.Checks, api.ExceptionRule{Checks: []string{"quiet"}, Names: []string{"nobody"}}),
			}
		}},
		"annotations": {
			checks: everywhere, change: annotated,
		},
		"annotations that are forbidden": {
			checks: everywhere, change: annotated, opts: func(o *Options) { o.Policy.ForbidAnnotations = true },
		},
	} {
		t.Run(name, func(t *testing.T) {
			opts := Options{Checks: test.checks, Catalog: test.checks, Now: now, ToolVersion: "v1", Profile: api.Production}
			change := func(inv *inventory.Inventory) {
				if test.change != nil {
					test.change(inv)
				}
			}
			if test.opts != nil {
				test.opts(&opts)
			}
			whole := asJSON(Run(townOf(nil, change), opts))
			reports := shardReports(t, change, opts)
			for range 2 {
				merged, err := Merge(reports, Options{Catalog: test.checks, ToolVersion: "v1", Gate: opts.Gate})
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(whole, asJSON(merged)); diff != "" {
					t.Errorf("-whole +merged:\n%s", diff)
				}
				reports = shardReports(t, change, opts)
				slices.Reverse(reports)
			}
		})
	}
}

// annotated has annotations in both namespaces, one of them on the namespace itself.
func annotated(inv *inventory.Inventory) {
	inv.Workloads[1].Ignore = &inventory.Ignore{Checks: "workload-bad"}
	inv.Workloads[2].Ignore = &inventory.Ignore{Checks: "nonsense"}
	inv.Workloads[0].Ignore = &inventory.Ignore{Checks: "nothing"}
	inv.NamespaceObjects = []*inventory.Object{
		{APIVersion: "v1", Kind: "Namespace", Name: "bank", Ignore: &inventory.Ignore{Checks: "namespace-bad"}},
	}
}

// The whole is as old as the first of its parts, and is judged then.
func TestMergeTakesTheFirstTime(t *testing.T) {
	check := failing("a", api.High, nil)
	opts := Options{Checks: []*Check{check}, Now: now}
	for _, order := range [][]int{{0, 1}, {1, 0}} {
		all := shardReports(t, func(*inventory.Inventory) {}, opts)
		all[1].Metadata.CreationTimestamp.Time = now.Add(-time.Minute)
		merged, err := Merge([]ShardReport{all[order[0]], all[order[1]]}, Options{Catalog: opts.Checks})
		if err != nil {
			t.Fatal(err)
		}
		if at := merged.Metadata.CreationTimestamp; !at.Time.Equal(now.Add(-time.Minute)) {
			t.Errorf("in the order %v: %s", order, at)
		}
	}
}

// Reports come from files, which somebody may have changed.
func TestMergeRefuses(t *testing.T) {
	checks := []*Check{failing("a", api.High, nil)}
	facts := func(change func(*shardFacts)) func(*testing.T, *api.Report) {
		return func(t *testing.T, r *api.Report) {
			f, err := factsOf(r.Shard)
			if err != nil {
				t.Fatal(err)
			}
			change(f)
			r.Shard.Facts = f.compressed()
		}
	}
	report := func(change func(*api.Report)) func(*testing.T, *api.Report) {
		return func(_ *testing.T, r *api.Report) { change(r) }
	}
	for name, test := range map[string]struct {
		// second changes the second report, both changes both.
		second, both func(*testing.T, *api.Report)
		want         string
	}{
		"another cluster":     {second: report(func(r *api.Report) { r.Metadata.Name = "other" }), want: "do not belong together"},
		"no facts":            {second: report(func(r *api.Report) { r.Shard.Facts = "" }), want: "2.json: its facts cannot be read: "},
		"facts cut short":     {second: report(func(r *api.Report) { r.Shard.Facts = r.Shard.Facts[:40] }), want: "2.json: its facts cannot be read: "},
		"facts in no base64":  {second: report(func(r *api.Report) { r.Shard.Facts = "?" }), want: "2.json: its facts cannot be read: "},
		"a namespace twice":   {second: facts(func(f *shardFacts) { f.Accounts["bank"] = &account{} }), want: `both judge namespace "bank"`},
		"no namespace":        {second: facts(func(f *shardFacts) { f.Accounts[""] = &account{} }), want: `both judge namespace ""`},
		"an account of null":  {second: facts(func(f *shardFacts) { f.Accounts["shop"] = nil }), want: `both judge namespace "shop"`},
		"a node that is null": {second: facts(func(f *shardFacts) { f.Nodes[0] = nil }), want: "2.json: its facts do not fit it"},
		"uses of no exception": {
			second: facts(func(f *shardFacts) { f.Uses = []exceptionUse{{Matched: 1}} }), want: "2.json: its facts do not fit it",
		},
		"other resources": {
			second: facts(func(f *shardFacts) { f.Reads = f.Reads[1:] }), want: "1.json: its facts are not of the same resources as those of 2.json",
		},
		"fewer resources": {
			second: facts(func(f *shardFacts) { f.Reads = f.Reads[:len(f.Reads)-1] }), want: "1.json: its facts are not of the same resources as those of 2.json",
		},
		"a check that is not known": {
			both: report(func(r *api.Report) { r.Checks[0].ID = "b" }), want: `1.json: unknown check "b"`,
		},
		"a setting that is not known": {
			both: report(func(r *api.Report) { r.Settings = map[string]string{"a.most": "1"} }), want: "1.json: ",
		},
		"a selector that is none": {both: report(func(r *api.Report) { r.Scope.Selector = "a=b=c" }), want: "1.json: "},
		"an exception that is none": {
			both: func(t *testing.T, r *api.Report) {
				r.Policy = &api.Policy{Exceptions: []api.Exception{{}}}
				facts(func(f *shardFacts) { f.Uses = make([]exceptionUse, 1) })(t, r)
			},
			want: "1.json: an exception needs checks",
		},
	} {
		t.Run(name, func(t *testing.T) {
			reports := shardReports(t, func(*inventory.Inventory) {}, Options{Checks: checks, Now: now})
			if test.second != nil {
				test.second(t, reports[1].Report)
			} else {
				test.both(t, reports[0].Report)
				test.both(t, reports[1].Report)
			}
			_, err := Merge(reports, Options{Catalog: checks})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v, want %q", err, test.want)
			}
		})
	}
}

// Positions of more nodes than there are belong to none.
func TestPositionsOfNoNode(t *testing.T) {
	at := &inventory.Position{File: "nodes.yaml", Line: 3}
	node := &inventory.Node{Object: inventory.Object{APIVersion: "v1", Kind: "Node", Name: "a"}}
	positions := positionsOf(&shardFacts{Nodes: []*inventory.Node{node}, Positions: []*inventory.Position{at, at}})
	if got := positions.Find(&node.Object); got != at {
		t.Errorf("found %v, want %v", got, at)
	}
}

// Only the first shard knows nodes. The others count the pods on them, as far as there
// are any.
func TestNodesOfShards(t *testing.T) {
	for shard, want := range map[*inventory.Shard][]string{
		nil: {"Node node-0", "Node node-1"}, shardsOfTown[0]: {"Node node-0", "Node node-1"}, {Index: 2, Of: 2, Placed: map[string]int{"bank": 2, "shop": 1}}: {" node-0"},
	} {
		var got []string
		for _, n := range nodesOfShard(townOf(shard, func(*inventory.Inventory) {})) {
			got = append(got, n.Kind+" "+n.Name)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%+v: %q, want %q", shard, got, want)
		}
	}
}

// A gate is the user's, and no report's: its error names no report.
func TestMergeRefusesAGate(t *testing.T) {
	checks := []*Check{failing("a", api.High, nil)}
	score := 101
	reports := shardReports(t, func(*inventory.Inventory) {}, Options{Checks: checks, Now: now})
	_, err := Merge(reports, Options{Catalog: checks, Gate: Gate{MinScore: &score}})
	if mistake, is := errors.AsType[GateError](err); !is || err.Error() != mistake.Error() {
		t.Errorf("%v is no GateError, or it is wrapped", err)
	}
}
