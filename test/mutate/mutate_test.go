package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Each test of the package kills some mutants, and none the others.
func TestMutate(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod": "module example.com/limits\n\ngo 1.26\n",
		"limits.go": `package limits

const most = 1 << 3

// within has a comment.
func within(n int, strict bool) bool {
	switch {
	case n < 0, strict && n == most:
		return false
	}
	return !(n > most) || n == 99
}
`,
		"limits_test.go": `package limits

import "testing"

func TestWithin(t *testing.T) {
	for n, want := range map[int]bool{-1: false, 1: true, most: true, most + 1: false, 99: true} {
		if within(n, false) != want {
			t.Error(n)
		}
	}
}

func TestAtZero(t *testing.T) {
	if !within(0, false) {
		t.Error(0)
	}
}

func TestStrictly(t *testing.T) {
	if within(most, true) || !within(most-1, true) {
		t.Error(most)
	}
}
`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	packages := filesByPackage([]string{dir})
	if len(packages) != 1 || len(packages[dir]) != 1 {
		t.Fatalf("%q", packages)
	}
	const mutants = 9
	for skip, want := range map[string][]string{
		"":         {},
		"AtZero":   {"8: n < 0 -> <="},
		"Strictly": {"8: n == most -> !="},
	} {
		survivors, all, err := mutate(dir, packages[dir], skip)
		if err != nil {
			t.Fatal(err)
		}
		for i, survivor := range survivors {
			_, survivors[i], _ = strings.Cut(survivor, "limits.go:")
		}
		slices.Sort(survivors)
		if all != mutants || !slices.Equal(survivors, want) {
			t.Errorf("without %q: of %d mutants survive %q, want %q of %d", skip, all, survivors, want, mutants)
		}
	}
}

// Tests that fail anyway kill nothing.
func TestMutateNeedsTests(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod": "module example.com/broken\n\ngo 1.26\n", "broken.go": "package broken\n\nfunc is(a, b int) bool { return a == b }\n",
		"broken_test.go": "package broken\n\nimport \"testing\"\n\nfunc Test(t *testing.T) { t.Fatal(is(1, 1)) }\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := mutate(dir, []string{filepath.Join(dir, "broken.go")}, ""); err == nil || !strings.Contains(err.Error(), "without a mutant") {
		t.Error(err)
	}
}
