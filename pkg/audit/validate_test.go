package audit

import "testing"

func TestValidate(t *testing.T) {
	oom, loop := &Check{ID: "oom", Explains: []string{"loop"}}, &Check{ID: "loop", Explains: []string{"stuck"}}
	for name, test := range map[string]struct {
		catalog []*Check
		want    string
	}{
		"one cause after the other":     {[]*Check{oom, loop, {ID: "stuck"}}, ""},
		"a check that only others have": {[]*Check{oom, loop}, ""},
		"twice the same":                {[]*Check{oom, loop, oom}, `two checks have the ID "oom"`},
		"a circle":                      {[]*Check{oom, loop, {ID: "stuck", Explains: []string{"loop"}}}, "checks explain one another: loop, stuck, loop"},
		"a circle of variants":          {[]*Check{oom, loop, {ID: "stuck", VariantExplains: map[string][]string{"a": {"loop/b"}}}}, "checks explain one another: loop, stuck, loop"},
		"a check that explains itself":  {[]*Check{{ID: "loop", Explains: []string{"loop"}}}, "checks explain one another: loop, loop"},
	} {
		t.Run(name, func(t *testing.T) {
			got := ""
			if err := Validate(test.catalog); err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}
