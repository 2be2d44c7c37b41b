package inventory

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	cliresource "k8s.io/cli-runtime/pkg/resource"
)

// Files reads manifests, Lists, kubectl's output and snapshots.
type Files struct {
	// Filenames are files, directories, URLs, or "-" for Stdin.
	Filenames []string
	Recursive bool
	Stdin     io.Reader
	// AssumeComplete takes the files for all of a cluster. Only a snapshot knows
	// that by itself.
	AssumeComplete bool
}

// Read reads what is asked for and leaves the rest. The inventory's Time is
// zero unless a snapshot names it. Kinds that no audit reads are counted.
func (f *Files) Read(ctx context.Context, req Request) (*Inventory, error) {
	builder := cliresource.NewLocalBuilder().Unstructured().Flatten()
	var named []string
	for _, name := range f.Filenames {
		if name == "-" {
			builder = builder.Stream(f.Stdin, "STDIN")
			continue
		}
		if _, err := os.Stat(name); err != nil && !strings.Contains(name, "://") {
			return nil, plainPathError(err)
		}
		named = append(named, name)
	}
	if len(named) > 0 {
		builder = builder.FilenameParam(false, &cliresource.FilenameOptions{Filenames: named, Recursive: f.Recursive})
	}
	in := fileReader{req: req, collector: newCollector(), wanted: map[Resource]int{}, ignored: map[string]int{}}
	err := builder.Do().Visit(func(info *cliresource.Info, err error) error {
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		return in.object(info.Object, info.Source)
	})
	if err != nil {
		return nil, f.explain(err)
	}
	return in.inventory(f.name(), !f.AssumeComplete)
}

// name is what the files are called where a cluster would have its name.
func (f *Files) name() string {
	switch {
	case len(f.Filenames) > 1:
		return "files"
	case f.Filenames[0] == "-":
		return "stdin"
	}
	return f.Filenames[0]
}

// fileReader sorts the objects of the files.
type fileReader struct {
	req       Request
	collector *collector
	// wanted counts the objects that were asked for; found, all in scope.
	wanted   map[Resource]int
	found    int
	ignored  map[string]int
	snapshot *Snapshot
}

func (in *fileReader) object(obj runtime.Object, source string) error {
	u, ok := obj.(*unstructured.Unstructured)
	if !ok {
		return fmt.Errorf("%s: cannot read %T", source, obj)
	}
	if u.GetAPIVersion() == SnapshotAPIVersion && u.GetKind() == SnapshotKind {
		if in.snapshot != nil {
			return fmt.Errorf("%s: a second snapshot: only one can be read at a time", source)
		}
		in.snapshot = &Snapshot{}
		return convert(u, in.snapshot, source)
	}
	if u.GetAPIVersion() == "" {
		return fmt.Errorf("%s: %s %q without apiVersion: not a Kubernetes object", source, u.GetKind(), u.GetName())
	}
	kind := u.GroupVersionKind()
	resource, known := resourceOfKind(kind.Group, kind.Kind)
	known = known && define(resource).gvk.Version == kind.Version
	if known && !define(resource).cluster && u.GetNamespace() == "" {
		u.SetNamespace(valueOrDefault(in.req.Scope.Namespace, "default"))
	}
	switch only := in.req.Scope.Namespace; {
	case only == "" || u.GetNamespace() == only:
		in.found++
	case u.GetNamespace() != "":
		return nil
	}
	if !known {
		in.ignored[kind.Kind]++
		return nil
	}
	typed, err := scheme.New(kind)
	if err != nil {
		return err
	}
	if err := convert(u, typed, source); err != nil {
		return err
	}
	in.wanted[resource]++
	for _, r := range in.req.Resources {
		if r == resource {
			trim(typed)
			in.collector.add(typed)
		}
	}
	return nil
}

