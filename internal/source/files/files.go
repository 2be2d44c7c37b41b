// Package files reads manifests, output of kubectl, and snapshots.
package files

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/prodcheck/kubectl-prodcheck/internal/collect"
	"github.com/prodcheck/kubectl-prodcheck/internal/kinds"
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
	in := fileReader{req: req, limits: f.Limits, facts: collect.New(), wanted: map[inventory.Resource]int{}, ignored: map[string]int{}, found: map[string]bool{}, generated: map[string]int{}, whole: map[string]bool{}, written: map[string]written{}, positions: inventory.NewPositions()}
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
	positions *inventory.Positions
	notRead   []inventory.NotRead
	mayHold   bool
	snapshot  *Snapshot
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
		if former, found := in.replaced(object, from.name); found {
			problems.add(object.Line, fmt.Sprintf("%s replaces another one of this name in %s, which is not judged", describe(object), former))
		}
	}
	return nil
}

// fatalError ends the audit, whichever file it is about.
type fatalError struct{ error }

// object sorts an object of Kubernetes.
func (in *fileReader) object(file string, o manifest.Object) error {
	if o.APIVersion == SnapshotAPIVersion && o.Kind == SnapshotKind {
		if in.snapshot != nil {
			return fatalError{errors.New("a second snapshot: only one can be read at a time")}
		}
		in.snapshot = &Snapshot{}
		return decode(o, in.snapshot)
	}
	version, err := schema.ParseGroupVersion(o.APIVersion)
	if err != nil {
		return fmt.Errorf("%s: apiVersion %q is none", describe(o), o.APIVersion)
	}
	kind, namespace := version.WithKind(o.Kind), o.Metadata.Namespace
	d, other, known := kinds.OfObject(kind.Group, kind.Version, kind.Kind)
	if known && !d.Resource.ClusterScoped() && namespace == "" {
		namespace = cmp.Or(in.req.Scope.Only(), "default")
	}
	switch scope := in.req.Scope; {
	case scope.Covers(namespace):
		in.found[""], in.found[namespace] = true, true
	case kind.Kind == "Namespace" && scope.Covers(o.Metadata.Name):
		in.found[""], in.found[o.Metadata.Name] = true, true
	case namespace != "":
		return nil
	}
	if !known {
		in.ignored[kind.Kind]++
		in.foreign(o, cmp.Or(namespace, cmp.Or(in.req.Scope.Only(), "default")))
		return nil
	}
	if other != nil {
		if o.JSON, err = d.Upgrade(other, o.JSON); err != nil {
			return fmt.Errorf("%s: %w", describe(o), err)
		}
		if other.Removed != "" {
			if in.removed == nil {
				in.removed = map[string]int{}
			}
			in.removed[fmt.Sprintf("%s %s (%s)", o.APIVersion, o.Kind, other.Removed)]++
		}
	}
	typed, err := decodeKind(o, d.GVK())
	if err != nil {
		return err
	}
	object := typed.(metav1.Object)
	object.SetNamespace(namespace)
	if reason := in.patchReason(typed, o); reason != "" {
		return fmt.Errorf("%s: %s", describe(o), reason)
	}
	if object.GetName() == "" {
		object.SetName(in.generatedName(kind, namespace, object.GetGenerateName()))
	}
	if in.snapshot == nil && namespace != "" {
		in.positions.AddStandIn(&inventory.Object{APIVersion: "v1", Kind: "Namespace", Name: namespace}, file, o.Begins())
	}
	in.facts.AddRequested(typed)
	in.wanted[d.Resource]++
	for _, r := range in.req.Resources {
		if r == d.Resource {
			collect.Trim(typed)
			in.facts.Add(typed, unsaidBy(o, d.Resource, other))
			if in.snapshot == nil {
				in.locate(file, d.GVK(), object, &o)
			}
		}
	}
	return nil
}

// foreign keeps what an object of a kind that no check reads says about other
// objects.
func (in *fileReader) foreign(o manifest.Object, namespace string) {
	var custom unstructured.Unstructured
	if decode(o, &custom.Object) == nil {
		custom.SetAPIVersion(o.APIVersion)
		in.facts.AddForeign(namespace, &custom)
	}
}

// generatedName stands for a name that the API will make from a prefix. Each
// such object is a different one.
func (in *fileReader) generatedName(kind schema.GroupVersionKind, namespace, prefix string) string {
	if prefix == "" {
		return ""
	}
	key := strings.Join([]string{kind.String(), namespace, prefix}, "\x00")
	if in.generated[key]++; in.generated[key] > 1 {
		return fmt.Sprintf("%s*(%d)", prefix, in.generated[key])
	}
	return prefix + "*"
}

// unsaidBy returns what an object leaves open. Manifests have no status or an
// empty one, and so do objects that a program has cleaned. The status of a
// CronJob is empty until it runs. Servers before 1.21, which means before
// batch/v1, do not record when a CronJob succeeded.
func unsaidBy(o manifest.Object, r inventory.Resource, other *kinds.Version) collect.Unsaid {
	switch r {
	case inventory.Deployments, inventory.StatefulSets, inventory.DaemonSets, inventory.CronJobs:
		var object struct{ Status map[string]json.RawMessage }
		if json.Unmarshal(o.JSON, &object) == nil {
			cron := r == inventory.CronJobs
			return collect.Unsaid{Status: object.Status == nil || len(object.Status) == 0 && !cron, Success: cron && other != nil}
		}
	}
	return collect.Unsaid{}
}

