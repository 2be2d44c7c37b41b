package collect

import (
	"regexp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// A LimitRange's note reads "LimitRanger plugin set: cpu, memory request for
// container app; memory limit for container app".
var limitRangerNote = regexp.MustCompile(`([a-z0-9./, -]+) limit for (?:init )?container ([a-z0-9-]+)`)

func limitedBy(note string) []string {
	var limited []string
	for _, match := range limitRangerNote.FindAllStringSubmatch(note, -1) {
		for name := range strings.SplitSeq(match[1], ",") {
			if name = strings.TrimSpace(name); name != "" {
				limited = append(limited, match[2]+"/"+name)
			}
		}
	}
	return limited
}

func projectTemplate(meta *metav1.ObjectMeta, spec *corev1.PodSpec) *inventory.Template {
	t := &inventory.Template{Labels: meta.Labels, Spec: *spec}
	setDefaults(&t.Spec)
	return t
}

func admittedTemplate(p *corev1.Pod) *inventory.Template {
	t := projectTemplate(&p.ObjectMeta, &p.Spec)
	// A manifest that was never applied has no phase.
	t.Admitted = p.Status.Phase != ""
	t.QOSClass = p.Status.QOSClass
	t.Limited = limitedBy(p.Annotations[limitRangerAnnotation])
	t.Injected = injectedBy(p.Annotations)
	return t
}

// templates makes pod specs as they run, which depends on LimitRanges and nodes.
type templates struct {
	ranges map[string][]*inventory.LimitRange
	// windows contains templates of pods on nodes with Windows.
	windows map[*inventory.Template]bool
	// made contains templates that differ from those in their objects.
	made map[*inventory.Template]*inventory.Template
}

func templatesOf(f *Facts, pods []*inventory.Pod) *templates {
	t := &templates{
		map[string][]*inventory.LimitRange{}, map[*inventory.Template]bool{}, map[*inventory.Template]*inventory.Template{},
	}
	for _, r := range latest(f.ranges) {
		t.ranges[r.Namespace] = append(t.ranges[r.Namespace], r)
	}
	windows := map[string]bool{}
	for _, n := range f.nodes {
		windows[n.Name] = n.Labels[corev1.LabelOSStable] == string(corev1.Windows)
	}
	for _, p := range pods {
		if windows[p.Node] {
			t.windows[p.Template] = true
		}
	}
	return t
}

// asItRuns returns the template itself, or the result of the defaults of a
// namespace.
func (t *templates) asItRuns(namespace string, template *inventory.Template) *inventory.Template {
	limited := !template.Admitted && len(t.ranges[namespace]) > 0
	if !limited && !t.windows[template] {
		return template
	}
	made := t.made[template]
	if made == nil {
		made = new(*template)
		made.WindowsNode = t.windows[template]
		if limited {
			made.Spec, made.Limited = withDefaultsOf(t.ranges[namespace], made.Spec)
		}
		t.made[template] = made
	}
	return made
}

// running returns the specs of a workload's pods, that of the newest pod first.
func running(w *inventory.Workload) []*inventory.Template {
	newest := map[*inventory.Template]*inventory.Pod{}
	for _, p := range w.Pods {
		if known := newest[p.Template]; known == nil || p.Created.After(known.Created) {
			newest[p.Template] = p
		}
	}
	var found []*inventory.Template
	for _, p := range w.Judged() {
		if !slices.Contains(found, p.Template) {
			found = append(found, p.Template)
		}
	}
	slices.SortStableFunc(found, func(a, b *inventory.Template) int { return newest[b].Created.Compare(newest[a].Created) })
	return found
}
