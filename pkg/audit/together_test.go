package audit

import (
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// ofShard returns the report of a shard, changed.
func ofShard(name string, index, of int, change ...func(*api.Report)) ShardReport {
	r := api.New()
	r.Metadata = api.Metadata{Name: "prod", CreationTimestamp: metav1.NewTime(now)}
	r.Tool.Version, r.Shard = "v1", &api.Shard{Index: index, Of: of}
	r.Scope.AllNamespaces = true
	r.Checks = []api.Check{{ID: "a", Severity: api.High}}
	for _, c := range change {
		c(r)
	}
	return ShardReport{Name: name, Report: r}
}

func TestBelongTogether(t *testing.T) {
	first := ofShard("1.json", 1, 2)
	second := func(change func(*api.Report)) []ShardReport {
		return []ShardReport{first, ofShard("2.json", 2, 2, change)}
	}
	for name, test := range map[string]struct {
		reports []ShardReport
		want    string
	}{
		"all":                       {second(func(*api.Report) {}), ""},
		"the only one":              {[]ShardReport{ofShard("1.json", 1, 1)}, ""},
		"no shard":                  {second(func(r *api.Report) { r.Shard = nil }), "2.json is not the report of a shard"},
		"shard 0":                   {[]ShardReport{ofShard("0.json", 0, 2)}, "shard 0/2, which does not exist"},
		"of 0":                      {[]ShardReport{ofShard("0.json", 1, 0)}, "shard 1/0, which does not exist"},
		"beyond":                    {[]ShardReport{ofShard("3.json", 3, 2)}, "shard 3/2, which does not exist"},
		"another tool":              {second(func(r *api.Report) { r.Tool.Version = "v2" }), "2.json was made by version v2"},
		"twice":                     {[]ShardReport{first, ofShard("again.json", 1, 2)}, "shard 1/2 appears twice: in 1.json and again.json"},
		"one missing":               {[]ShardReport{first}, "the report of shard 2/2 is missing"},
		"some missing":              {[]ShardReport{ofShard("2.json", 2, 4)}, "the reports of shards 1/4, 3/4, 4/4 are missing"},
		"eight missing":             {[]ShardReport{ofShard("9.json", 9, 9)}, "the reports of shards 1/9, 2/9, 3/9, 4/9, 5/9, 6/9, 7/9, 8/9 are missing"},
		"many missing":              {[]ShardReport{ofShard("10.json", 10, 10)}, "9 shards are missing, the first are 1/10, 2/10, 3/10, 4/10, 5/10, 6/10, 7/10, 8/10"},
		"another number":            {[]ShardReport{first, ofShard("2.json", 2, 3)}, `the number of shards is "2" in one and "3" in the other`},
		"another cluster":           {second(func(r *api.Report) { r.Metadata.Name = "test" }), `the cluster is "prod" in one and "test" in the other`},
		"another profile":           {second(func(r *api.Report) { r.Profile = "strict" }), "the profile is"},
		"another scope":             {second(func(r *api.Report) { r.Scope.Selector = "a=b" }), "the scope is"},
		"other namespaces":          {second(func(r *api.Report) { r.Scope.LeftOut = &api.LeftOut{Patterns: []string{"a*"}} }), "the scope is"},
		"other settings":            {second(func(r *api.Report) { r.Settings = map[string]string{"a.most": "1"} }), "their settings differ"},
		"other severities":          {second(func(r *api.Report) { r.Checks[0].Severity = api.Low }), "their checks or severities differ"},
		"another policy":            {second(func(r *api.Report) { r.Policy = &api.Policy{MinSeverity: api.High} }), "their policies differ"},
		"annotations are forbidden": {second(func(r *api.Report) { r.Policy = &api.Policy{Annotations: &api.Annotations{Forbidden: true}} }), "their policies differ"},
		"annotations are found":     {second(func(r *api.Report) { r.Policy = &api.Policy{Annotations: &api.Annotations{Objects: 3}} }), ""},
		"another division":          {second(func(r *api.Report) { r.Shard.Division = "x" }), "divide the namespaces in different ways"},
		"an hour apart":             {second(func(r *api.Report) { r.Metadata.CreationTimestamp = metav1.NewTime(now.Add(-time.Hour)) }), ""},
		"longer apart":              {second(func(r *api.Report) { r.Metadata.CreationTimestamp = metav1.NewTime(now.Add(time.Hour + time.Second)) }), "they were made 1h0m1s apart"},
	} {
		t.Run(name, func(t *testing.T) {
			err := belongTogether(test.reports, "v1")
			switch {
			case err == nil && test.want != "":
				t.Errorf("no error, want %q", test.want)
			case err != nil && (test.want == "" || !strings.Contains(err.Error(), test.want)):
				t.Errorf("%q, want %q", err, test.want)
			}
		})
	}
}
