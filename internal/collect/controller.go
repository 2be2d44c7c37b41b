package collect

import (
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/ptr"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// controller is an object that may own pods.
type controller struct {
	inventory.Object
	// generation starts at 1 and grows with each change of the spec. 0 means
	// unknown.
	generation int64
	template   *inventory.Template
	rollout    *inventory.Rollout
	replicas   *int32
	selector   *metav1.LabelSelector
	job        *inventory.Job
	cronJob    *inventory.CronJob
}

// reportsItself reports whether the controller is judged by its own status. A
// Job is not: it is judged as one of all the Jobs of its owner.
func (c *controller) reportsItself() bool {
	return c != nil && (c.rollout != nil || c.cronJob != nil)
}

func controllerOf(apiVersion, kind string, m metav1.Object) *controller {
	c := &controller{Object: objectOf(apiVersion, kind, m), generation: m.GetGeneration()}
	if c.Owner != nil && (kind == "ReplicaSet" || kind == "Job") {
		// Labels of ReplicaSets would select workloads, and Deployments copy their
		// annotations to them.
		c.Labels, c.Ignore = nil, nil
	}
	return c
}

func templateOf(t *corev1.PodTemplateSpec) *inventory.Template {
	return projectTemplate(&t.ObjectMeta, &t.Spec)
}

// replicasOf is 1 unless set.
func replicasOf(n *int32) *int32 { return new(ptr.Deref(n, 1)) }

func projectDeployment(d *appsv1.Deployment, unsaid Unsaid) *controller {
	c := controllerOf("apps/v1", "Deployment", d)
	c.template, c.replicas = templateOf(&d.Spec.Template), replicasOf(d.Spec.Replicas)
	c.selector, c.rollout = d.Spec.Selector, deploymentRollout(d, unsaid)
	return c
}

// projectReplicaSet keeps the template only of a ReplicaSet without an owner.
// For others, and in snapshots, the pods show the template.
func projectReplicaSet(r *appsv1.ReplicaSet) *controller {
	c := controllerOf("apps/v1", "ReplicaSet", r)
	if len(r.Spec.Template.Spec.Containers) > 0 {
		c.template, c.replicas = templateOf(&r.Spec.Template), replicasOf(r.Spec.Replicas)
	}
	return c
}

func projectStatefulSet(s *appsv1.StatefulSet, unsaid Unsaid) *controller {
	c := controllerOf("apps/v1", "StatefulSet", s)
	c.template, c.replicas = templateOf(&s.Spec.Template), replicasOf(s.Spec.Replicas)
	c.selector, c.rollout = s.Spec.Selector, statefulSetRollout(s, unsaid)
	return c
}

func projectDaemonSet(d *appsv1.DaemonSet, unsaid Unsaid) *controller {
	c := controllerOf("apps/v1", "DaemonSet", d)
	c.template, c.rollout = templateOf(&d.Spec.Template), daemonSetRollout(d, unsaid)
	return c
}

func projectReplicationController(r *corev1.ReplicationController) *controller {
	c := controllerOf("v1", "ReplicationController", r)
	c.replicas = replicasOf(r.Spec.Replicas)
	if r.Spec.Template != nil {
		c.template = templateOf(r.Spec.Template)
	}
	return c
}
