package configuration

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/amount"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

var staleGrace = audit.Duration("grace", 15*time.Minute, "how long pods may take to be replaced after a change")

// ConfigStale finds pods that run with a former content of a ConfigMap or Secret.
var ConfigStale = &audit.Check{
	ID: "config-stale", Category: Category, Severity: api.Medium, Since: "v0.1.0", Live: true, Urgency: api.NextEvent,
	Title:   "Pods run with an old version of their ConfigMap or Secret",
	Reads:   audit.Reads{Optional: []inventory.Resource{inventory.ConfigMaps, inventory.Secrets}},
	Options: []audit.Option{staleGrace},
	Judge:   audit.Over(audit.Workloads, configStale),
	Doc: audit.Doc{
		What: "A container or native sidecar reads a ConfigMap or Secret only once, at its start, through env, envFrom " +
			"or a volume with subPath, and the object's content was written since, more than 15 minutes ago. Secrets " +
			"are judged only with --secrets. Jobs, CronJobs and pods whose restartPolicy is not Always are not judged.",
		Why: "The configuration was changed but is not used yet. Each pod picks it up whenever it happens to restart: " +
			"replicas then behave differently, and a change that breaks the program strikes days later, when a node is " +
			"drained. A password that was changed because it leaked is still in use.",
		Fix: "Restart the pods. To make this automatic, give the object a name with a hash of its content (Kustomize's " +
			"configMapGenerator), put the hash into an annotation of the pod template (Helm), or run a controller that " +
			"restarts workloads. Or mount the whole volume, without subPath, and let the program watch its files: the " +
			"kubelet keeps them up to date.",
		Limitations: "The change itself is not read: a write that changed another key, or a label by the same tool, " +
			"looks the same, and so does a value that was changed and changed back. Objects without managedFields do " +
			"not say when they were written. A Secret that a controller renews is flagged even if the program does not " +
			"need the new value yet.",
		References: []string{
			"https://kubernetes.io/docs/concepts/configuration/configmap/#mounted-configmaps-are-updated-automatically",
			"https://kubernetes.io/docs/tutorials/configuration/updating-configuration-via-a-configmap/",
		},
	},
}

// frozen is configuration that a container reads once, at its start.
type frozen struct {
	container, use string
	source         *inventory.ConfigSource
}

// stale is one object with the pods that have read its former content.
type stale struct {
	source     *inventory.ConfigSource
	use        string
	containers []string
	pods       []*inventory.Pod
}

func configStale(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	if w.RunsToCompletion() {
		return audit.NotApplicable()
	}
	reads := map[*inventory.Template][]frozen{}
	unknown, asked := "", false
	for _, t := range w.Templates {
		var why string
		reads[t], why = frozenIn(p, w.Namespace, t)
		unknown, asked = cmp.Or(unknown, why), asked || why != "" || len(reads[t]) > 0
	}
	var found []*stale
	pods := w.Judged()
	for _, pod := range pods {
		for _, read := range reads[pod.Template] {
			if startedBefore(pod, read.container, read.source.Changed) && !p.Within(read.source.Changed, staleGrace.In(p)) {
				found = noteStale(found, read, pod)
			}
		}
	}
	if !asked {
		return audit.NotApplicable()
	}
	faults := make([]audit.Fault, len(found))
	for i, s := range found {
		faults[i] = s.fault(p, w, len(pods))
	}
	return audit.FaultsUnless(unknown, faults...)
}

// frozenIn returns what the template's containers read once, and why more of it
// could not be examined.
func frozenIn(p *audit.Pass, namespace string, t *inventory.Template) (reads []frozen, why string) {
	add := func(r inventory.Reference, container, use string) {
		if source := p.Config(r.Kind, namespace, r.Name); source != nil {
			reads = append(reads, frozen{container, use, source})
		} else if listed(p, r.Kind) {
			why = cmp.Or(why, unread(p, namespace, r.Kind))
		}
	}
	for _, r := range t.References() {
		switch {
		case r.Container != "":
			add(r, r.Container, r.Use)
		case r.Volume != "":
			for _, c := range t.LongRunning() {
				for _, m := range c.VolumeMounts {
					if m.Name == r.Volume && (m.SubPath != "" || m.SubPathExpr != "") {
						add(r, c.Name, "a subPath of "+r.Use)
					}
				}
			}
		}
	}
	return reads, why
}

// startedBefore reports whether the current run of a container began before a
// time. Init containers have done their work.
func startedBefore(pod *inventory.Pod, container string, at time.Time) bool {
	c := pod.Container(container)
	return c != nil && c.Kind.LongRunning() && !c.RunningSince.IsZero() && c.RunningSince.Before(at)
}

func noteStale(all []*stale, read frozen, pod *inventory.Pod) []*stale {
	i := slices.IndexFunc(all, func(s *stale) bool { return s.source == read.source })
	if i < 0 {
		i, all = len(all), append(all, &stale{source: read.source, use: read.use})
	}
	s := all[i]
	if !slices.Contains(s.containers, read.container) {
		s.containers = append(s.containers, read.container)
	}
	// Pods come one after the other, so this one would be the last.
	if last := len(s.pods) - 1; last < 0 || s.pods[last] != pod {
		s.pods = append(s.pods, pod)
	}
	return all
}

func (s *stale) fault(p *audit.Pass, w *inventory.Workload, of int) audit.Fault {
	fault := audit.Fault{
		Pods: s.pods,
		Message: fmt.Sprintf("%s started before %s %s was last written, %s ago (%s)",
			cmp.Or(amount.Share(len(s.pods), of, ""), "its pod"), s.source.Kind, s.source.Name, p.Age(s.source.Changed), s.use),
		Evidence: api.Evidence{
			"kind": s.source.Kind, "name": s.source.Name, "pods": len(s.pods), "of": of,
			"changedAt": api.Time(s.source.Changed),
		},
		Since: s.source.Changed, Fix: restart(w),
	}
	if len(s.containers) == 1 {
		fault.Container = s.containers[0]
	}
	return fault
}

func restart(w *inventory.Workload) audit.Fix {
	const advice = "restart its pods, so that they read it"
	fix := remedy.Template(w, advice, audit.Kubectl("rollout", "restart"))
	if fix.Command == (audit.Command{}) {
		return audit.Fix{Advice: advice}
	}
	return fix
}
