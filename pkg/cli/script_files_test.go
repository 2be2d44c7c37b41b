package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// editFile replaces all matches of a regular expression, by line, in a file:
//
//	edit FILE REGEXP TEXT
func editFile(ts *testscript.TestScript, _ bool, args []string) {
	before := ts.ReadFile(args[0])
	after := regexp.MustCompile("(?m)"+args[1]).ReplaceAllLiteralString(before, args[2])
	if after == before {
		ts.Fatalf("%s has no %s", args[0], args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(after), 0o600))
}

// truncateFiles leaves the first bytes of the files that match a pattern:
//
//	truncate BYTES PATTERN
func truncateFiles(ts *testscript.TestScript, _ bool, args []string) {
	size, err := strconv.ParseInt(args[0], 10, 64)
	ts.Check(err)
	for _, file := range filesLike(ts, args[1]) {
		ts.Check(os.Truncate(file, size))
	}
}

// expectFiles expects that there are files, or none, that match a pattern:
//
//	[!] files PATTERN
func expectFiles(ts *testscript.TestScript, none bool, args []string) {
	if found := filesLike(ts, args[0]); (len(found) == 0) != none {
		ts.Fatalf("%s matches %q", args[0], found)
	}
}

func filesLike(ts *testscript.TestScript, pattern string) []string {
	found, err := filepath.Glob(ts.MkAbs(pattern))
	ts.Check(err)
	return found
}

// expectMode expects the permissions of a file, which Windows does not have:
//
//	mode FILE PERMISSIONS
func expectMode(ts *testscript.TestScript, _ bool, args []string) {
	info, err := os.Stat(ts.MkAbs(args[0]))
	ts.Check(err)
	if got := strconv.FormatInt(int64(info.Mode().Perm()), 8); got != args[1] {
		ts.Fatalf("%s has %s", args[0], got)
	}
}

func writeFile(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
