package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
)

// mutants are the changed conditions of a package. All of them are in its code, and the index of
// one, in the environment, selects it.
type mutants []string

// selected is the function that the code asks whether it is a mutant.
const selected = "isMutant"

// selector is the file with that function, after the name of its package.
const selector = `

import "os"

var mutant = os.Getenv("MUTANT")

func ` + selected + `(id string) bool { return mutant == id }
`

// source is a file whose conditions are changed.
type source struct {
	*mutants
	set  *token.FileSet
	text string
}

// instrument returns the code of a file in which each condition can be another one, and the
// name of its package.
func (all *mutants) instrument(name string, code []byte) (changed, pkg string, err error) {
	s := source{all, token.NewFileSet(), string(code)}
	file, err := parser.ParseFile(s.set, name, code, parser.SkipObjectResolution)
	if err != nil {
		return "", "", err
	}
	return s.text[:s.offset(file.Pos())] + s.render(file) + s.text[s.offset(file.End()):], file.Name.Name, nil
}

func (s source) offset(p token.Pos) int { return s.set.Position(p).Offset }

// original is the text of a node as it is written.
func (s source) original(n ast.Node) string { return s.text[s.offset(n.Pos()):s.offset(n.End())] }

// render is the text of a node with changed conditions.
func (s source) render(n ast.Node) string {
	var text strings.Builder
	done := s.offset(n.Pos())
	ast.Inspect(n, func(n ast.Node) bool {
		if constants, is := n.(*ast.GenDecl); is && constants.Tok == token.CONST {
			return false
		}
		e, is := n.(ast.Expr)
		if !is || !isCondition(e) {
			return true
		}
		text.WriteString(s.text[done:s.offset(e.Pos())] + s.condition(e))
		done = s.offset(e.End())
		return false
	})
	return text.String() + s.text[done:s.offset(n.End())]
}

func isCondition(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.UnaryExpr:
		return e.Op == token.NOT
	case *ast.BinaryExpr:
		return opposite[e.Op] != token.ILLEGAL
	}
	return false
}

var (
	opposite = map[token.Token]token.Token{
		token.EQL: token.NEQ, token.NEQ: token.EQL, token.LSS: token.GEQ, token.GEQ: token.LSS, token.GTR: token.LEQ, token.LEQ: token.GTR,
		token.LAND: token.LOR, token.LOR: token.LAND,
	}
	// boundary differs only where both sides are equal.
	boundary = map[token.Token]token.Token{token.LSS: token.LEQ, token.LEQ: token.LSS, token.GTR: token.GEQ, token.GEQ: token.GTR}
)

// condition is the text of a condition and of what it can become. Nothing is computed twice
// unless its boundary is moved.
func (s source) condition(e ast.Expr) string {
	if not, is := e.(*ast.UnaryExpr); is {
		return fmt.Sprintf("((!%s) != %s)", s.render(not.X), s.add(e, "without !"))
	}
	b := e.(*ast.BinaryExpr)
	swap := s.add(e, "-> "+opposite[b.Op].String())
	if b.Op == token.LAND || b.Op == token.LOR {
		// By De Morgan, a && b is !(!a || !b).
		return fmt.Sprintf("(((%s) != %s %s (%s) != %[2]s) != %[2]s)", s.render(b.X), swap, b.Op, s.render(b.Y))
	}
	move := "false"
	if moved, has := boundary[b.Op]; has {
		move = fmt.Sprintf("(%s && (%s) == (%s))", s.add(e, "-> "+moved.String()), s.original(b.X), s.original(b.Y))
	}
	return fmt.Sprintf("((((%s) %s (%s)) != %s) != %s)", s.render(b.X), b.Op, s.render(b.Y), swap, move)
}

// add adds a mutant, and returns the call that asks for it.
func (s source) add(e ast.Expr, change string) string {
	at := s.set.Position(e.Pos())
	*s.mutants = append(*s.mutants, fmt.Sprintf("%s:%d: %s %s", filepath.ToSlash(at.Filename), at.Line, strings.Join(strings.Fields(s.original(e)), " "), change))
	return fmt.Sprintf("%s(%q)", selected, fmt.Sprint(len(*s.mutants)-1))
}
