package configuration

import (
	"cmp"
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
			"waiting pods: containers in CreateContainerConfigError, FailedMount Events of pending pods, and " +
			"FailedToRetrieveImagePullSecret Events. With --secrets, Secrets are also judged by what exists. New " +
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

func configReferenceMissing(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	if len(w.Templates) == 0 || p.Within(w.Created, referenceGrace.In(p)) {
		return audit.NotApplicable()
	}
	var all absences
	asked, unknown := false, ""
	for _, t := range w.Templates {
		for _, r := range t.References() {
			if r.Optional {
				continue
			}
			asked = true
			absent, why := absentOf(p, w, r)
			if absent != nil {
				all.of(*absent).add(r)
			}
			unknown = cmp.Or(unknown, why)
		}
	}
	for _, c := range complaints(p, w, referenceGrace.In(p)) {
		asked = true
		if all.find(c.Absence) != nil || !settled(p, w.Namespace, c.Absence) {
			all.of(c.Absence).wait(c)
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
// are known, the key; nil if nothing is. unknown says why that is not certain.
func absentOf(p *audit.Pass, w *inventory.Workload, r inventory.Reference) (absent *inventory.Absence, unknown string) {
	if !listed(p, r.Kind) {
		return nil, unheard(p, w)
	}
	source := p.Config(r.Kind, w.Namespace, r.Name)
	switch {
	case source == nil:
		if unknown = cmp.Or(unread(p, w.Namespace, r.Kind), operated(p, w.Namespace, r.Name)); unknown != "" {
			return nil, unknown
		}
		return &inventory.Absence{Kind: r.Kind, Name: r.Name}, ""
	case r.Key != "" && len(source.Keys) > 0 && !slices.Contains(source.Keys, r.Key):
		return &inventory.Absence{Kind: r.Kind, Name: r.Name, Key: r.Key}, ""
	}
	return nil, ""
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
