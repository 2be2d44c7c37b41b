package printers

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCustomColumnsRefusesMistakes(t *testing.T) {
	for argument, want := range map[string]string{
		"":             "custom-columns needs columns: -o custom-columns=CHECK:.check,NAME:.object.name",
		"CHECK":        `custom-columns: "CHECK" must be NAME:PATH, such as CHECK:.check`,
		"CHECK:":       `custom-columns: "CHECK:" must be NAME:PATH, such as CHECK:.check`,
		"A:.check,":    `custom-columns: "" must be NAME:PATH, such as CHECK:.check`,
		"A:.check[":    "custom-columns: .check[: unterminated array",
		"A:.check{.x}": "custom-columns: .check{.x}: unrecognized character in action: U+007B '{'",
	} {
		if _, err := CustomColumns(argument); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", argument, err, want)
		}
	}
}

func TestCustomColumnsFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "columns.txt")
	print := func(text string) (string, error) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		print, err := CustomColumnsFile(file)
		if err != nil {
			return "", err
		}
		var out bytes.Buffer
		err = print(&out, foundIn(shop()))
		return out.String(), err
	}
	got, err := print("CHECK          NAME\r\n.check  {.object.name}\r\n")
	if err != nil || !strings.HasPrefix(got, "CHECK                        NAME\ncontainer-oom-killed         cart\n") {
		t.Errorf("%v: %s", err, got)
	}
	for text, want := range map[string]string{
		"":                        "custom-columns-file: FILE must have two lines: names, and a path below each",
		"CHECK\n":                 "custom-columns-file: FILE must have two lines: names, and a path below each",
		"CHECK NAME\n.check\n":    "custom-columns-file: FILE has 2 names, but 1 path",
		"CHECK\n.check[\n":        "custom-columns: .check[: unterminated array",
		"CHECK\n.check\nNAME\n.x": "custom-columns-file: FILE must have two lines: names, and a path below each",
	} {
		if _, err := print(text); err == nil || strings.ReplaceAll(err.Error(), file, "FILE") != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
	if _, err := CustomColumnsFile(filepath.Join(t.TempDir(), "missing")); err == nil || !strings.Contains(err.Error(), "missing: no such file") {
		t.Errorf("a missing file: %v", err)
	}
}

// Whatever texts contain, each finding has one line.
func FuzzCustomColumns(f *testing.F) {
	f.Add("a\nforged   critical")
	f.Add("\x1b[2J\t\v")
	f.Fuzz(func(t *testing.T, text string) {
		r := changed()
		r.Findings[0].Message, r.Findings[0].Object.Name = text, text
		out := formatted(t, "custom-columns", foundIn(r))
		if lines := strings.Count(out, "\n"); lines != len(r.Findings)+1 {
			t.Errorf("%d lines: %q", lines, out)
		}
	})
}