func convert(u *unstructured.Unstructured, into any, source string) error {
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(u.Object, into); err != nil {
		return fmt.Errorf("%s: %s %q: %w", source, u.GetKind(), u.GetName(), err)
	}
	return nil
}

func valueOrDefault(s, whenEmpty string) string {
	if s == "" {
		return whenEmpty
	}
	return s
}

func (in *fileReader) inventory(name string, part bool) (*Inventory, error) {
	if in.found == 0 {
		if in.req.Scope.Namespace != "" {
			return nil, fmt.Errorf("%s: no objects of namespace %q", name, in.req.Scope.Namespace)
		}
		return nil, fmt.Errorf("%s: no Kubernetes objects", name)
	}
	scope, reads := in.req.Scope, in.plainReads()
	var taken time.Time
	var version string
	if s := in.snapshot; s != nil {
		name, version, taken, part = s.Metadata.Name, s.Version, s.Metadata.CreationTimestamp.UTC(), false
		reads = in.snapshotReads()
		scope.Namespace = valueOrDefault(scope.Namespace, s.Namespace)
		if scope.Selector == nil || scope.Selector.Empty() {
			selector, err := labels.Parse(s.Selector)
			if err != nil {
				return nil, fmt.Errorf("%s: its selector: %w", name, err)
			}
			scope.Selector = selector
		}
		for _, owner := range s.Owners {
			in.collector.confirm(Object{
				APIVersion: owner.APIVersion, Kind: owner.Kind, Namespace: owner.Namespace, Name: owner.Name, UID: owner.UID,
			}, owner.existence())
		}
	} else {
		name = filepath.Base(name)
		existence := Existence{State: Gone}
		if part {
			existence = Existence{Unverified, PartOfCluster}
		}
		// Files without any object of a kind were most likely never to hold it.
		for _, owner := range in.collector.missingOwners(func(r Resource) bool { return in.wanted[r] > 0 }) {
			in.collector.confirm(owner.Object, existence)
		}
	}
	in.collector.keepLast()
	inv := in.collector.resolve(scope)
	inv.Name, inv.Version, inv.Time, inv.Reads, inv.Ignored, inv.Part = name, version, taken, reads, in.ignored, part
	if in.snapshot != nil {
		inv.logs, inv.rootFilesystems = byContainer(in.snapshot.Logs), byContainer(in.snapshot.RootFilesystems)
	}
	return inv, nil
}

// plainReads: files are all there is.
func (in *fileReader) plainReads() []Read {
	var reads []Read
	for _, r := range Ordered(in.req.Resources) {
		reads = append(reads, Read{Resource: r, State: Complete, Items: in.wanted[r]})
	}
	return reads
}

// snapshotReads are what the snapshot says of its own reading.
func (in *fileReader) snapshotReads() []Read {
	taken := &Inventory{Reads: in.snapshot.Reads}
	var reads []Read
	for _, r := range Ordered(in.req.Resources) {
		read := taken.Read(r).checked()
		if read.Reason == notRead {
			read.Detail = "the snapshot was taken without it"
		}
		reads = append(reads, read)
	}
	return reads
}

// explain makes one clear line of what the file loader says.
func (f *Files) explain(err error) error {
	text := err.Error()
	if match := missingKind.FindStringSubmatch(text); match != nil {
		return fmt.Errorf("%s: a document without kind: not a Kubernetes object", match[1])
	}
	if errors.Is(err, os.ErrNotExist) || errors.Is(err, os.ErrPermission) {
		return plainPathError(err)
	}
	return errors.New(strings.TrimPrefix(strings.ReplaceAll(text, "\n", " "), "error parsing "))
}

// missingKind is what the loader says of another program's YAML; the rest of
// its message is the whole document.
var missingKind = regexp.MustCompile(`^unable to decode "([^"]+)": Object 'Kind' is missing`)

func plainPathError(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		return fmt.Errorf("%s: %w", path.Path, path.Err)
	}
	return err
}
