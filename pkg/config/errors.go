package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Position is a line and a column, both from 1.
type Position struct{ Line, Column int }

// Errors lists all mistakes in a file, in the order of their positions.
type Errors []error

// mistake is one mistake with its position.
type mistake struct {
	file string
	at   Position
	err  error
}

func (m mistake) Error() string {
	return fmt.Sprintf("%s:%d:%d: %v", m.file, m.at.Line, m.at.Column, m.err)
}

func (m mistake) Unwrap() error { return m.err }

func positionOf(err error) Position {
	m, _ := errors.AsType[mistake](err)
	return m.at
}

func (e *Errors) add(file string, at Position, err error) {
	*e = append(*e, mistake{file, at, err})
}

// Error returns one line for each mistake.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, err := range e {
		lines[i] = err.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap returns the mistakes.
func (e Errors) Unwrap() []error { return e }

func (e Errors) orNil() error {
	if len(e) == 0 {
		return nil
	}
	slices.SortStableFunc(e, func(a, b error) int {
		x, y := positionOf(a), positionOf(b)
		if x.Line != y.Line {
			return x.Line - y.Line
		}
		return x.Column - y.Column
	})
	return e
}
