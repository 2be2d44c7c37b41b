package configuration

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

var referenceGrace = audit.Duration("grace", 2*time.Minute, "how old a workload or a waiting pod must be to be judged")

// ConfigReferenceMissing finds pods that cannot start, or will not be able to
// start again, without a ConfigMap or Secret.
var ConfigReferenceMissing = &audit.Check{
	ID: "config-reference-missing", Category: Category, Severity: api.High, Since: "v0.1.0", Live: true,
	Title:    "ConfigMap, Secret or key that a pod needs does not exist",
	Reads:    audit.Reads{Optional: []inventory.Resource{inventory.ConfigMaps, inventory.Secrets, inventory.Events}},
	Options:  []audit.Option{referenceGrace},
	Explains: []string{"container-not-starting", "pod-pending", "rollout-stuck"},
	Judge:    audit.Over(audit.Workloads, configReferenceMissing),
	Doc: audit.Doc{
		What: "A pod spec refers to a ConfigMap or Secret, or to a key of one, that does not exist: in env, envFrom, a " +
			"volume or a projected volume, unless it is marked optional. Low for imagePullSecrets, without which a pod " +
			"may still start. ConfigMaps are judged by what exists, Secrets only by what the kubelet reports about " +
			"waiting pods: containers in CreateContainerConfigError, FailedMount events of pending pods, and " +
			"FailedToRetrieveImagePullSecret events. With --secrets, Secrets are also judged by what exists. New " +
			"workloads and waiting pods have 2 minutes of grace. Objects that other objects announce, such as the " +
			"Secret of a Certificate, count as existing. In files that contain only a part of a cluster, only the keys " +
			"of objects in the files are compared.",
		Why: "The pod waits until the object exists (CreateContainerConfigError, or FailedMount while it is in " +
			"ContainerCreating). Pods that already run continue, so nobody notices until a node fails or a rollout " +
			"begins and no new pod starts.",
		Fix: "First compare the name and the namespace: usually one is misspelled, or the object was created in " +
			"another namespace. Then create the object, or add the key, in the same change that adds the reference. " +
			"Mark the reference optional only if the program really works without it.",
		Limitations: "Without --secrets, a Secret that was deleted while its pods run is not detected. Only the " +
			"metadata of an object is read: its keys are known from managedFields, and if these are missing, no key is " +
			"reported as missing. Secrets that a volume's driver or a ServiceAccount names are not considered. If " +
			"files contain no object of a kind, that kind counts as not read.",
		References: []string{
			"https://kubernetes.io/docs/concepts/configuration/configmap/",
			"https://kubernetes.io/docs/concepts/configuration/secret/",
			"https://kubernetes.io/docs/tasks/configure-pod-container/configure-pod-configmap/",
		},
	},
}

// missing is an absence and everything that depends on it.
type missing struct {
	inventory.Absence
	uses       []string
	containers []string
	// keys lists the missing keys.
	keys    []string
	waiting []*inventory.Pod
	// reason says why the first of them waits.
	reason string
	// pull is set while nothing but image pulls depend on it.
	pull bool
}

func configReferenceMissing(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	if len(w.Templates) == 0 || p.Within(w.Created, referenceGrace.In(p)) {
		return audit.NotApplicable()
	}
	var all []*missing
	of := func(a inventory.Absence) *missing {
		i := slices.IndexFunc(all, func(m *missing) bool { return m.Absence == a })
		if i < 0 {
			i, all = len(all), append(all, &missing{Absence: a, pull: true})
		}
		return all[i]
	}
	asked, unknown := false, ""
	for _, t := range w.Templates {
		for _, r := range t.References() {
			if r.Optional {
				continue
			}
			asked = true
			if !listed(p, r.Kind) {
				unknown = cmp.Or(unknown, unheard(p, w))
				continue
			}
			if p.Config(r.Kind, w.Namespace, r.Name) == nil {
				if why := cmp.Or(unread(p, w.Namespace, r.Kind), operated(p, w.Namespace, r.Name)); why != "" {
					unknown = cmp.Or(unknown, why)
					continue
				}
			}
			if a, absent := absentOf(p, w.Namespace, r); absent {
				of(a).add(r)
			}
		}
	}
	for _, c := range complaints(p, w, referenceGrace.In(p)) {
		asked = true
		if slices.ContainsFunc(all, func(m *missing) bool { return m.Absence == c.Absence }) || !settled(p, w.Namespace, c.Absence) {
			of(c.Absence).wait(c)
		}
	}
	if !asked {
		return audit.NotApplicable()
	}
	faults := make([]audit.Fault, len(all))
	for i, m := range all {
		faults[i] = m.fault(w)
	}
	return audit.FaultsUnless(unknown, faults...)
}

