package stability

import (
	"strings"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// obstacle is what keeps a container from starting.
type obstacle struct {
	// reason is the kubelet's.
	reason string
	text   string
	fix    func(*inventory.Workload, replica) audit.Fix
}

// obstacleOf finds it in the reason that the container waits for. While it is
// being created there is none but what Events tell.
func obstacleOf(p *audit.Pass, r replica) (obstacle, bool) {
	c := r.container
	switch c.Waiting {
	case "InvalidImageName":
		return obstacle{c.Waiting, c.Image + " is no image name (" + c.Waiting + ")", correctImage}, true
	case "ErrImageNeverPull":
		return obstacle{c.Waiting, "image " + c.Image + " is not on the node, and its pull policy is Never (" + c.Waiting + ")",
			lookAtPod("put the image on the node, or let it be pulled")}, true
	case "ErrImagePull", "ImagePullBackOff", "RegistryUnavailable", "ImageInspectError", "SignatureValidationFailed":
		o := pullObstacle(c.Image, pullErrors(p, r))
		o.reason, o.text = c.Waiting, o.text+" ("+c.Waiting+")"
		return o, true
	case "CreateContainerConfigError", "CreateContainerError", "RunContainerError", "PreCreateHookError", "PreStartHookError":
		return obstacle{c.Waiting, withDetail(c.Waiting, c.WaitingMessage), lookAtPod("provide what is missing")}, true
	case "ContainerCreating", "PodInitializing":
		return creationObstacle(p, r)
	}
	return obstacle{}, false
}

// pullErrors are all the texts that may say why a pull failed: once the kubelet
// backs off, older ones leave it to the Events.
func pullErrors(p *audit.Pass, r replica) []string {
	texts := []string{r.container.WaitingMessage}
	for _, e := range p.EventsOf(&r.pod.Object) {
		if e.Reason == "Failed" && strings.Contains(e.Message, r.container.Image) {
			texts = append(texts, e.Message)
		}
	}
	return texts
}

// pullObstacle reads the errors of runtimes and registries, which follow no
// format: what they have in common are a few words.
func pullObstacle(image string, errors []string) obstacle {
	said := strings.ToLower(strings.Join(errors, "\n"))
	for _, known := range []struct {
		words []string
		text  string
		fix   func(*inventory.Workload, replica) audit.Fix
	}{
		{[]string{"toomanyrequests", "too many requests"}, "the registry limits how often image " + image + " is pulled",
			lookAtPod("log in to the registry, or pull from a mirror")},
		{[]string{"no match for platform", "no matching manifest"}, "image " + image + " does not exist for the node's platform",
			correctImage},
		{[]string{"unauthorized", "authorization failed", "access denied", "access forbidden", "no basic auth credentials",
			"authentication required", "403 forbidden"}, "the registry refuses access to image " + image, allowPull},
		{[]string{"no such host", "i/o timeout", "connection refused", "connection reset", "deadline exceeded",
			"registryunavailable"}, "the registry of image " + image + " cannot be reached",
			lookAtPod("see why the node does not reach the registry")},
		{[]string{"not found", "manifest unknown", "name unknown", "notfound"}, "image " + image + " not found", correctImage},
	} {
		for _, word := range known.words {
			if strings.Contains(said, word) {
				return obstacle{text: known.text, fix: known.fix}
			}
		}
	}
	return obstacle{text: "image " + image + " cannot be pulled", fix: lookAtPod("read why the pull fails")}
}

// creationRecent is how old an Event may be that still explains why a pod is
// being created: the kubelet tries again every 2 minutes, and may be silent for
// another 5.
const creationRecent = 10 * time.Minute

// creationObstacle is what Events say of a pod none of whose containers was
// ever started. Those that run after others are not to blame.
func creationObstacle(p *audit.Pass, r replica) (obstacle, bool) {
	if r.container.Waiting == "PodInitializing" && r.container.Kind == inventory.App {
		return obstacle{}, false
	}
	for i := range r.pod.Containers {
		if c := &r.pod.Containers[i]; !c.RunningSince.IsZero() || c.LatestTermination() != nil {
			return obstacle{}, false
		}
	}
	var newest *inventory.Event
	for _, e := range p.EventsOf(&r.pod.Object) {
		switch e.Reason {
		case "FailedMount", "FailedAttachVolume", "FailedMapVolume", "FailedCreatePodSandBox":
			if p.Within(e.Last, creationRecent) && (newest == nil || !e.Last.Before(newest.Last)) {
				newest = e
			}
		}
	}
	if newest == nil {
		return obstacle{}, false
	}
	return obstacle{newest.Reason, withDetail(newest.Reason, newest.Message), lookAtPod("provide what is missing")}, true
}

// withDetail says a reason and, if there is one, its explanation.
func withDetail(reason, message string) string {
	if message = strings.TrimSpace(message); message == "" {
		return reason
	}
	return reason + ": " + message
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
		return describe(r.pod, advice)
	}
}
