package audit

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// live returns a cluster that was read at the time of the tests.
func live(names ...string) *inventory.Inventory {
	inv := cluster(names...)
	inv.Time = now
	return inv
}

func exception(t *testing.T, catalog []*Check, rule api.ExceptionRule) Exception {
	t.Helper()
	if rule.Reason == "" {
		rule.Reason = "known"
	}
	e, err := NewException(catalog, rule, "policy.yaml:1")
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// audited runs the checks with the rules as exceptions.
func audited(t *testing.T, inv *inventory.Inventory, checks []*Check, rules ...api.ExceptionRule) *api.Report {
	t.Helper()
	opts := Options{Checks: checks, Now: now}
	for _, rule := range rules {
		opts.Policy.Exceptions = append(opts.Policy.Exceptions, exception(t, checks, rule))
	}
	return Run(inv, opts)
}

// open and suppressed return the findings as CHECK OBJECT CONTAINER MESSAGE.
func open(r *api.Report) []string {
	var all []string
	for _, f := range r.Findings {
		all = append(all, line(f))
	}
	return all
}

func suppressed(r *api.Report) []string {
	var all []string
	for _, s := range r.Suppressed {
		by := "annotation"
		if s.By.Exception != nil {
			by = fmt.Sprint(*s.By.Exception)
		} else {
			by += " of " + s.By.Annotation.Kind
		}
		all = append(all, line(s.Finding)+" by "+by)
	}
	return all
}

func line(f api.Finding) string {
	return strings.Join(slices.DeleteFunc([]string{f.Check, f.Object.Name, f.Object.Container}, func(s string) bool { return s == "" }), " ")
}

func TestExceptionsMatch(t *testing.T) {
	check := failing("image-tag-latest", api.High, map[string]Verdict{"web": faultIn("app"), "cart": faultIn("")})
	for name, test := range map[string]struct {
		rule api.ExceptionRule
		open []string
	}{
		"check":               {api.ExceptionRule{Checks: []string{"image-tag-latest"}}, nil},
		"pattern of checks":   {api.ExceptionRule{Checks: []string{"image-*"}}, nil},
		"namespace":           {api.ExceptionRule{Checks: []string{"*"}, Namespaces: []string{"bill", "sh?p"}}, nil},
		"other namespace":     {api.ExceptionRule{Checks: []string{"*"}, Namespaces: []string{"bill"}}, []string{"image-tag-latest cart", "image-tag-latest web app"}},
		"kind":                {api.ExceptionRule{Checks: []string{"*"}, Kinds: []string{"deploy*"}}, nil},
		"other kind":          {api.ExceptionRule{Checks: []string{"*"}, Kinds: []string{"Service"}}, []string{"image-tag-latest cart", "image-tag-latest web app"}},
		"name":                {api.ExceptionRule{Checks: []string{"*"}, Names: []string{"we*"}}, []string{"image-tag-latest cart"}},
		"container":           {api.ExceptionRule{Checks: []string{"*"}, Containers: []string{"*"}}, []string{"image-tag-latest cart"}},
		"other container":     {api.ExceptionRule{Checks: []string{"*"}, Containers: []string{"proxy"}}, []string{"image-tag-latest cart", "image-tag-latest web app"}},
		"labels":              {api.ExceptionRule{Checks: []string{"*"}, Labels: map[string]string{"team": "a"}}, []string{"image-tag-latest cart"}},
		"labels of pods":      {api.ExceptionRule{Checks: []string{"*"}, Labels: map[string]string{"pod": "b"}}, []string{"image-tag-latest web app"}},
		"all of labels":       {api.ExceptionRule{Checks: []string{"*"}, Labels: map[string]string{"team": "a", "pod": "b"}}, []string{"image-tag-latest cart", "image-tag-latest web app"}},
		"on its last day":     {api.ExceptionRule{Checks: []string{"*"}, Expires: "2026-11-21"}, nil},
		"after its last day":  {api.ExceptionRule{Checks: []string{"*"}, Expires: "2026-11-20"}, []string{"image-tag-latest cart", "image-tag-latest web app"}},
		"all that it says":    {api.ExceptionRule{Checks: []string{"*"}, Namespaces: []string{"shop"}, Names: []string{"web"}, Containers: []string{"app"}}, []string{"image-tag-latest cart"}},
		"none of what it has": {api.ExceptionRule{Checks: []string{"*"}, Namespaces: []string{"shop"}, Names: []string{"web"}, Containers: []string{"log"}}, []string{"image-tag-latest cart", "image-tag-latest web app"}},
	} {
		t.Run(name, func(t *testing.T) {
			inv := live("cart", "web")
			inv.Workloads[1].Labels = labels.Set{"team": "a"}
			inv.Workloads[0].Pods[0].Labels = labels.Set{"pod": "b"}
			r := audited(t, inv, []*Check{check}, test.rule)
			if !slices.Equal(open(r), test.open) || len(r.Suppressed) != 2-len(test.open) {
				t.Errorf("open %q, suppressed %q", open(r), suppressed(r))
			}
			if r.Summary.Findings.Suppressed != len(r.Suppressed) || r.Namespaces[0].Findings.Suppressed != len(r.Suppressed) {
				t.Errorf("counted %+v and %+v", r.Summary.Findings, r.Namespaces[0].Findings)
			}
		})
	}
}

// If only some containers of a subject are suppressed, each group is a finding
// of its own, and only the open one counts.
func TestExceptionForOneContainer(t *testing.T) {
	check := failing("a", api.High, map[string]Verdict{"web": Faults(
		Fault{Container: "app", Message: "no limit", Severity: api.Medium},
		Fault{Container: "proxy", Message: "no limit", Severity: api.Critical},
	)})
	r := audited(t, live("web"), []*Check{check}, api.ExceptionRule{Checks: []string{"a"}, Containers: []string{"proxy"}, Owner: "mesh", Expires: "2027-01-31"})
	if len(r.Findings) != 1 || r.Findings[0].Object.Container != "app" || r.Findings[0].Severity != api.Medium {
		t.Errorf("findings %s", asJSON(r.Findings))
	}
	if len(r.Suppressed) != 1 || r.Suppressed[0].Object.Container != "proxy" || r.Suppressed[0].Severity != api.Critical ||
		asJSON(r.Suppressed[0].By) != `{"exception":0,"reason":"known","owner":"mesh","expires":"2027-01-31"}` {
		t.Errorf("suppressed %s", asJSON(r.Suppressed))
	}
	if c := r.Checks[0]; c.Outcome != api.Fail || c.Failed != 1 || c.Suppressed != 0 {
		t.Errorf("check %s", asJSON(c))
	}
}

// A suppressed finding takes no points and does not cause a score. It is
// counted as suppressed.
// Faults of one subject stay apart if they are suppressed for different reasons.
func TestExceptionsOfOneSubject(t *testing.T) {
	check := failing("a", api.High, map[string]Verdict{"web": faultIn("app", "log", "proxy")})
	r := audited(t, live("web"), []*Check{check},
		api.ExceptionRule{Checks: []string{"a"}, Containers: []string{"app", "log"}}, api.ExceptionRule{Checks: []string{"a"}, Containers: []string{"proxy"}})
	var got []string
	for _, s := range r.Suppressed {
		got = append(got, s.Message)
	}
	if want := []string{"app, log: is wrong", "is wrong"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// Of several checks whose faults another one reports, the first is named, in any order.
func TestExceptionsOfFoldedChecks(t *testing.T) {
	bad := map[string]Verdict{"web": faultIn("app")}
	cause := explaining(failing("cause", api.Critical, bad), "effect-1", "effect-2")
	for _, effects := range [][]string{{"effect-1", "effect-2"}, {"effect-2", "effect-1"}} {
		checks := []*Check{cause, failing(effects[0], api.High, bad), failing(effects[1], api.High, bad)}
		r := audited(t, live("web"), checks, api.ExceptionRule{Checks: []string{"effect-*"}})
		if got, want := r.Policy.Exceptions[0].Detail, "a more specific check reports what effect-1 finds there"; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestSuppressedTakesNoPoints(t *testing.T) {
	bad := map[string]Verdict{"web": faultIn("")}
	critical := failing("a", api.Critical, bad)
	medium, fine := failing("b", api.Medium, bad), failing("c", api.Medium, nil)
	r := audited(t, live("web"), []*Check{critical, medium, fine}, api.ExceptionRule{Checks: []string{"a"}})
	if *r.Summary.Score.Score != 95 || r.Summary.Grade != "A" || r.Summary.Coverage != 1 || r.Summary.Readiness.Ready != 1 {
		t.Errorf("summary %s", asJSON(r.Summary))
	}
	counts := api.Counts{Medium: 1, Suppressed: 1}
	if r.Summary.Findings != counts || r.Namespaces[0].Findings != counts {
		t.Errorf("counted %s, by namespace %s", asJSON(r.Summary.Findings), asJSON(r.Namespaces))
	}
	if c := r.Checks[0]; c.Outcome != api.AllSuppressed || c.Failed != 0 || c.Suppressed != 1 || c.Judged != 1 {
		t.Errorf("check %s", asJSON(c))
	}
	all := audited(t, live("web"), []*Check{critical}, api.ExceptionRule{Checks: []string{"a"}})
	if all.Summary.Score.Score != nil || all.Summary.Grade != "-" {
		t.Errorf("summary %s", asJSON(all.Summary))
	}
}

// One cause, one finding, one exception: exceptions are not tried on folded
// faults.
func TestFoldingComesFirst(t *testing.T) {
	bad := map[string]Verdict{"web": faultIn("app")}
	oom, loop := explaining(failing("container-oom-killed", api.Critical, bad), "container-crash-looping"), failing("container-crash-looping", api.Critical, bad)
	checks := []*Check{oom, loop}
	r := audited(t, live("web"), checks, api.ExceptionRule{Checks: []string{"container-oom-killed"}})
	if len(r.Findings) != 0 || !slices.Equal(suppressed(r), []string{"container-oom-killed web app by 0"}) ||
		asJSON(r.Suppressed[0].Folded) != `["container-crash-looping"]` {
		t.Errorf("open %q, suppressed %s", open(r), asJSON(r.Suppressed))
	}
	r = audited(t, live("web"), checks, api.ExceptionRule{Checks: []string{"container-crash-looping"}})
	if e := r.Policy.Exceptions[0]; len(r.Findings) != 1 || e.State != api.ExceptionNotJudged ||
		e.Detail != "a more specific check reports what container-crash-looping finds there" {
		t.Errorf("open %q, exception %s", open(r), asJSON(e))
	}
}

func TestExceptionStates(t *testing.T) {
	found := failing("found", api.High, map[string]Verdict{"web": faultIn("")})
	clean := failing("clean", api.High, nil)
	blind := failing("blind", api.High, map[string]Verdict{"cart": Unknown("who knows")})
	other := failing("other", api.High, nil)
	for name, test := range map[string]struct {
		rule    api.ExceptionRule
		change  func(*inventory.Inventory, *Options)
		state   api.ExceptionState
		matched int
		detail  string
	}{
		"active":                {rule: api.ExceptionRule{Checks: []string{"found"}}, state: api.ExceptionActive, matched: 1},
		"unused":                {rule: api.ExceptionRule{Checks: []string{"clean"}}, state: api.ExceptionUnused},
		"unused in a namespace": {rule: api.ExceptionRule{Checks: []string{"found"}, Names: []string{"cart"}}, state: api.ExceptionUnused},
		"expired":               {rule: api.ExceptionRule{Checks: []string{"found"}, Expires: "2026-11-20"}, state: api.ExceptionExpired, matched: 1},
		"expired and unused":    {rule: api.ExceptionRule{Checks: []string{"clean"}, Expires: "2026-11-20"}, state: api.ExceptionExpired},
		"expired, did not run":  {rule: api.ExceptionRule{Checks: []string{"other"}, Expires: "2026-11-20"}, state: api.ExceptionExpired, detail: "other did not run"},
		"check did not run":     {rule: api.ExceptionRule{Checks: []string{"other"}}, state: api.ExceptionNotJudged, detail: "other did not run"},
		"one of the checks did not run": {
			rule: api.ExceptionRule{Checks: []string{"clean", "othe?"}}, state: api.ExceptionNotJudged, detail: "other did not run"},
		"check unknown for some": {rule: api.ExceptionRule{Checks: []string{"blind"}}, state: api.ExceptionNotJudged,
			detail: "blind was not judged everywhere: who knows"},
		"list read in part": {rule: api.ExceptionRule{Checks: []string{"clean"}}, state: api.ExceptionNotJudged,
			change: func(inv *inventory.Inventory, _ *Options) {
				unread(inv, inventory.Deployments, inventory.Partial, "timed out")
			},
			detail: "clean was not judged everywhere: deployments.apps: read in part, timed out"},
		"other namespace": {rule: api.ExceptionRule{Checks: []string{"clean"}, Namespaces: []string{"billing"}},
			change: func(inv *inventory.Inventory, _ *Options) { inv.Scope.Namespaces = []string{"shop"} },
			state:  api.ExceptionNotJudged, detail: "only namespace shop was audited"},
		"any namespace": {rule: api.ExceptionRule{Checks: []string{"clean"}},
			change: func(inv *inventory.Inventory, _ *Options) { inv.Scope.Namespaces = []string{"shop"} },
			state:  api.ExceptionNotJudged, detail: "only namespace shop was audited"},
		"just this namespace": {rule: api.ExceptionRule{Checks: []string{"clean"}, Namespaces: []string{"shop"}},
			change: func(inv *inventory.Inventory, _ *Options) { inv.Scope.Namespaces = []string{"shop"} }, state: api.ExceptionUnused},
		"namespace left out": {rule: api.ExceptionRule{Checks: []string{"clean"}, Namespaces: []string{"kube-*"}},
			change: func(inv *inventory.Inventory, _ *Options) { inv.Excluded = []string{"kube-system"} },
			state:  api.ExceptionNotJudged, detail: "namespace kube-system is left out"},
		"selector": {rule: api.ExceptionRule{Checks: []string{"clean"}},
			change: func(inv *inventory.Inventory, _ *Options) {
				inv.Scope.Selector = labels.SelectorFromSet(labels.Set{"a": "b"})
			},
			state: api.ExceptionNotJudged, detail: "only what the selector picks was audited"},
		"files": {rule: api.ExceptionRule{Checks: []string{"clean"}},
			change: func(inv *inventory.Inventory, _ *Options) { inv.Time = time.Time{} },
			state:  api.ExceptionNotJudged, detail: "files were audited, not a cluster"},
		"less severe is hidden": {rule: api.ExceptionRule{Checks: []string{"found"}},
			change: func(_ *inventory.Inventory, o *Options) { o.MinSeverity = api.Critical },
			state:  api.ExceptionNotJudged, detail: "nothing below critical was looked for"},
		"nothing is hidden": {rule: api.ExceptionRule{Checks: []string{"clean"}},
			change: func(_ *inventory.Inventory, o *Options) { o.MinSeverity = api.Critical }, state: api.ExceptionUnused},
	} {
		t.Run(name, func(t *testing.T) {
			inv := live("cart", "web")
			inv.Scope.Namespaces = nil
			opts := Options{Checks: []*Check{found, clean, blind}, Catalog: []*Check{found, clean, blind, other}, Now: now}
			opts.Policy.Exceptions = []Exception{exception(t, opts.Catalog, test.rule)}
			if test.change != nil {
				test.change(inv, &opts)
			}
			e := Run(inv, opts).Policy.Exceptions[0]
			if e.State != test.state || e.Matched != test.matched || e.Detail != test.detail || e.Source != "policy.yaml:1" {
				t.Errorf("%s, want %s %d %q", asJSON(e), test.state, test.matched, test.detail)
			}
		})
	}
}

func TestBadExceptions(t *testing.T) {
	catalog := []*Check{{ID: "image-tag-latest"}}
	good := api.ExceptionRule{Checks: []string{"image-tag-latest"}, Reason: "known"}
	for want, change := range map[string]func(*api.ExceptionRule){
		"an exception needs checks":                                           func(r *api.ExceptionRule) { r.Checks = nil },
		"an exception needs a reason":                                         func(r *api.ExceptionRule) { r.Reason = " " },
		`unknown check "image-tag-lates", did you mean image-tag-latest?`:     func(r *api.ExceptionRule) { r.Checks = []string{"image-tag-lates"} },
		`no check matches "job-*"`:                                            func(r *api.ExceptionRule) { r.Checks = []string{"job-*"} },
		`check pattern "[": syntax error in pattern`:                          func(r *api.ExceptionRule) { r.Checks = []string{"["} },
		`namespace pattern "[": syntax error in pattern`:                      func(r *api.ExceptionRule) { r.Namespaces = []string{"["} },
		`name pattern "": syntax error in pattern`:                            func(r *api.ExceptionRule) { r.Names = []string{""} },
		`expires must be a day such as 2027-01-31, not "soon"`:                func(r *api.ExceptionRule) { r.Expires = "soon" },
		`expires must be a day such as 2027-01-31, not "2027-02-30"`:          func(r *api.ExceptionRule) { r.Expires = "2027-02-30" },
		"label a=b c: a valid label must be an empty string or consist of al": func(r *api.ExceptionRule) { r.Labels = map[string]string{"a": "b c"} },
	} {
		rule := good
		change(&rule)
		if _, err := NewException(catalog, rule, ""); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	if _, err := NewException(catalog, good, ""); err != nil {
		t.Error(err)
	}
}

func TestAnnotations(t *testing.T) {
	bad := map[string]Verdict{"web": faultIn("app"), "cart": faultIn("app")}
	checks := []*Check{failing("image-tag-latest", api.High, bad), failing("cpu-limit-missing", api.Low, bad)}
	ids := []string{
		"image-tag-latest cart app", "image-tag-latest web app", "cpu-limit-missing cart app", "cpu-limit-missing web app",
	}
	for name, test := range map[string]struct {
		ignore     inventory.Ignore
		suppressed []string
		problem    string
	}{
		"a check":           {inventory.Ignore{Checks: "image-tag-latest", Reason: "why"}, []string{"image-tag-latest web app by annotation of Deployment"}, ""},
		"two":               {inventory.Ignore{Checks: " cpu-limit-missing , image-tag-latest,", Reason: "why"}, []string{"image-tag-latest web app by annotation of Deployment", "cpu-limit-missing web app by annotation of Deployment"}, ""},
		"a pattern":         {inventory.Ignore{Checks: "image-*"}, []string{"image-tag-latest web app by annotation of Deployment"}, ""},
		"one of each":       {inventory.Ignore{Checks: "cpu-limit-missing,image-*"}, []string{"image-tag-latest web app by annotation of Deployment", "cpu-limit-missing web app by annotation of Deployment"}, ""},
		"nothing":           {inventory.Ignore{Checks: ""}, nil, "it names no check"},
		"unknown":           {inventory.Ignore{Checks: "image-tag-lates,image-*"}, []string{"image-tag-latest web app by annotation of Deployment"}, `unknown check "image-tag-lates"`},
		"matches nothing":   {inventory.Ignore{Checks: "imag-*,image-*"}, []string{"image-tag-latest web app by annotation of Deployment"}, `unknown check "imag-*"`},
		"two unknown":       {inventory.Ignore{Checks: "a,\x1b[2J"}, nil, `unknown check "a" and 1 more`},
		"no pattern":        {inventory.Ignore{Checks: "\x1b[2J"}, nil, `unknown check "\x1b[2J"`},
		"too long":          {inventory.Ignore{Checks: "image-tag-latest,", Cut: true}, []string{"image-tag-latest web app by annotation of Deployment"}, "it is too long: a part of it is not read"},
		"too many patterns": {inventory.Ignore{Checks: "image-tag-latest" + manyPatterns(100)}, []string{"image-tag-latest web app by annotation of Deployment"}, "it is too long: a part of it is not read"},
	} {
		t.Run(name, func(t *testing.T) {
			inv := live("cart", "web")
			inv.Workloads[1].Ignore = &test.ignore
			r := Run(inv, Options{Checks: checks, Now: now})
			if !slices.Equal(suppressed(r), test.suppressed) || len(r.Findings) != len(ids)-len(test.suppressed) {
				t.Errorf("open %q, suppressed %q", open(r), suppressed(r))
			}
			for _, s := range r.Suppressed {
				if s.By.Reason != test.ignore.Reason || s.By.Annotation.Name != "web" {
					t.Errorf("by %s", asJSON(s.By))
				}
			}
			a := r.Policy.Annotations
			problem := ""
			if len(a.Problems) > 0 {
				problem = a.Problems[0].Problem
			}
			if a.Objects != 1 || problem != test.problem {
				t.Errorf("%s, want %q", asJSON(a), test.problem)
			}

			forbidding := Run(inv, Options{Checks: checks, Now: now, Policy: Policy{ForbidAnnotations: true}})
			if !slices.Equal(open(forbidding), ids) || len(forbidding.Suppressed) > 0 ||
				asJSON(forbidding.Policy.Annotations) != `{"forbidden":true,"objects":1}` {
				t.Errorf("open %q, %s", open(forbidding), asJSON(forbidding.Policy))
			}
		})
	}
}

// The annotation of a namespace counts for all in it, and for its own findings, and is
// one annotation.
func TestAnnotationsOfNamespaces(t *testing.T) {
	inv := town()
	shop := &inv.Namespaces[0].Object
	shop.Ignore = &inventory.Ignore{Checks: "of-workloads,of-namespaces"}
	inv.NamespaceObjects = []*inventory.Object{shop}
	// A workload may have the name of its namespace.
	inv.Workloads[3].Name, inv.Workloads[3].Ignore = "bank", &inventory.Ignore{Checks: "of-workloads"}
	r := run1(inv, about("of-workloads", api.High, ofWorkloads, "cart", "bank", "ledger"), about("of-namespaces", api.Low, ofNamespaces, "shop", "bank"))
	want := []string{"of-workloads bank by annotation of Deployment", "of-workloads cart by annotation of Namespace", "of-namespaces shop by annotation of Namespace"}
	if got := suppressed(r); !slices.Equal(got, want) || r.Policy.Annotations.Objects != 2 {
		t.Errorf("open %q, suppressed %q, %s", open(r), got, asJSON(r.Policy))
	}
}

// manyPatterns returns n different patterns that match image-tag-latest.
func manyPatterns(n int) string {
	var all strings.Builder
	for i := range n {
		all.WriteString(",image-tag-l" + strings.Repeat("*", i+1))
	}
	return all.String()
}

// An annotation comes first, and the exception still counts as used.
func TestAnnotationsComeFirst(t *testing.T) {
	check := failing("a", api.High, map[string]Verdict{"web": faultIn("app")})
	inv := live("web")
	inv.Workloads[0].Ignore = &inventory.Ignore{Checks: "a"}
	r := audited(t, inv, []*Check{check}, api.ExceptionRule{Checks: []string{"a"}})
	if !slices.Equal(suppressed(r), []string{"a web app by annotation of Deployment"}) || r.Policy.Exceptions[0].State != api.ExceptionActive {
		t.Errorf("suppressed %q, %s", suppressed(r), asJSON(r.Policy))
	}
}

func TestUnreadNamespacesAreReported(t *testing.T) {
	check := failing("a", api.High, nil)
	inv := unread(live("web"), inventory.Namespaces, inventory.Unreadable, "forbidden")
	if r := run1(inv, check); asJSON(r.Policy) != `{"annotations":{"objects":0,"unread":"forbidden"}}` {
		t.Errorf("policy %s", asJSON(r.Policy))
	}
	if r := Run(inv, Options{Checks: []*Check{check}, Now: now, Policy: Policy{ForbidAnnotations: true}}); asJSON(r.Policy) != `{"annotations":{"forbidden":true,"objects":0}}` {
		t.Errorf("policy %s", asJSON(r.Policy))
	}
	if r := run1(live("web"), check); r.Policy != nil {
		t.Errorf("policy %s", asJSON(r.Policy))
	}
}

// The severity that policy sets applies everywhere: to findings whose faults
// have one of their own, to the score and to the minimum severity.
func TestSeveritiesOfPolicy(t *testing.T) {
	catalog := []*Check{
		failing("lowered", api.Critical, map[string]Verdict{"web": Faults(Fault{Message: "m", Severity: api.High})}),
		failing("raised", api.Low, map[string]Verdict{"web": faultIn("")}),
		failing("same", api.High, nil),
	}
	set := map[string]api.Severity{"lowered": api.Low, "raised": api.Critical, "same": api.High}
	checks, err := Select(catalog, Selection{Severities: set})
	if err != nil {
		t.Fatal(err)
	}
	r := Run(live("web"), Options{Checks: checks, Now: now})
	if asJSON([]any{r.Findings[0].Severity, r.Findings[1].Severity}) != `["critical","low"]` || *r.Summary.Score.Score != 49 {
		t.Errorf("findings %s, score %d", asJSON(r.Findings), *r.Summary.Score.Score)
	}
	if asJSON([]any{r.Checks[0].DefaultSeverity, r.Checks[1].DefaultSeverity, r.Checks[2].DefaultSeverity}) != `["critical","low",""]` {
		t.Errorf("checks %s", asJSON(r.Checks))
	}
	checks, err = Select(catalog, Selection{Severities: set, MinSeverity: api.High})
	if err != nil || len(checks) != 2 || checks[0].ID != "raised" {
		t.Errorf("%v %v", checks, err)
	}
	if r = Run(live("web"), Options{Checks: checks, Now: now, MinSeverity: api.High}); !slices.Equal(open(r), []string{"raised web"}) {
		t.Errorf("open %q", open(r))
	}
	if catalog[0].Severity != api.Critical {
		t.Error("the catalog has changed")
	}
}

func TestEnabledChecks(t *testing.T) {
	catalog := []*Check{{ID: "usual"}, {ID: "contested", Profile: api.Strict}, {ID: "sampled", Reads: Reads{Samples: Logs}}}
	for name, test := range map[string]struct {
		selection Selection
		want      string
	}{
		"a profile alone":         {Selection{}, "usual"},
		"enabled":                 {Selection{Enabled: map[string]bool{"contested": true}}, "usual contested"},
		"disabled":                {Selection{Enabled: map[string]bool{"usual": false, "contested": true}}, "contested"},
		"named":                   {Selection{Enabled: map[string]bool{"usual": false}, Checks: []string{"usual"}}, "usual"},
		"not named":               {Selection{Enabled: map[string]bool{"contested": true}, Checks: []string{"usual"}}, "usual"},
		"skipped":                 {Selection{Enabled: map[string]bool{"contested": true}, Skip: []string{"contested"}}, "usual"},
		"asked for by its sample": {Selection{Enabled: map[string]bool{"sampled": false}, Samples: []Sampling{Logs}}, "usual sampled"},
	} {
		checks, err := Select(catalog, test.selection)
		if got := strings.Join(namesOf(checks, idOf), " "); err != nil || got != test.want {
			t.Errorf("%s: %q %v, want %q", name, got, err, test.want)
		}
	}
}

func TestGateCountsWhatIsLeft(t *testing.T) {
	check := failing("a", api.High, map[string]Verdict{"web": faultIn("app")})
	gate := Gate{FailOn: api.High}
	opts := Options{Checks: []*Check{check}, Now: now, Gate: gate}
	if g := Run(live("web"), opts).Gate; asJSON(g) != `{"failOn":"high","holds":false,"unmet":["1 high open, none may be high or worse"]}` {
		t.Errorf("gate %s", asJSON(g))
	}
	opts.Policy.Exceptions = []Exception{exception(t, opts.Checks, api.ExceptionRule{Checks: []string{"a"}})}
	if g := Run(live("web"), opts).Gate; asJSON(g) != `{"failOn":"high","holds":true}` {
		t.Errorf("gate %s", asJSON(g))
	}
	if r := run1(live("web"), check); r.Gate != nil {
		t.Errorf("gate %s", asJSON(r.Gate))
	}
}

func TestImpossibleGates(t *testing.T) {
	checks := []*Check{{ID: "a", Severity: api.Low, Worst: api.Medium}}
	score := func(n int) *int { return &n }
	for _, test := range []struct {
		gate Gate
		min  api.Severity
		want string
	}{
		{Gate{MinScore: score(101)}, "", "the gate requires a score of 101, which is not from 0 to 100"},
		{Gate{MinScore: score(-1)}, "", "the gate requires a score of -1, which is not from 0 to 100"},
		{Gate{FailOn: api.Low}, api.High, "the gate fails on severity low, but nothing below high is looked for"},
		{Gate{FailOn: api.High}, "", "the gate fails on severity high, but no check that runs finds anything this severe"},
		{Gate{FailOn: api.Medium, MinScore: score(100)}, api.Low, ""},
		{Gate{}, api.High, ""},
	} {
		err := test.gate.Validate(test.min)
		if err == nil {
			err = test.gate.ValidateFor(checks)
		}
		if test.want == "" && err != nil || test.want != "" && (err == nil || err.Error() != test.want) {
			t.Errorf("%+v: %v, want %q", test.gate, err, test.want)
		}
	}
}
