package configuration

import (
	"regexp"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// absence is something that does not exist: an object or, with a key, one of
// its keys.
type absence struct{ kind, name, key string }

// complaint is what the kubelet says of a pod that it cannot start.
type complaint struct {
	absence
	pod *inventory.Pod
	// reason is the kubelet's own word for it.
	reason string
	// container is empty where a volume is meant.
	container string
	// pull is set for the credentials of a registry, for which no pod waits.
	pull bool
}

const (
	configError = "CreateContainerConfigError"
	failedMount = "FailedMount"
	failedPull  = "FailedToRetrieveImagePullSecret"
	// eventRetry is longer than the kubelet waits between two tries to mount a
	// volume or to start a pod, and than its events are late: one that is older is
	// over.
	eventRetry = 10 * time.Minute
)

// complaints are about pods that have waited for longer than the grace.
func complaints(p *audit.Pass, w *inventory.Workload, grace time.Duration) []complaint {
	var all []complaint
	for _, pod := range w.Pods {
		if pod.Deleting() || pod.Finished() || p.Within(pod.Created, grace) {
			continue
		}
		for i := range pod.Containers {
			c := &pod.Containers[i]
			if c.Waiting != configError {
				continue
			}
			for _, a := range absences(c.WaitingMessage, nil) {
				all = append(all, complaint{absence: a, pod: pod, reason: c.Waiting, container: c.Name})
			}
		}
		for _, e := range p.EventsOf(&pod.Object) {
			pull := e.Reason == failedPull
			if !pull && (e.Reason != failedMount || pod.Phase != corev1.PodPending) || !p.Within(e.Last, eventRetry) {
				continue
			}
			for _, a := range absences(e.Message, pod.Template) {
				all = append(all, complaint{absence: a, pod: pod, reason: e.Reason, pull: pull})
			}
		}
	}
	return all
}

// unheard says why what the kubelet reports about pods that wait for a volume is
// not known, empty if it is or if no pod waits.
func unheard(p *audit.Pass, w *inventory.Workload) string {
	read := p.Read(inventory.Events)
	waits := func(pod *inventory.Pod) bool { return pod.Phase == corev1.PodPending && !pod.Deleting() }
	if read.State == inventory.Complete || !slices.ContainsFunc(w.Pods, waits) {
		return ""
	}
	return string(inventory.Events) + ": " + read.Reason
}

// What the kubelet writes (pkg/kubelet/kubelet_pods.go, pkg/volume).
var (
	objectNotFound = regexp.MustCompile(`(configmap|secret) "([^"]+)" not found`)
	keyNotFound    = regexp.MustCompile(`couldn't find key (.+?) in (ConfigMap|Secret) [^/\s]+/(\S+)`)
	mountedKey     = regexp.MustCompile(`for volume "([^"]+)" : .*references non-existent (config|secret) key: (\S+)`)
	pullSecrets    = regexp.MustCompile(`some image pull secrets \(([^)]+)\)`)
	kindOf         = map[string]string{
		"configmap": configMap, "config": configMap, configMap: configMap, "secret": secret, secret: secret,
	}
)

// absences reads what a message says does not exist. A volume's message does
// not name the object, which the template does.
func absences(message string, t *inventory.Template) []absence {
	var all []absence
	for _, match := range objectNotFound.FindAllStringSubmatch(message, -1) {
		all = append(all, absence{kind: kindOf[match[1]], name: match[2]})
	}
	for _, match := range keyNotFound.FindAllStringSubmatch(message, -1) {
		all = append(all, absence{kindOf[match[2]], match[3], match[1]})
	}
	if match := pullSecrets.FindStringSubmatch(message); match != nil {
		for _, name := range strings.FieldsFunc(match[1], func(r rune) bool { return r == ',' || r == ' ' }) {
			all = append(all, absence{kind: secret, name: name})
		}
	}
	if match := mountedKey.FindStringSubmatch(message); match != nil && t != nil {
		for i := range t.Spec.Volumes {
			for _, r := range volumeReferences(&t.Spec.Volumes[i]) {
				if r.volume == match[1] && r.kind == kindOf[match[2]] && r.key == match[3] {
					all = append(all, absence{r.kind, r.name, r.key})
				}
			}
		}
	}
	return all
}
