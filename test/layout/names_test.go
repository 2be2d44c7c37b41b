package layout

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prodcheck/kubectl-prodcheck/pkg/checks"
)

// Everything about a check is declared on the check: the engine names none.
func TestTheEngineNamesNoCheck(t *testing.T) {
	inspect(t, []string{"pkg/audit"}, func(n ast.Node) (fault string) {
		for _, c := range checks.All() {
			if strings.HasPrefix(stringOf(n), c.ID) {
				return "names " + c.ID
			}
		}
		return ""
	})
}

// A message below the command names none of its flags, because the packages serve
// other commands. Checks may: their texts are the command's documentation.
func TestOnlyTheCommandNamesItsFlags(t *testing.T) {
	flag := regexp.MustCompile(`(^|[ (])--[a-z]`)
	inspect(t, []string{"pkg/api", "pkg/audit", "pkg/compare", "pkg/config", "pkg/history", "pkg/inventory", "pkg/metrics", "internal"}, func(n ast.Node) (fault string) {
		if flag.MatchString(stringOf(n)) {
			return "names a flag: " + stringOf(n)
		}
		return ""
	})
}

// Subjects, options and samples have types: checks assert none, but those of a
// library, such as the parts of a shell script.
func TestChecksAssertNoType(t *testing.T) {
	inspect(t, []string{"pkg/checks"}, func(n ast.Node) (fault string) {
		assertion, asserts := n.(*ast.TypeAssertExpr)
		if !asserts || assertion.Type == nil {
			return ""
		}
		asserted := assertion.Type
		if pointer, isPointer := asserted.(*ast.StarExpr); isPointer {
			asserted = pointer.X
		}
		name := types.ExprString(asserted)
		if library, _, isQualified := strings.Cut(name, "."); !isQualified || slices.Contains([]string{"api", "audit", "inventory"}, library) {
			return "asserts " + name
		}
		return ""
	})
}

// Settings are resolved once: the command never changes a flag, and nothing below
// it reads the environment.
func TestSettingsAreResolvedOnce(t *testing.T) {
	inspect(t, []string{"pkg/cli"}, func(n ast.Node) (fault string) {
		if call, calls := n.(*ast.CallExpr); calls && selected(call.Fun) == "Set" {
			return "sets a flag"
		}
		return ""
	})
	inspect(t, []string{"cmd", "internal", "pkg/api", "pkg/audit", "pkg/checkdoc", "pkg/checks", "pkg/cli/internal", "pkg/compare", "pkg/config", "pkg/exporter", "pkg/history", "pkg/inventory", "pkg/mask", "pkg/metrics", "pkg/printers"}, func(n ast.Node) (fault string) {
		switch name := selected(n); name {
		case "Getenv", "LookupEnv", "Environ", "ExpandEnv":
			return "calls " + name
		}
		return ""
	})
}

// inspect finds faults in the programs below directories, without their tests.
func inspect(t *testing.T, directories []string, faultOf func(ast.Node) string) {
	t.Helper()
	files := token.NewFileSet()
	for _, directory := range directories {
		programs := 0
		err := filepath.WalkDir("../../"+directory, func(path string, _ fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
				return err
			}
			programs++
			program, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			for n := range ast.Preorder(program) {
				if fault := faultOf(n); fault != "" {
					t.Errorf("%s %s", files.Position(n.Pos()), fault)
				}
			}
			return nil
		})
		if err != nil || programs == 0 {
			t.Errorf("%s: %d programs, %v", directory, programs, err)
		}
	}
}

// stringOf returns the text of a string in a program, empty for anything else.
func stringOf(n ast.Node) string {
	literal, isLiteral := n.(*ast.BasicLit)
	if !isLiteral || literal.Kind != token.STRING {
		return ""
	}
	return strings.Trim(literal.Value, "`\"")
}

// selected returns the name after the dot, empty for anything else.
func selected(n ast.Node) string {
	if selector, isSelector := n.(*ast.SelectorExpr); isSelector {
		return selector.Sel.Name
	}
	return ""
}
