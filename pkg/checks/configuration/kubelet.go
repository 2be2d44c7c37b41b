package configuration

import (
	"regexp"
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
	// container is empty where a volume is meant.
	container string
}

const (
	configError = "CreateContainerConfigError"
	failedMount = "FailedMount"
	// mountRetry is longer than the kubelet waits between two tries to mount a
	// volume, and than its events are late: one that is older is over.
	mountRetry = 10 * time.Minute
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
				all = append(all, complaint{a, pod, c.Name})
			}
		}
		if pod.Phase != corev1.PodPending {
			continue
		}
		for _, e := range p.EventsOf(&pod.Object) {
			if e.Reason != failedMount || !p.Within(e.Last, mountRetry) {
				continue
			}
			for _, a := range absences(e.Message, pod.Template) {
				all = append(all, complaint{a, pod, ""})
			}
		}
	}
	return all
}

// What the kubelet writes (pkg/kubelet/kubelet_pods.go, pkg/volume).
var (
	objectNotFound = regexp.MustCompile(`(configmap|secret) "([^"]+)" not found`)
	keyNotFound    = regexp.MustCompile(`couldn't find key (.+?) in (ConfigMap|Secret) [^/\s]+/(\S+)`)
	mountedKey     = regexp.MustCompile(`for volume "([^"]+)" : .*references non-existent (config|secret) key: (\S+)`)
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
