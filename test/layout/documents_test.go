package layout

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
)

// The walks through the code lead to files that exist.
func TestArchitectureNamesFiles(t *testing.T) {
	text, err := os.ReadFile("../../docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile("`([a-z/]+\\.go)`").FindAllStringSubmatch(string(text), -1)
	if len(named) == 0 {
		t.Fatal("it names no file")
	}
	var files []string
	err = fs.WalkDir(os.DirFS("../.."), ".", func(path string, entry fs.DirEntry, err error) error {
		if path == ".git" && entry.IsDir() {
			return fs.SkipDir
		}
		files = append(files, "/"+path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, match := range named {
		found := false
		for _, file := range files {
			found = found || strings.HasSuffix(file, "/"+match[1])
		}
		if !found {
			t.Errorf("there is no %s", match[1])
		}
	}
}
