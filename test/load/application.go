package load

import (
	"fmt"
	"strconv"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// jobEvery is the number of workloads of which one has a Job.
const jobEvery = 10

// Application is a Deployment of PodsPerWorkload pods with its Service and all
// that belongs to them. Most are well; every twentieth runs out of memory.
type Application struct {
	number      int
	name        string
	namespace   string
	podsPerNode int
	varied      bool
}

func (a Application) failing() bool { return a.number%20 == 0 }

// HasJob is true for every tenth.
func (a Application) HasJob() bool { return a.number%jobEvery == 0 }

// hash is the name of a revision, of which 0 is the current one.
func (a Application) hash(revision int) string {
	return []string{"6c9d7f5b8c", "5f4b8d6c79", "7d8c9b5f64"}[revision]
}

func (a Application) selector() map[string]string {
	return map[string]string{"app.kubernetes.io/name": a.name, "app.kubernetes.io/instance": a.namespace}
}

func (a Application) labels() map[string]string {
	labels := a.selector()
	labels["app.kubernetes.io/version"] = "1.4.2"
	labels["app.kubernetes.io/managed-by"] = "Helm"
	labels["helm.sh/chart"] = a.name + "-1.4.2"
	labels["team"] = a.namespace
	return labels
}

func (a Application) meta(name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{Name: name, Namespace: a.namespace, Labels: a.labels()}
}

// Deployment is the object itself, without its status.
func (a Application) Deployment() *appsv1.Deployment {
	d := &appsv1.Deployment{ObjectMeta: a.meta(a.name)}
	d.Annotations = map[string]string{
		"meta.helm.sh/release-name": a.name, "meta.helm.sh/release-namespace": a.namespace,
		"deployment.kubernetes.io/revision": strconv.Itoa(a.Revisions()),
	}
	d.Spec = appsv1.DeploymentSpec{
		Replicas: new(int32(PodsPerWorkload)), Template: a.template(0),
		Selector: &metav1.LabelSelector{MatchLabels: a.selector()},
	}
	return d
}

func (a Application) ready() int32 {
	if a.failing() {
		return PodsPerWorkload / 2
	}
	return PodsPerWorkload
}

// DeploymentStatus is the status after a rollout that has ended.
func (a Application) DeploymentStatus() appsv1.DeploymentStatus {
	return appsv1.DeploymentStatus{
		ObservedGeneration: 1, Replicas: PodsPerWorkload, UpdatedReplicas: PodsPerWorkload,
		ReadyReplicas: a.ready(), AvailableReplicas: a.ready(), UnavailableReplicas: PodsPerWorkload - a.ready(),
		Conditions: []appsv1.DeploymentCondition{{
			Type: appsv1.DeploymentProgressing, Status: corev1.ConditionTrue, Reason: "NewReplicaSetAvailable",
			LastTransitionTime: started, LastUpdateTime: started,
		}},
	}
}

// ReplicaSet returns the object of a revision, without its status.
func (a Application) ReplicaSet(owner *appsv1.Deployment, revision int) *appsv1.ReplicaSet {
	rs := &appsv1.ReplicaSet{ObjectMeta: a.meta(a.name + "-" + a.hash(revision))}
	rs.OwnerReferences = []metav1.OwnerReference{
		*metav1.NewControllerRef(owner, appsv1.SchemeGroupVersion.WithKind("Deployment")),
	}
	rs.Annotations = map[string]string{"deployment.kubernetes.io/desired-replicas": "10", "deployment.kubernetes.io/revision": strconv.Itoa(a.Revisions() - revision)}
	template := a.template(revision)
	template.Labels[appsv1.DefaultDeploymentUniqueLabelKey] = a.hash(revision)
	selector := a.selector()
	selector[appsv1.DefaultDeploymentUniqueLabelKey] = a.hash(revision)
	rs.Spec = appsv1.ReplicaSetSpec{
		Replicas: new(a.replicas(revision)), Template: template, Selector: &metav1.LabelSelector{MatchLabels: selector},
	}
	return rs
}

// ReplicaSetStatus belongs to ReplicaSet.
func (a Application) ReplicaSetStatus(revision int) appsv1.ReplicaSetStatus {
	pods := a.replicas(revision)
	ready := min(pods, a.ready())
	return appsv1.ReplicaSetStatus{
		ObservedGeneration: 1, Replicas: pods, FullyLabeledReplicas: pods, ReadyReplicas: ready, AvailableReplicas: ready,
	}
}

func (a Application) template(revision int) corev1.PodTemplateSpec {
	return corev1.PodTemplateSpec{
		ObjectMeta: metav1.ObjectMeta{
			Labels: a.labels(),
			Annotations: map[string]string{
				"prometheus.io/scrape": "true", "prometheus.io/port": "9090", "checksum/config": strings.Repeat("4f1c", 16),
			},
		},
		Spec: corev1.PodSpec{
			Containers: []corev1.Container{a.container("app", 8080, 10, revision), a.container("proxy", 15001, 4, revision)},
			Volumes: []corev1.Volume{
				{Name: "config", VolumeSource: corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{
					LocalObjectReference: corev1.LocalObjectReference{Name: a.name},
				}}},
				{Name: "scratch", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}},
			},
			Tolerations: []corev1.Toleration{
				{Key: "node.kubernetes.io/memory-pressure", Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoSchedule},
			},
		},
	}
}

func (a Application) container(name string, port int32, variables, revision int) corev1.Container {
	probe := &corev1.Probe{
		ProbeHandler:  corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Path: "/healthz", Port: intstr.FromString("http-" + name)}},
		PeriodSeconds: 10,
	}
	c := corev1.Container{
		Name: name, Image: image(name),
		Args:  []string{"--config=/etc/" + name + "/config.yaml", "--log-level=info"},
		Ports: []corev1.ContainerPort{{Name: "http-" + name, ContainerPort: port, Protocol: corev1.ProtocolTCP}},
		Resources: corev1.ResourceRequirements{
			Requests: resources("100m", "256Mi"), Limits: corev1.ResourceList{corev1.ResourceMemory: resource.MustParse("256Mi")},
		},
		ReadinessProbe: probe, LivenessProbe: probe,
		VolumeMounts: []corev1.VolumeMount{
			{Name: "config", MountPath: "/etc/" + name, ReadOnly: true}, {Name: "scratch", MountPath: "/tmp"},
		},
	}
	for n := range variables {
		c.Env = append(c.Env, corev1.EnvVar{
			Name: fmt.Sprintf("%s_SETTING_%02d", strings.ToUpper(name), n), Value: fmt.Sprintf("the value number %d of %s", n, a.name),
		})
	}
	if revision > 0 {
		c.Env = append(c.Env, corev1.EnvVar{Name: "BEFORE", Value: strconv.Itoa(revision)})
	}
	return c
}
