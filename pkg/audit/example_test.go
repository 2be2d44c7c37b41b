package audit

import (
	"slices"
	"testing"
	"testing/fstest"
)

func TestExamples(t *testing.T) {
	check := &Check{ID: "a", Category: Category{Fixtures: fstest.MapFS{
		"testdata/a/good.yaml": {Data: []byte("kind: Pod\n")},
		"testdata/a/bad.yaml":  {Data: []byte("kind: Pod # want high `is wrong`\n")},
		"testdata/b/bad.yaml":  {},
	}}}
	if got, found := check.Example("bad"); got != "kind: Pod\n" || !found {
		t.Errorf("bad: %q, %v", got, found)
	}
	if got, found := check.Example("odd"); got != "" || found {
		t.Errorf("odd: %q, %v", got, found)
	}
	if got := check.Fixtures(); !slices.Equal(got, []string{"bad", "good"}) {
		t.Errorf("fixtures %q", got)
	}
	bare := &Check{ID: "a"}
	if _, found := bare.Example("bad"); found || bare.Fixtures() != nil {
		t.Error("a category without fixtures has some")
	}
}
