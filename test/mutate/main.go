// Command mutate changes the conditions in packages or files, one at a time, and runs the tests
// of their package, one of which must fail. It prints the mutants that survive. All of them are
// compiled at once, so that each costs no more than a run of the tests.
package main

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	least := flag.Int("least", 90, "percentage of the mutants of each package that must die")
	skip := flag.String("skip", "", "regular expression of tests that do not run")
	flag.Parse()
	enough := true
	packages := filesByPackage(flag.Args())
	for _, dir := range slices.Sorted(maps.Keys(packages)) {
		survivors, all, err := mutate(dir, packages[dir], *skip)
		if err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", dir, err)
			os.Exit(2)
		}
		for _, survivor := range survivors {
			fmt.Println(survivor)
		}
		died := all - len(survivors)
		fmt.Printf("%s: %d of %d mutants die\n", dir, died, all)
		enough = enough && 100*died >= *least*all
	}
	if !enough {
		fmt.Fprintf(os.Stderr, "less than %d %% die in a package\n", *least)
		os.Exit(1)
	}
}

// filesByPackage sorts named files, and those of named directories, by their directories.
func filesByPackage(names []string) map[string][]string {
	packages := map[string][]string{}
	for _, name := range names {
		files := []string{name}
		if !strings.HasSuffix(name, ".go") {
			files, _ = filepath.Glob(filepath.Join(name, "*.go"))
		}
		for _, file := range files {
			if dir := filepath.Dir(file); !strings.HasSuffix(file, "_test.go") {
				packages[dir] = append(packages[dir], file)
			}
		}
	}
	return packages
}
