package files

import (
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/prodcheck/kubectl-prodcheck/internal/manifest"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// locate keeps the position of an object if a finding may be about it. There are
// too many pods, ReplicaSets and Jobs with a controller to keep them all: the
// first of them stands in for a controller that is in no file. A snapshot has no
// lines that somebody wrote.
func (in *fileReader) locate(file string, kind schema.GroupVersionKind, object metav1.Object, o *manifest.Object) {
	identity := &inventory.Object{
		APIVersion: kind.GroupVersion().String(), Kind: kind.Kind, Namespace: object.GetNamespace(), Name: object.GetName(),
	}
	line := o.Begins()
	switch owner := metav1.GetControllerOfNoCopy(object); kind.Kind {
	case "ConfigMap", "Secret", "Event", "EndpointSlice":
		return
	case "Pod", "ReplicaSet", "Job":
		if owner != nil {
			in.positions.AddStandIn(&inventory.Object{APIVersion: owner.APIVersion, Kind: owner.Kind, Namespace: identity.Namespace, Name: owner.Name}, file, line)
			return
		}
	}
	in.positions.Add(identity, in.position(file, o.Value()))
}

// position reads the lines of an object.
func (in *fileReader) position(file string, object manifest.Value) *inventory.Position {
	at := &inventory.Position{File: file, Line: object.Line}
	spec, _ := object.Field("spec")
	podSpec := podSpecIn(spec)
	for _, path := range in.req.Fields {
		for _, in := range []manifest.Value{spec, podSpec} {
			if line, found := lineOf(in, path); found {
				at.Fields = append(at.Fields, inventory.FieldLine{Path: path, Line: line})
				break
			}
		}
	}
	for _, list := range []string{"initContainers", "containers"} {
		containers, _ := podSpec.Field(list)
		for _, container := range containers.Items() {
			at.Containers = append(at.Containers, in.containerLines(container))
		}
	}
	return at
}

// podSpecIn returns the pod spec of a template or, for a pod, its own.
func podSpecIn(spec manifest.Value) manifest.Value {
	for _, path := range [][]string{{"jobTemplate", "spec", "template", "spec"}, {"template", "spec"}} {
		inner, found := spec, true
		for _, name := range path {
			if inner, found = inner.Field(name); !found {
				break
			}
		}
		if found {
			return inner
		}
	}
	return spec
}

func (in *fileReader) containerLines(container manifest.Value) inventory.ContainerLines {
	lines := inventory.ContainerLines{Line: container.Line}
	if name, found := container.Field("name"); found {
		lines.Name = name.Text()
	}
	for _, path := range in.req.Fields {
		if line, found := lineOf(container, path); found {
			lines.Fields = append(lines.Fields, inventory.FieldLine{Path: path, Line: line})
		}
	}
	lines.Fields = slices.Clip(lines.Fields)
	return lines
}

// lineOf returns the line of a field. If the field is missing, it returns the
// line of the innermost existing field around it.
func lineOf(in manifest.Value, path string) (line int, found bool) {
	for name := range strings.SplitSeq(path, ".") {
		field, written := in.Field(name)
		if !written {
			break
		}
		in, line, found = field, field.Line, true
	}
	return line, found
}
