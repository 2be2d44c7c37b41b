package inventory

import (
	"slices"
	"strconv"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/utils/ptr"
)

// Labels of the Job controller from before they had a prefix.
const (
	oldJobNameLabel       = "job-name"
	oldControllerUIDLabel = "controller-uid"
)

// addedLabels are labels that controllers add to those of the template.
var addedLabels = map[string]bool{
	appsv1.StatefulSetPodNameLabel: true, appsv1.PodIndexLabel: true, appsv1.ControllerRevisionHashLabelKey: true,
	appsv1.DefaultDeploymentUniqueLabelKey: true,
	batchv1.JobNameLabel:                   true, oldJobNameLabel: true, batchv1.JobCompletionIndexAnnotation: true,
	batchv1.ControllerUidLabel: true, oldControllerUIDLabel: true,
}

// gives reports whether the workload's controller adds a label to a pod that
// does not exist yet.
func (w *Workload) gives(label, value string) bool { return addedLabels[label] && w.adds(label, value) }

// AddedLabel reports whether the controllers of Kubernetes add a label to the pods
// that they make.
func AddedLabel(name string) bool { return addedLabels[name] }

// Makes reports whether the workload makes a pod that fulfills the requirements,
// as far as its template and the labels that controllers add show. Only pods
// that do not exist yet count.
func (w *Workload) Makes(requirements labels.Requirements) bool {
	template := labels.Set(w.Templates[0].Labels)
	own := 0
	for _, r := range requirements {
		value, one := SingleValue(&r)
		switch {
		case r.Matches(template):
			own++
		case !one || !w.gives(r.Key(), value):
			return false
		case !isHash(r.Key()):
			own++
		}
	}
	// A hash alone could belong to any workload.
	return own > 0
}

func isHash(label string) bool {
	return label == appsv1.DefaultDeploymentUniqueLabelKey || label == appsv1.ControllerRevisionHashLabelKey
}

// adds reports whether the workload's controller gives a label to one of its
// pods. A hash is known only from existing pods.
func (w *Workload) adds(label, value string) bool {
	switch label {
	case appsv1.DefaultDeploymentUniqueLabelKey:
		return w.Kind == "Deployment" || w.Kind == "ReplicaSet"
	case appsv1.ControllerRevisionHashLabelKey:
		return w.Kind == "StatefulSet" || w.Kind == "DaemonSet"
	case appsv1.PodIndexLabel:
		return w.makesOrdinal(value)
	case appsv1.StatefulSetPodNameLabel:
		ordinal, own := strings.CutPrefix(value, w.Name+"-")
		return own && w.makesOrdinal(ordinal)
	}
	return slices.ContainsFunc(w.Jobs, func(j *Job) bool {
		switch label {
		case batchv1.JobNameLabel, oldJobNameLabel:
			return value == j.Name
		case batchv1.ControllerUidLabel, oldControllerUIDLabel:
			return value == string(j.UID)
		}
		index, err := strconv.ParseInt(value, 10, 32)
		return err == nil && index >= 0 && index < int64(ptr.Deref(j.Completions, 0))
	})
}

// makesOrdinal reports whether a StatefulSet asks for the pod of an ordinal that
// does not exist yet.
func (w *Workload) makesOrdinal(text string) bool {
	ordinal, err := strconv.ParseInt(text, 10, 32)
	if err != nil || w.Kind != "StatefulSet" || w.Replicas == nil || strconv.FormatInt(ordinal, 10) != text {
		return false
	}
	first := int64(w.Rollout.FirstOrdinal)
	there := func(p *Pod) bool { return p.Name == w.Name+"-"+text && !p.Finished() }
	return ordinal >= first && ordinal < first+int64(*w.Replicas) && !slices.ContainsFunc(w.Pods, there)
}

// numbers reports whether the workload's controller numbers its pods by a label,
// and whether the value could be one of these numbers.
func (w *Workload) numbers(label, value string) bool {
	switch label {
	case appsv1.StatefulSetPodNameLabel:
		var own bool
		if value, own = strings.CutPrefix(value, w.Name+"-"); !own {
			return false
		}
		fallthrough
	case appsv1.PodIndexLabel:
		return w.Kind == "StatefulSet" && isNumber(value)
	case batchv1.JobCompletionIndexAnnotation:
		return len(w.Jobs) > 0 && isNumber(value)
	}
	return false
}

func isNumber(s string) bool {
	_, err := strconv.ParseUint(s, 10, 63)
	return err == nil
}
