package stability

import (
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// PodWithoutOwner finds bare pods, which nothing replaces.
var PodWithoutOwner = &audit.Check{
	ID: "pod-without-owner", Category: Category, Severity: api.High, Worst: api.Critical, Since: "v0.1.0", Live: true, Urgency: api.NextEvent,
	Title: "Bare pod without a controller",
	// These only make a finding more severe. If some were not read, the message
	// says so; the finding can be too mild, but never false.
	Reads:   audit.Reads{Optional: []inventory.Resource{inventory.Services, inventory.PodDisruptionBudgets}},
	Options: []audit.Option{oneOffGrace},
	Judge:   audit.Over(audit.Workloads, podWithoutOwner),
	Doc: audit.Doc{
		What: "A Pending or Running pod has no ownerReference with controller: true and is not a static pod. Owners " +
			"that are not controllers do not count: they only determine when the pod is deleted. With restartPolicy " +
			"Never or OnFailure (a debug session, a one-off task) it is flagged only when it is older than 1 hour. A " +
			"pod in a file counts as static if it is in kube-system, has hostNetwork, a system-* priorityClassName and " +
			"a hostPath in /etc/kubernetes, and neither chooses a node nor refers to other objects of the API. " +
			"Critical when a Service or a PodDisruptionBudget selects the pod: something depends on it.",
		Why: "Kubernetes never moves a pod. When its node is drained, fails or is scaled down, a controller would " +
			"create a new pod on another node within seconds; a bare pod is gone until somebody notices and applies " +
			"its manifest again. It cannot be scaled or rolled out, and kubectl drain stops at it.",
		Fix: "Put the pod's spec into the template of a Deployment, or of a Job if it is meant to end; apply it, wait " +
			"until the new pods are ready, and then delete the bare pod. If it is a forgotten debug session, delete it.",
		Limitations: "Programs that create and watch pods without being named as their controller (some CI runners) " +
			"cannot be recognized. Pods of kubectl run and kubectl debug are recognized by their names and labels, " +
			"which anyone can set.",
		References: []string{
			"https://kubernetes.io/docs/concepts/workloads/pods/#working-with-pods",
			"https://kubernetes.io/docs/concepts/workloads/controllers/",
		},
	},
}

var oneOffGrace = audit.Duration("one-off-grace", time.Hour, "how long a pod that is not restarted counts as somebody's current work")

func podWithoutOwner(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	owned := false
	var faults []audit.Fault
	for _, pod := range w.Judged() {
		switch {
		case pod.Owner != nil:
			owned = true
		case isStaticManifest(pod):
		case expectedToLast(p, pod):
			faults = append(faults, bareFault(p, w, pod))
		}
	}
	if !owned && len(faults) == 0 {
		return audit.NotApplicable()
	}
	return audit.Faults(faults...)
}

// expectedToLast leaves out young one-off pods, whose age must be known to say
// more, and pods about which no kubelet reports. A manifest has no phase: it
// would be Pending.
func expectedToLast(p *audit.Pass, pod *inventory.Pod) bool {
	switch pod.Phase {
	case "", corev1.PodPending, corev1.PodRunning:
	default:
		return false
	}
	return pod.Template.Spec.RestartPolicy == corev1.RestartPolicyAlways ||
		!pod.Created.IsZero() && p.Now.Sub(pod.Created) > oneOffGrace.In(p)
}

func bareFault(p *audit.Pass, w *inventory.Workload, pod *inventory.Pod) audit.Fault {
	maker, restartPolicy := makerOf(pod), string(pod.Template.Spec.RestartPolicy)
	evidence := api.Evidence{"restartPolicy": restartPolicy}
	var facts []string
	if !pod.Created.IsZero() {
		facts = append(facts, p.Age(pod.Created)+" old")
		evidence["createdAt"] = api.Time(pod.Created)
	}
	facts = append(facts, "restartPolicy "+restartPolicy)
	if pod.Node != "" {
		facts = append(facts, "on "+pod.Node)
		evidence["node"] = pod.Node
	}
	if maker != "" {
		evidence["madeBy"] = maker
	}
	fault := audit.Fault{
		Pods:    []*inventory.Pod{pod},
		Message: bareText(maker) + ": " + strings.Join(facts, ", "), Evidence: evidence,
		Since: pod.Created, Fix: bareFix(pod, maker),
	}
	if users := selecting(w, pod); len(users) > 0 {
		fault.Severity = api.Critical
		fault.Message += "; selected by " + strings.Join(users, ", ")
		evidence["selectedBy"] = users
	} else if !p.CompleteIn(w.Namespace, inventory.Services, inventory.PodDisruptionBudgets) {
		fault.Message += "; Services and budgets were not all read"
	}
	return fault
}

// selecting returns the Services and budgets that select a pod.
func selecting(w *inventory.Workload, pod *inventory.Pod) []string {
	var users []string
	for _, s := range w.Services {
		if inventory.Contains(s.Pods, pod) {
			users = append(users, "Service "+s.Name)
		}
	}
	for _, b := range w.Budgets {
		if inventory.Contains(b.Pods, pod) {
			users = append(users, "PodDisruptionBudget "+b.Name)
		}
	}
	return users
}

// Creators of bare pods, as far as they can be recognized.
const (
	kubectlDebug = "kubectl debug"
	kubectlRun   = "kubectl run"
)

func makerOf(pod *inventory.Pod) string {
	switch {
	case pod.Labels["app.kubernetes.io/managed-by"] == "kubectl-debug", strings.HasPrefix(pod.Name, "node-debugger-"):
		return kubectlDebug
	case pod.Labels["run"] == pod.Name:
		return kubectlRun
	}
	return ""
}

func bareText(maker string) string {
	switch maker {
	case kubectlDebug:
		return "a kubectl debug pod is still there"
	case kubectlRun:
		return "no controller replaces this kubectl run pod"
	}
	return "no controller replaces this pod"
}

// bareFix creates the beginning of a controller's manifest, which needs more than
// an image; a leftover pod is deleted.
func bareFix(pod *inventory.Pod, maker string) audit.Fix {
	if maker == kubectlDebug {
		return audit.Fix{
			Advice:  "delete it when nobody needs it any longer",
			Command: audit.Kubectl("delete", "pod").In(pod.Namespace).On(pod.Name),
		}
	}
	images := pod.Template.Apps()
	kind, create := "Deployment", audit.Kubectl("create", "deployment")
	if pod.Template.Spec.RestartPolicy != corev1.RestartPolicyAlways {
		// kubectl creates only Jobs with one container.
		kind, create, images = "Job", audit.Kubectl("create", "job"), images[:min(len(images), 1)]
	}
	for _, c := range images {
		create = create.Flag("--image=", c.Image)
	}
	return audit.Fix{
		Advice:  "put its spec and labels into the template of a " + kind,
		Command: create.In(pod.Namespace).On(pod.Name).With("--dry-run=client", "-o", "yaml"),
	}
}
