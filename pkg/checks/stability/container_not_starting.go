package stability

import (
	"slices"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/termination"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// ContainerNotStarting finds containers that the kubelet cannot start.
var ContainerNotStarting = &audit.Check{
	ID: "container-not-starting", Category: Category, Severity: api.High, Since: "v0.1.0", Live: true,
	Title: "Container not starting (ImagePullBackOff, CreateContainerError)",
	// Events name causes that the status omits, nodes show which pods a dead one
	// took down.
	Reads:    audit.Reads{Optional: []inventory.Resource{inventory.Events, inventory.Nodes}},
	Options:  []audit.Option{startGrace},
	Explains: []string{"pod-pending", "rollout-stuck"},
	Judge:    eachContainer((*inventory.Workload).Judged, containerNotStarting),
	Doc: audit.Doc{
		What: "A container (app, sidecar or init) has waited for 5 minutes, and the kubelet says that it failed to " +
			"start it: the image cannot be pulled (ErrImagePull, ImagePullBackOff, InvalidImageName, " +
			"ErrImageNeverPull), its configuration is incomplete (CreateContainerConfigError), the runtime refuses it " +
			"(CreateContainerError, RunContainerError), or the kubelet gives another reason that means failure. A " +
			"container in ContainerCreating counts when Events of the last 10 minutes say that a volume cannot be " +
			"attached or mounted (FailedAttachVolume, FailedMount), the network or a device is not ready, or the pod's " +
			"sandbox cannot be created. If there are several Events, the finding quotes the one that names the cause.",
		Why: "Old pods keep running, so a rollout with a wrong tag does no harm at first. The harm comes when a node " +
			"fails and its replicas cannot start on any other node, because the image was deleted from the registry or " +
			"the Secret no longer exists.",
		Fix: "The message says what is missing. Image not found: correct the name or the tag, or push the image. " +
			"Access denied: give the pods an imagePullSecret of that registry, in their own namespace. A pull rate " +
			"limit (toomanyrequests): log in to the registry, or use a mirror. Multi-Attach error: only one node at a " +
			"time may attach the volume. A missing ConfigMap, Secret or key: create it before the workload. " +
			"runAsNonRoot with an image that runs as root, or whose user is a name: set runAsUser to a number. A " +
			"broken pod of an earlier revision of an OrderedReady StatefulSet: delete it. Then wait for the pods to " +
			"become ready; the kubelet tries again by itself every 5 minutes.",
		Limitations: "The API does not record since when a container has been waiting: the check counts from its last " +
			"run, the end of the init containers or the start of the pod. A large image that is still being pulled is " +
			"not a failure. If the Events about a volume have expired, pod-pending reports the pod instead. A " +
			"container that starts and crashes is reported by container-crash-looping.",
		References: []string{
			"https://kubernetes.io/docs/concepts/containers/images/#imagepullbackoff",
			"https://kubernetes.io/docs/tasks/configure-pod-container/pull-image-private-registry/",
			"https://kubernetes.io/docs/tasks/debug/debug-application/debug-pods/",
		},
	},
}

var startGrace = audit.Duration("grace", 5*time.Minute, "how long a container may wait to be started")

// stalled is a container that cannot be started, with the reason and the time.
type stalled struct {
	replica
	obstacle
	since time.Time
}

func containerNotStarting(p *audit.Pass, w *inventory.Workload, group *replicas) []audit.Fault {
	if group.kind == inventory.Ephemeral {
		return nil
	}
	var waiting []stalled
	for _, r := range group.items {
		if r.container.Waiting == "" {
			continue
		}
		since := waitingSince(r)
		if since.IsZero() || p.Within(since, startGrace.In(p)) {
			continue
		}
		if o, found := obstacleOf(p, r); found {
			waiting = append(waiting, stalled{r, o, since})
		}
	}
	if len(waiting) == 0 {
		return nil
	}
	slices.SortStableFunc(waiting, func(a, b stalled) int { return a.since.Compare(b.since) })
	longest := waiting[0]
	pods := make([]*inventory.Pod, len(waiting))
	for i, s := range waiting {
		pods[i] = s.pod
	}
	fault := audit.Fault{
		Container: group.name, Pods: pods,
		Message: group.share(len(waiting), " ") + "not started for " + p.Age(longest.since) + ": " + longest.text,
		Evidence: api.Evidence{
			"pods": len(waiting), "of": len(group.items), "containerKind": string(group.kind),
			"reason": longest.reason, "image": longest.container.Image,
		},
		Since: longest.since, Fix: fixOf(w, longest),
	}
	addObserved(p, w, &fault)
	return []audit.Fault{fault}
}

// fixOf fixes what keeps the container from starting; if the pod does not match
// its template, the template is already fixed.
func fixOf(w *inventory.Workload, s stalled) audit.Fix {
	if fix, found := remedy.LeftOver(w, s.pod); found {
		return fix
	}
	return s.fix(w, s.replica)
}

// waitingSince returns the latest possible start of the wait: the API does not
// keep the true one. Zero is unknown. A run that never began does not count.
func waitingSince(r replica) time.Time {
	since := r.pod.Started
	if since.IsZero() {
		since = r.pod.Created
	}
	for i := range r.pod.Containers {
		c := &r.pod.Containers[i]
		if c.Name != r.container.Name && c.Kind != inventory.Init {
			continue
		}
		if end := c.LatestTermination(); end != nil && !termination.StartFailed(end) && end.Finished.After(since) {
			since = end.Finished
		}
	}
	return since
}