// absentOf returns what is missing for a reference: the object or, if its keys
// are known, the key.
func absentOf(p *audit.Pass, namespace string, r inventory.Reference) (inventory.Absence, bool) {
	object := inventory.Absence{Kind: r.Kind, Name: r.Name}
	if !exists(p, namespace, object) {
		return object, true
	}
	key := inventory.Absence{Kind: r.Kind, Name: r.Name, Key: r.Key}
	return key, r.Key != "" && !exists(p, namespace, key) && len(p.Config(r.Kind, namespace, r.Name).Keys) > 0
}

// exists reports whether something was read.
func exists(p *audit.Pass, namespace string, a inventory.Absence) bool {
	source := p.Config(a.Kind, namespace, a.Name)
	return source != nil && (a.Key == "" || slices.Contains(source.Keys, a.Key))
}

// settled reports whether the objects that were read outweigh the kubelet, which
// may have looked before something was created.
func settled(p *audit.Pass, namespace string, a inventory.Absence) bool {
	source := p.Config(a.Kind, namespace, a.Name)
	if source == nil {
		return unread(p, namespace, a.Kind) == ""
	}
	return a.Key == "" || len(source.Keys) > 0
}

func (m *missing) add(r inventory.Reference) {
	m.pull = m.pull && r.Pull
	if !slices.Contains(m.uses, r.Use) {
		m.uses = append(m.uses, r.Use)
	}
	if !slices.Contains(m.containers, r.Container) {
		m.containers = append(m.containers, r.Container)
	}
	if r.Key != "" && !slices.Contains(m.keys, r.Key) {
		m.keys = append(m.keys, r.Key)
	}
}

func (m *missing) wait(c complaint) {
	if c.pull {
		m.add(inventory.Reference{Use: "imagePullSecrets", Pull: true})
		return
	}
	m.pull, m.reason = false, cmp.Or(m.reason, c.reason)
	if !slices.Contains(m.containers, c.container) {
		m.containers = append(m.containers, c.container)
	}
	if !slices.Contains(m.waiting, c.pod) {
		m.waiting = append(m.waiting, c.pod)
	}
}

func (m *missing) fault(w *inventory.Workload) audit.Fault {
	fault := audit.Fault{Pods: m.waiting, Message: m.text(), Evidence: api.Evidence{"kind": m.Kind, "name": m.Name}, Fix: m.fix(w)}
	if len(m.containers) == 1 {
		fault.Container = m.containers[0]
	}
	if m.Key != "" {
		fault.Evidence["key"] = m.Key
	}
	if len(m.uses) > 0 {
		fault.Evidence["uses"] = m.uses
	}
	if m.pull {
		fault.Severity = api.Low
	}
	if len(m.waiting) > 0 {
		fault.Evidence["podsWaiting"] = len(m.waiting)
		fault.Since = waitingSince(m.waiting)
	}
	return fault
}

func (m *missing) text() string {
	text := fmt.Sprintf("%s %s does not exist", m.Kind, m.Name)
	if m.Key != "" {
		text = fmt.Sprintf("%s %s has no key %s", m.Kind, m.Name, m.Key)
	}
	switch n := len(m.waiting); {
	case n == 1:
		return text + fmt.Sprintf(": 1 pod waits for it (%s)", m.reason)
	case n > 1:
		return text + fmt.Sprintf(": %d pods wait for it (%s)", n, m.reason)
	case len(m.uses) == 1:
		return text + ", for " + m.uses[0]
	}
	return text + fmt.Sprintf(", for %s and %d more", m.uses[0], len(m.uses)-1)
}

// waitingSince returns when the first of the pods that never started was created;
// zero if one ran before.
func waitingSince(pods []*inventory.Pod) time.Time {
	var since time.Time
	for _, pod := range pods {
		for i := range pod.Containers {
			if pod.Containers[i].LatestTermination() != nil {
				return time.Time{}
			}
		}
		if since.IsZero() || pod.Created.Before(since) {
			since = pod.Created
		}
	}
	return since
}
