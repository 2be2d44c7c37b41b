package audit

import (
	"slices"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

func TestGateUnmet(t *testing.T) {
	score := func(n int) *int { return &n }
	open := api.Counts{Critical: 1, High: 2, Low: 3}
	for name, test := range map[string]struct {
		gate  Gate
		score *int
		want  []string
	}{
		"nothing demanded":      {Gate{}, score(0), nil},
		"the severity is open":  {Gate{FailOn: api.Critical}, score(50), []string{"1 critical open, none may be critical"}},
		"worse is open":         {Gate{FailOn: api.Medium}, score(50), []string{"1 critical, 2 high open, none may be medium or worse"}},
		"all of it":             {Gate{FailOn: api.Low}, score(50), []string{"1 critical, 2 high, 3 low open, none may be low or worse"}},
		"the score itself":      {Gate{MinScore: score(50)}, score(50), nil},
		"one less":              {Gate{MinScore: score(51)}, score(50), []string{"the score is 50, it must be at least 51"}},
		"no score":              {Gate{MinScore: score(0)}, nil, []string{"nothing was judged, the score must be at least 0"}},
		"the score and faults":  {Gate{MinScore: score(51), FailOn: api.Critical}, score(50), []string{"1 critical open, none may be critical", "the score is 50, it must be at least 51"}},
		"completeness is apart": {Gate{RequireComplete: true}, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			r := &api.Report{}
			r.Summary.Findings, r.Summary.Score.Score = open, test.score
			if got := test.gate.Unmet(r); !slices.Equal(got, test.want) {
				t.Errorf("unmet %q, want %q", got, test.want)
			}
		})
	}
}

func TestGateMissing(t *testing.T) {
	files := func(n int) []api.NotRead {
		return slices.Repeat([]api.NotRead{{File: "a.yaml", Reason: "not YAML"}}, n)
	}
	for name, test := range map[string]struct {
		r    api.Report
		want []string
	}{
		"nothing": {api.Report{Checks: []api.Check{{ID: "a"}}}, nil},
		"a resource, in two namespaces": {
			api.Report{Incomplete: []api.Incomplete{{Resource: "pods", Reason: "forbidden"}, {Resource: "pods", Reason: "forbidden"}}},
			[]string{"pods: forbidden"},
		},
		"three files": {api.Report{NotRead: files(3)}, slices.Repeat([]string{"a.yaml: not YAML"}, 3)},
		"five files":  {api.Report{NotRead: files(5)}, append(slices.Repeat([]string{"a.yaml: not YAML"}, 3), "2 more not read")},
		"a subject": {
			api.Report{Checks: []api.Check{{ID: "a", Unknown: 1, Reason: "no logs"}, {ID: "b"}}},
			[]string{"a: no logs"},
		},
		"a subject, because of a resource": {
			api.Report{
				Incomplete: []api.Incomplete{{Resource: "pods", Reason: "forbidden"}},
				Checks:     []api.Check{{ID: "a", Unknown: 1, Reason: "pods were not read"}},
			},
			[]string{"pods: forbidden"},
		},
		"an observation that saw everything": {api.Report{Observation: &api.Observation{Seconds: 120}}, nil},
		"an observation with gaps": {
			api.Report{
				Observation: &api.Observation{Seconds: 120, Missed: []api.Missed{
					{Resource: "pods", Seconds: 120, Reason: "forbidden"}, {Resource: "services", Seconds: 3, Reason: "expired"},
					{Resource: "jobs.batch", Seconds: 120, Reason: "timed out"},
				}},
				Incomplete: []api.Incomplete{{Resource: "jobs.batch", Reason: "timed out"}},
			},
			[]string{"jobs.batch: timed out", "changes of pods: forbidden", "changes of services for 3s: expired"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := (Gate{RequireComplete: true}).Missing(&test.r); !slices.Equal(got, test.want) {
				t.Errorf("missing %q, want %q", got, test.want)
			}
			if got := (Gate{}).Missing(&test.r); got != nil {
				t.Errorf("missing %q, though nothing is demanded", got)
			}
		})
	}
}

func TestGateMakesSense(t *testing.T) {
	score := func(n int) *int { return &n }
	for name, test := range map[string]struct {
		gate  Gate
		least api.Severity
		want  bool
	}{
		"nothing demanded":        {Gate{}, api.High, true},
		"the least score":         {Gate{MinScore: score(0)}, "", true},
		"the best score":          {Gate{MinScore: score(100)}, "", true},
		"below":                   {Gate{MinScore: score(-1)}, "", false},
		"above":                   {Gate{MinScore: score(101)}, "", false},
		"all severities are seen": {Gate{FailOn: api.Info}, "", true},
		"the last that is seen":   {Gate{FailOn: api.High}, api.High, true},
		"the first that is not":   {Gate{FailOn: api.Medium}, api.High, false},
	} {
		if err := test.gate.Validate(test.least); (err == nil) != test.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	checks := []*Check{failing("a", api.Low, nil), failing("b", api.High, nil)}
	for failOn, want := range map[api.Severity]bool{"": true, api.Low: true, api.High: true, api.Critical: false} {
		if err := (Gate{FailOn: failOn}).ValidateFor(checks); (err == nil) != want {
			t.Errorf("fail on %q: %v", failOn, err)
		}
	}
}

// A report says whether its gate holds, and has no gate if nothing is required.
func TestGateInReport(t *testing.T) {
	r := &api.Report{Incomplete: []api.Incomplete{{Resource: "pods", Reason: "forbidden"}}}
	r.Summary.Findings = api.Counts{High: 1}
	for gate, want := range map[Gate]bool{
		{FailOn: api.Critical}:                        true,
		{FailOn: api.High}:                            false,
		{RequireComplete: true}:                       false,
		{FailOn: api.Critical, RequireComplete: true}: false,
		{FailOn: api.High, RequireComplete: true}:     false,
	} {
		if got := gate.report(r); got.Holds != want {
			t.Errorf("%+v: %+v", gate, got)
		}
	}
	if got := (Gate{}).report(r); got != nil {
		t.Errorf("no gate: %+v", got)
	}
}