// decodeKind decodes an object of a kind that the scheme knows.
func decodeKind(o manifest.Object, kind schema.GroupVersionKind) (runtime.Object, error) {
	typed, err := kinds.Scheme.New(kind)
	if err != nil {
		return nil, err
	}
	into := any(typed)
	if custom, ok := typed.(*unstructured.Unstructured); ok {
		into = &custom.Object
	}
	if err := decode(o, into); err != nil {
		return nil, err
	}
	// The items of a list of one kind do not name it.
	typed.GetObjectKind().SetGroupVersionKind(kind)
	return typed, nil
}

func (in *fileReader) inventory(name string, part bool) (*inventory.Inventory, error) {
	if err := in.nothing(name); err != nil {
		return nil, err
	}
	scope, reads := in.req.Scope, in.plainReads()
	var taken time.Time
	var version string
	var unread collect.Unread
	if s := in.snapshot; s != nil {
		name, version, taken, part = s.Metadata.Name, s.Version, s.Metadata.CreationTimestamp.UTC(), false
		reads = in.snapshotReads()
		unread = collect.UnreadOf(reads)
		if scope.Whole() {
			scope.Namespaces = s.namespaces()
		}
		if scope.Selector == nil || scope.Selector.Empty() {
			selector, err := labels.Parse(s.Selector)
			if err != nil {
				return nil, fmt.Errorf("%s: its selector: %w", name, err)
			}
			scope.Selector = selector
		}
		for _, owner := range s.Owners {
			in.facts.Answer(&inventory.Object{
				APIVersion: owner.APIVersion, Kind: owner.Kind, Namespace: owner.Namespace, Name: owner.Name, UID: owner.UID,
			}, existenceOf(owner))
		}
	} else {
		name = filepath.Base(name)
		unread = collect.Unread{inventory.ReplicaSets: part || in.wanted[inventory.ReplicaSets] == 0, inventory.Jobs: part || in.wanted[inventory.Jobs] == 0}
		existence := inventory.Existence{State: inventory.Gone}
		switch {
		case part:
			existence = inventory.Existence{State: inventory.Unverified, Why: inventory.PartOfCluster}
		case in.mayHold:
			existence = inventory.Existence{State: inventory.Unverified, Why: inventory.MayBeUnread}
		}
		// Files without any object of a kind were most likely never meant to contain
		// it.
		for _, owner := range in.facts.MissingOwners(unread, func(r inventory.Resource) bool { return in.wanted[r] > 0 }) {
			in.facts.Answer(&owner.Object, existence)
		}
	}
	inv := in.facts.Build(scope, unread)
	inv.Name, inv.Version, inv.Time, inv.Part = name, version, taken, part
	inv.Reads, inv.Ignored, inv.Removed, inv.NotRead, inv.MayHoldMore = reads, in.ignored, in.removed, in.notRead, in.mayHold
	if in.snapshot == nil {
		inv.Positions = in.positions
	} else {
		inv.Logs, inv.RootFilesystems = in.snapshot.Logs, in.snapshot.RootFilesystems
		inventory.SortSamples(inv.Logs)
		inventory.SortSamples(inv.RootFilesystems)
	}
	return inv, nil
}

// nothing returns an error if there is nothing to audit. An empty List is an
// answer.
func (in *fileReader) nothing(name string) error {
	switch {
	case in.snapshot != nil && in.files > 1:
		return errors.New("a snapshot is audited alone: its record of what was read completely does not cover other files")
	case in.lists > 0 && in.objects == 0, in.snapshot != nil && in.req.Scope.Whole():
		return nil
	case in.objects > 0 && in.nothingIn() != "":
		return fmt.Errorf("%s: no objects of namespace %q", name, in.nothingIn())
	case in.found[""], in.snapshot != nil:
		return nil
	case len(in.notRead) > 1:
		return fmt.Errorf("%s: no Kubernetes objects; %s: %s, and %d more", name, in.notRead[0].File, in.notRead[0].Reason, len(in.notRead)-1)
	case len(in.notRead) == 1:
		return fmt.Errorf("%s: no Kubernetes objects; %s: %s", name, in.notRead[0].File, in.notRead[0].Reason)
	}
	return fmt.Errorf("%s: no Kubernetes objects", name)
}

// nothingIn returns a namespace in scope that contains no object. A snapshot may
// have read an empty one.
func (in *fileReader) nothingIn() string {
	for _, namespace := range in.req.Scope.Namespaces {
		if !in.found[namespace] && !(in.snapshot != nil && slices.Contains(in.snapshot.namespaces(), namespace)) {
			return namespace
		}
	}
	return ""
}

// plainReads describes files as everything that there is.
func (in *fileReader) plainReads() []inventory.Read {
	var reads []inventory.Read
	for _, r := range inventory.Ordered(in.req.Resources) {
		reads = append(reads, inventory.Read{Resource: r, State: inventory.Complete, Items: in.wanted[r]})
	}
	return reads
}

// snapshotReads returns the reads that a snapshot records. Most snapshots are
// taken without Secrets, like most audits.
func (in *fileReader) snapshotReads() []inventory.Read {
	taken := &inventory.Inventory{Reads: in.snapshot.Reads}
	var reads []inventory.Read
	for _, r := range inventory.Ordered(in.req.Resources) {
		if r == inventory.Secrets && !taken.Asked(r) {
			continue
		}
		read := checked(taken.Read(r))
		if !taken.Asked(r) {
			read.Detail = "the snapshot was taken without it"
		}
		reads = append(reads, read)
	}
	return reads
}
