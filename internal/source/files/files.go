// Package files reads manifests, output of kubectl, and snapshots.
package files

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/internal/collect"
	"github.com/prodcheck/kubectl-prodcheck/internal/manifest"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Source reads manifests, Lists, output of kubectl, and snapshots.
type Source struct {
	// Filenames are files, directories, patterns, URLs, or "-" for Stdin.
	Filenames []string
	Recursive bool
	Stdin     io.Reader
	// StdinName names Stdin in messages, "stdin" by default.
	StdinName string
	// AssumeComplete treats the files as a whole cluster. Only a snapshot says by
	// itself that it is complete.
	AssumeComplete bool
	Limits         Limits
}

// Limit is a number of bytes, and the name that its user knows. A size of 0
// means no limit.
type Limit = manifest.Limit

// Limits contains the largest sizes: of a document or an item of a List, of an
// unpacked file, and of all files.
type Limits struct {
	Document Limit
	File     Limit
	Input    Limit
}

// Read reads the requested resources and skips the rest. The inventory's Time is
// zero unless a snapshot names it. Kinds that no audit reads are counted. An
// input that the user named must contain something from Kubernetes; in
// directories, files that cannot be read are listed.
func (f *Source) Read(ctx context.Context, req inventory.Request) (*inventory.Inventory, error) {
	type result struct {
		inv *inventory.Inventory
		err error
	}
	// A file, a pipe or a server may block a read forever.
	done := make(chan result, 1)
	go func() {
		inv, err := f.read(ctx, req)
		done <- result{inv, err}
	}()
	select {
	case <-ctx.Done():
	case r := <-done:
		return r.inv, r.err
	}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		// Everything that was read until then counts, unless the reader is blocked.
		select {
		case r := <-done:
			return r.inv, r.err
		case <-time.After(lastWord):
		}
	}
	return nil, ctx.Err()
}

// lastWord is the time in which a reader has to notice that its time is over.
const lastWord = 2 * time.Second

func (f *Source) read(ctx context.Context, req inventory.Request) (*inventory.Inventory, error) {
	in := newFileReader(req, f.Limits)
	for input, err := range f.inputs() {
		if err == nil {
			err = in.file(ctx, input)
		}
		if err != nil {
			return nil, err
		}
	}
	return in.inventory(f.name(), !f.AssumeComplete)
}

// name names the files in place of a cluster.
func (f *Source) name() string {
	switch {
	case len(f.Filenames) > 1:
		return "files"
	case f.Filenames[0] == "-":
		return cmp.Or(f.StdinName, stdinName)
	}
	return plainName(f.Filenames[0])
}

// fileReader sorts the objects in the files.
type fileReader struct {
	req    inventory.Request
	limits Limits
	facts  *collect.Facts
	// read counts all unpacked bytes.
	read int64
	// objects are all of Kubernetes, wanted those that were asked for. found are the
	// namespaces that have some, "" if anything is in scope.
	lists   int
	objects int
	found   map[string]bool
	// files counts the inputs that hold objects.
	files   int
	wanted  map[inventory.Resource]int
	ignored map[string]int
	removed map[string]int
	// generated counts objects for which only a prefix of the name is given.
	generated map[string]int
	// whole contains the objects that are not patches.
	whole     map[string]bool
	written   map[string]written
	replaced  []inventory.Replaced
	positions *inventory.Positions
	notRead   []inventory.NotRead
	mayHold   bool
	snapshot  *Snapshot
}

func newFileReader(req inventory.Request, limits Limits) *fileReader {
	return &fileReader{
		req: req, limits: limits, facts: collect.New(), positions: inventory.NewPositions(),
		found: map[string]bool{}, wanted: map[inventory.Resource]int{}, ignored: map[string]int{},
		generated: map[string]int{}, whole: map[string]bool{}, written: map[string]written{},
	}
}

// file reads an input. A problem of an input that the user named is an error if
// nothing else is in it.
func (in *fileReader) file(ctx context.Context, from input) error {
	before, problems := in.lists+in.objects, problemList{file: from.name}
	err := in.stream(ctx, from, &problems)
	var limit limitError
	var fatal fatalError
	late := errors.Is(ctx.Err(), context.DeadlineExceeded) && in.objects > 0
	switch {
	case late:
		problems.add(0, "not read to its end within the time limit")
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &fatal), errors.As(err, &limit) && (limit.ofRun || from.named):
		return fmt.Errorf("%s: %w", from.name, err)
	case err != nil:
		problems.add(0, err.Error())
	}
	if in.lists+in.objects > before {
		in.files++
	} else if from.named && !late && len(problems.found) > 0 {
		return problems.err()
	}
	in.notRead, in.mayHold = append(in.notRead, problems.list()...), in.mayHold || problems.mayHold
	return nil
}

func (in *fileReader) stream(ctx context.Context, from input, problems *problemList) error {
	if from.problem != "" {
		return errors.New(from.problem)
	}
	content, err := from.open(ctx)
	if err != nil {
		return err
	}
	defer content.Close()
	text, err := manifest.Text(content)
	if err != nil {
		return err
	}
	bounded := &boundedReader{in: text, file: in.limits.File, run: in.limits.Input, before: in.read}
	defer func() { in.read += bounded.read }()
	for object, err := range manifest.Objects(bounded, in.limits.Document) {
		var problem *manifest.Problem
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.As(err, &problem):
			problems.add(problem.Line, problem.Reason)
			continue
		case err != nil:
			return err
		case object.List:
			in.lists++
			continue
		}
		if reason := foreign(from.name, object); reason != "" {
			problems.addForeign(object.Line, reason)
			continue
		}
		if err := in.object(from.name, object); err != nil {
			if errors.As(err, new(fatalError)) {
				return err
			}
			problems.add(object.Line, err.Error())
			continue
		}
		in.objects++
		in.replace(from.name, object)
	}
	return nil
}

// fatalError ends the audit, whichever file it is about.
type fatalError struct{ error }
