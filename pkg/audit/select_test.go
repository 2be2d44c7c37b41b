package audit

import (
	"slices"
	"strings"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

var selectable = []*Check{
	{ID: "container-oom-killed", Category: Category{Name: "stability"}, Severity: api.Critical},
	{ID: "container-restarting", Category: Category{Name: "stability"}, Severity: api.Medium, Worst: api.High},
	{ID: "memory-limit-missing", Category: Category{Name: "resources"}, Severity: api.Medium},
	{ID: "cpu-limit-missing", Category: Category{Name: "resources"}, Severity: api.Low, Profile: api.Strict},
	{ID: "image-tag-latest", Category: Category{Name: "images"}, Severity: api.High},
	{ID: "logs-silent", Category: Category{Name: "processes"}, Severity: api.Low, Reads: Reads{Samples: Logs}},
	{ID: "root-filesystem-written", Category: Category{Name: "processes"}, Severity: api.Medium, Reads: Reads{Samples: KubeletStats}},
}

func TestSelect(t *testing.T) {
	for name, test := range map[string]struct {
		selection Selection
		want      string
	}{
		"all but those to be named": {
			Selection{}, "container-oom-killed container-restarting memory-limit-missing image-tag-latest",
		},
		"by name, in the order of the catalog": {
			Selection{Checks: []string{"image-tag-latest", "container-oom-killed"}}, "container-oom-killed image-tag-latest",
		},
		"by pattern":                     {Selection{Checks: []string{"container-*"}}, "container-oom-killed container-restarting"},
		"a pattern names opt-in checks":  {Selection{Checks: []string{"*-limit-missing"}}, "memory-limit-missing cpu-limit-missing"},
		"a category does not":            {Selection{Categories: []string{"resources"}}, "memory-limit-missing"},
		"without some":                   {Selection{Skip: []string{"container-*", "image-tag-latest"}}, "memory-limit-missing"},
		"skipping wins over naming":      {Selection{Checks: []string{"container-*"}, Skip: []string{"container-restarting"}}, "container-oom-killed"},
		"two categories":                 {Selection{Categories: []string{"images", "res*"}}, "memory-limit-missing image-tag-latest"},
		"what can become severe is kept": {Selection{MinSeverity: api.High}, "container-oom-killed container-restarting image-tag-latest"},
		"a sample adds its check": {
			Selection{Samples: []Sampling{Logs}, Skip: []string{"container-*"}}, "memory-limit-missing image-tag-latest logs-silent",
		},
		"a sample adds its check to any profile": {
			Selection{Samples: []Sampling{KubeletStats}, Profile: api.Baseline}, "container-oom-killed image-tag-latest root-filesystem-written",
		},
		"a sample adds nothing to names": {
			Selection{Samples: []Sampling{Logs}, Checks: []string{"image-*"}}, "image-tag-latest",
		},
		"opt-in checks can be skipped": {Selection{Skip: []string{"cpu-limit-missing"}, Categories: []string{"resources"}}, "memory-limit-missing"},
	} {
		t.Run(name, func(t *testing.T) {
			selected, err := Select(selectable, test.selection)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(namesOf(selected, func(c *Check) string { return c.ID }), " "); got != test.want {
				t.Errorf("selected %s, want %s", got, test.want)
			}
		})
	}
}

func TestSelectRefuses(t *testing.T) {
	for name, test := range map[string]struct {
		selection Selection
		want      string
	}{
		"a slip at the beginning": {Selection{Checks: []string{"conainer-oom"}}, `unknown check "conainer-oom", did you mean container-oom-killed?`},
		"a slip in a long name":   {Selection{Checks: []string{"conainer-oom-kiled"}}, `unknown check "conainer-oom-kiled", did you mean container-oom-killed?`},
		"a part of names": {
			Selection{Skip: []string{"limit"}}, `unknown check "limit", did you mean cpu-limit-missing or memory-limit-missing?`,
		},
		"upper case":               {Selection{Checks: []string{"Image-Tag-Latest"}}, `unknown check "Image-Tag-Latest", did you mean image-tag-latest?`},
		"a slip in a category":     {Selection{Categories: []string{"stabilty"}}, `unknown category "stabilty", did you mean stability?`},
		"something else":           {Selection{Checks: []string{"zzzzzzzzzz"}}, `unknown check "zzzzzzzzzz"`},
		"nothing":                  {Selection{Checks: []string{""}}, `unknown check ""`},
		"a pattern without a hit":  {Selection{Checks: []string{"node-*"}}, `no check matches "node-*"`},
		"a broken pattern":         {Selection{Skip: []string{"[a"}}, `check pattern "[a": syntax error in pattern`},
		"everything skipped":       {Selection{Skip: []string{"*"}}, "no check is left to run"},
		"no check severe enough":   {Selection{Categories: []string{"resources"}, MinSeverity: api.Critical}, "no check is left to run"},
		"a category of other ones": {Selection{Checks: []string{"image-*"}, Categories: []string{"stability"}}, "no check is left to run"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Select(selectable, test.selection)
			if err == nil || err.Error() != test.want {
				t.Errorf("got error %v, want %s", err, test.want)
			}
		})
	}
}

func TestNearestAreNear(t *testing.T) {
	names := []string{"logs", "namespace", "all-namespaces", "deploy", "po"}
	for wrong, want := range map[string][]string{
		"bogus": nil, "lgs": nil, "logss": {"logs"}, "lgos": {"logs"}, "nmaespace": {"namespace"}, "al-namespaces": {"all-namespaces"}, "DEPLYO": {"deploy"},
		"dep": {"deploy"}, "p": {"po"}, "x": nil, "ox": nil, "": nil,
	} {
		if got := Nearest(names, wrong); !slices.Equal(got, want) {
			t.Errorf("nearest to %q are %v, want %v", wrong, got, want)
		}
	}
}

func TestNearestAreFew(t *testing.T) {
	names := []string{"pod-a", "pod-b", "pod-c", "pod-d"}
	if got := Nearest(names, "pod"); !slices.Equal(got, names[:3]) {
		t.Errorf("nearest are %v", got)
	}
	for name, want := range map[string]int{"abcdef": 1, "abcdxf": 1, "abxyef": 0, "abdcef": 1} {
		if got := Nearest([]string{"abcdef"}, name); len(got) != want {
			t.Errorf("near %s are %v", name, got)
		}
	}
	// Three letters from the middle of a name are enough, two are not.
	if got := append(Nearest([]string{"container-oom-killed"}, "oom"), Nearest([]string{"container-oom-killed"}, "oo")...); len(got) != 1 {
		t.Errorf("near a part are %v", got)
	}
	// One that is a little farther is near as well, one that is much farther is not.
	if got := Nearest([]string{"abcdef", "abcdeg", "abcdgh"}, "abcdef"); !slices.Equal(got, []string{"abcdef", "abcdeg"}) {
		t.Errorf("near are %v", got)
	}
}
