package untyped

import "testing"

func TestFields(t *testing.T) {
	fields := map[string]any{
		"object": map[string]any{"name": "web"}, "list": []any{map[string]any{"name": "a"}, "odd", map[string]any{"name": "b"}}, "text": "x", "number": 1,
	}
	if got := Text(Object(fields, "object"), "name"); got != "web" {
		t.Errorf("the object is %q", got)
	}
	if got := List(fields, "list"); len(got) != 2 || got[1]["name"] != "b" {
		t.Errorf("the list is %v", got)
	}
	if got := Text(fields, "text"); got != "x" {
		t.Errorf("the text is %q", got)
	}
	for _, name := range []string{"number", "absent"} {
		if Object(fields, name) != nil || List(fields, name) != nil || Text(fields, name) != "" {
			t.Errorf("%s is something", name)
		}
	}
}
