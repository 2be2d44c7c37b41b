package stability

import (
	"regexp"
	"slices"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/cause"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/termination"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// obstacle keeps a container from starting.
type obstacle struct {
	// reason comes from the kubelet.
	reason string
	text   string
	fix    func(*inventory.Workload, replica) audit.Fix
}

// obstacleOf finds the obstacle in the reason for which the container waits.
// While the container is being created, only Events can name one.
func obstacleOf(p *audit.Pass, r replica) (obstacle, bool) {
	c := r.container
	if c.Pull != nil {
		o := pullObstacle(c.Image, pullFailures(p, r))
		o.reason, o.text = c.Waiting, o.text+" ("+c.Waiting+")"+missingPullSecret(p, r)
		return o, true
	}
	switch c.Waiting {
	case "InvalidImageName":
		return obstacle{c.Waiting, cause.WithDetail(c.Image+" is not a valid image name ("+c.Waiting+")", lastClause(c.WaitingMessage)), correctImage}, true
	case "ErrImageNeverPull":
		return obstacle{c.Waiting, "image " + c.Image + " is not on the node, and its pull policy is Never (" + c.Waiting + ")",
			lookAtPod("put the image on the node, or let it be pulled")}, true
	case "CreateContainerConfigError", "CreateContainerError", "RunContainerError", "PreCreateHookError", "PreStartHookError":
		return obstacle{c.Waiting, cause.WithDetail(c.Waiting, c.WaitingMessage), startFix(c.WaitingMessage)}, true
	case "ContainerCreating", "PodInitializing":
		return creationObstacle(p, r)
	case "CrashLoopBackOff", termination.PostStartHookError:
		// It was started before.
		return obstacle{}, false
	}
	// Runtimes and virtual nodes have reasons of their own.
	if saysFailure.MatchString(c.Waiting) {
		return obstacle{c.Waiting, cause.WithDetail(c.Waiting, c.WaitingMessage), startFix(c.WaitingMessage)}, true
	}
	return obstacle{}, false
}

// lastClause is the end of a chain of errors.
func lastClause(message string) string { return message[strings.LastIndex(message, ": ")+1:] }

// saysFailure distinguishes a reason that means failure from one that only
// reports the progress of a start.
var saysFailure = regexp.MustCompile(`(?i)err|fail|invalid|back-?off|denied|forbidden|refused|unavailable|not(found|ready|allowed)`)

// missingPullSecret is the kubelet's report about a pull secret that it did not
// find, which explains why a registry refuses access.
func missingPullSecret(p *audit.Pass, r replica) string {
	for _, e := range p.EventsOf(&r.pod.Object) {
		if e.Reason == inventory.FailedPullSecret {
			return "; " + cause.Quote(e.Message)
		}
	}
	return ""
}

// pullFailures returns everything that may say why a pull failed, the current one first: once
// the kubelet backs off, only Events contain the earlier ones.
func pullFailures(p *audit.Pass, r replica) []*inventory.PullFailure {
	failures := []*inventory.PullFailure{r.container.Pull}
	for _, e := range slices.Backward(p.EventsOf(&r.pod.Object)) {
		if e.Pull != nil && strings.Contains(e.Message, r.container.Image) {
			failures = append(failures, e.Pull)
		}
	}
	return failures
}

// pullObstacle describes the most specific of the failures.
func pullObstacle(image string, failures []*inventory.PullFailure) obstacle {
	var problem inventory.PullProblem
	for _, f := range failures {
		if f.Problem != 0 && (problem == 0 || f.Problem < problem) {
			problem = f.Problem
		}
	}
	switch problem {
	case inventory.PullLimited:
		return obstacle{text: "the registry limits how often image " + image + " is pulled", fix: lookAtPod("log in to the registry, or pull from a mirror")}
	case inventory.PullOtherPlatform:
		return obstacle{text: "image " + image + " does not exist for the node's platform", fix: correctImage}
	case inventory.PullDenied:
		return obstacle{text: "the registry refuses access to image " + image, fix: allowPull}
	case inventory.PullUntrusted:
		return obstacle{text: "the node does not trust the certificate of the registry of image " + image,
			fix: lookAtPod("let the node trust the registry's certificate authority")}
	case inventory.PullUnreachable:
		return obstacle{text: "the registry of image " + image + " cannot be reached", fix: lookAtPod("find out why the node does not reach the registry")}
	case inventory.PullNotFound:
		return obstacle{text: "image " + image + " not found", fix: correctImage}
	}
	text := "image " + image + " cannot be pulled"
	for _, f := range failures {
		if why := cause.Quote(f.Why); why != "" {
			text += ": " + why
			break
		}
	}
	return obstacle{text: text, fix: lookAtPod("find out why the pull fails")}
}

// creationObstacle returns what Events report about a pod none of whose
// containers was ever started. Containers that run after others are not to blame,
// nor are any on a node that is not ready.
func creationObstacle(p *audit.Pass, r replica) (obstacle, bool) {
	if r.container.Waiting == "PodInitializing" && r.container.Kind == inventory.App ||
		cause.DeadNode(p, r.pod, r.pod.Created) != nil && cause.NodesJudged(p) {
		return obstacle{}, false
	}
	for i := range r.pod.Containers {
		if c := &r.pod.Containers[i]; !c.RunningSince.IsZero() || c.LatestTermination() != nil {
			return obstacle{}, false
		}
	}
	e := cause.Of(p, &r.pod.Object, inventory.Preparing, cause.EventsRecent)
	if e == nil {
		return obstacle{}, false
	}
	return obstacle{e.Reason, cause.Text(e), startFix(e.Message)}, true
}

// startFix recognizes the words of the kubelet and of runtimes for problems at
// the start of a container.
func startFix(message string) func(*inventory.Workload, replica) audit.Fix {
	if strings.Contains(message, "runAsNonRoot") {
		return runAsUser
	}
	for _, known := range []struct{ words, advice string }{
		{"hostPath type check failed", "create the path on the node, or correct it"},
		{"not a directory", "correct the path: a file is mounted where a directory is expected, or the other way around"},
		{"error mounting", "correct what is mounted, or where"},
		{"executable file not found", "correct the command, or use an image that has it"},
		{"no such file or directory", "correct the command, or use an image that has it"},
		{"permission denied", "make the file executable in its image, or start it through its interpreter"},
		{"Multi-Attach", "wait for the other pod to release the volume, or delete it: only one node at a time may attach it"},
		{"NetworkPluginNotReady", "find out why the network plugin of its node does not run"},
		{"not found", "create what is missing"},
		{"couldn't find key", "create what is missing"},
		{"references non-existent", "create what is missing"},
	} {
		if strings.Contains(message, known.words) {
			return lookAtPod(known.advice)
		}
	}
	return lookAtPod("check what its node reports")
}

// runAsUser is for an image that names no user, root, or a user whose name could
// mean root.
func runAsUser(w *inventory.Workload, _ replica) audit.Fix {
	return remedy.PodSpec(w, "set a user with a number other than 0, or use an image whose USER is one",
		remedy.Fields{"securityContext": remedy.Fields{"runAsUser": "UID"}})
}

func correctImage(w *inventory.Workload, r replica) audit.Fix {
	return remedy.Image(w, r.container.Name, "correct the name of the image, or push it", "IMAGE")
}

func allowPull(w *inventory.Workload, _ replica) audit.Fix {
	return remedy.PodSpec(w, "give the pods a pull secret that the registry accepts",
		remedy.Fields{"imagePullSecrets": []remedy.Fields{{"name": "SECRET"}}})
}

func lookAtPod(advice string) func(*inventory.Workload, replica) audit.Fix {
	return func(_ *inventory.Workload, r replica) audit.Fix {
		return remedy.DescribePod(r.pod, advice)
	}
}
