//go:build integration

package steps

import (
	"bufio"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// counters count how often the blocks of each function were executed.
type counters map[string]int64

// read reads the counters that the program left in a directory.
func (p *program) read(t *testing.T, dir string) counters {
	t.Helper()
	profile := filepath.Join(t.TempDir(), "profile")
	if out, err := exec.Command("go", "tool", "covdata", "textfmt", "-i", dir, "-o", profile).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	file, err := os.Open(profile)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	counts := counters{}
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		// A line is FILE:LINE.COLUMN,LINE.COLUMN STATEMENTS COUNT.
		name, rest, found := strings.Cut(lines.Text(), ".go:")
		if !found {
			continue
		}
		var from, column, to, until, statements int
		var count int64
		if _, err := fmt.Sscanf(rest, "%d.%d,%d.%d %d %d", &from, &column, &to, &until, &statements, &count); err != nil {
			t.Fatalf("%s: %v", lines.Text(), err)
		}
		if count > 0 {
			counts[p.functionAt(t, name+".go", from, column)] += count
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return counts
}

// function contains the place of a function in its file.
type function struct {
	name     string
	from, to position
}

type position struct{ line, column int }

func (p position) before(other position) bool {
	return p.line < other.line || p.line == other.line && p.column < other.column
}

// functionAt names the function at a position of a file, which is named by its package.
func (p *program) functionAt(t *testing.T, file string, line, column int) string {
	t.Helper()
	functions, known := p.functions[file]
	if !known {
		functions = functionsIn(t, filepath.Join(p.dirOf(t, file), filepath.Base(file)))
		p.functions[file] = functions
	}
	at := position{line, column}
	for _, f := range functions {
		if !at.before(f.from) && at.before(f.to) {
			return strings.TrimPrefix(file[:strings.LastIndex(file, "/")], module) + "." + f.name
		}
	}
	return file
}

func functionsIn(t *testing.T, file string) []function {
	t.Helper()
	set := token.NewFileSet()
	parsed, err := parser.ParseFile(set, file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var functions []function
	for _, declaration := range parsed.Decls {
		f, isFunction := declaration.(*ast.FuncDecl)
		if !isFunction {
			continue
		}
		name := f.Name.Name
		if f.Recv != nil {
			name = receiver(f.Recv.List[0].Type) + "." + name
		}
		from, to := set.Position(f.Pos()), set.Position(f.End())
		functions = append(functions, function{name, position{from.Line, from.Column}, position{to.Line, to.Column}})
	}
	return functions
}

// receiver is the name of the type of a method.
func receiver(of ast.Expr) string {
	switch of := of.(type) {
	case *ast.StarExpr:
		return receiver(of.X)
	case *ast.IndexExpr:
		return receiver(of.X)
	case *ast.IndexListExpr:
		return receiver(of.X)
	case *ast.Ident:
		return of.Name
	}
	return "?"
}
