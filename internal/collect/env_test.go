package collect

import "testing"

func TestTrimValue(t *testing.T) {
	for value, want := range map[string]string{
		"":                           "",
		"hunter2":                    "<removed>",
		"$(OTHER)":                   "$(OTHER)",
		"$(OTHER)x":                  "<removed>",
		"true":                       "true",
		"None":                       "None",
		"stdout":                     "stdout",
		"/dev/stderr":                "/dev/stderr",
		"/proc/1/fd/1":               "/proc/1/fd/1",
		"/proc/hunter2":              "/<removed>",
		"/run/secrets/db":            "/<removed>",
		"/etc/Shop/config.YAML":      "/<removed>",
		"/9j/4AAQSkZJRgABAQEASABIAA": "<removed>",
		"s3://bucket/logs":           "s3://<removed>",
		"postgres://shop:hunter2@db": "postgres://<removed>",
		"Hunter2://":                 "<removed>",
	} {
		got := trimValue(value)
		if got != want {
			t.Errorf("%q: %q, want %q", value, got, want)
		}
		if again := trimValue(got); again != got {
			t.Errorf("%q: %q, and in a snapshot of that %q", value, got, again)
		}
	}
}
