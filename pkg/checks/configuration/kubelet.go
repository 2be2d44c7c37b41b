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

// absence names a missing object or, with a key, one of its missing keys.
type absence struct{ kind, name, key string }

// complaint is the kubelet's report about a pod that it cannot start.
type complaint struct {
	absence
	pod *inventory.Pod
	// reason is the kubelet's own word for it.
	reason string
	// container is empty for a volume.
	container string
	// pull is set for the credentials of a registry, for which no pod waits.
	pull bool
}

const (
	configError = "CreateContainerConfigError"
	failedMount = "FailedMount"
	failedPull  = "FailedToRetrieveImagePullSecret"
	// eventRetry is longer than the kubelet waits between two attempts to mount a
	// volume or to start a pod, including the delay of Events: an older problem
	// is over.
	eventRetry = 10 * time.Minute
)

// complaints returns those about pods that have waited for longer than the grace.
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

// unheard says why the kubelet's reports about pods that wait for a volume are
// not known, empty if they are or if no pod waits.
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

// absences parses which objects or keys a message reports as missing. A message
// about a volume does not name the object, but the template does.
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
