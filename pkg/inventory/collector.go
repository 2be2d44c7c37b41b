package inventory

import (
	"strings"
	"sync"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
)

// collector gathers the facts of an inventory that is being read. Lists of
// several resources run at once, so it has a lock.
type collector struct {
	mu          sync.Mutex
	pods        []*Pod
	templates   map[string]*Template
	controllers map[string]*controller
	// named are Deployments and CronJobs, of which what is between them and their
	// pods may not have been read.
	named map[named]*controller
	// unsaid is what the API did not say of the object that is added next.
	unsaid unsaid
	// unread are resources of which more may exist than was read.
	unread      map[Resource]bool
	services    []*Service
	slices      []*EndpointSlice
	budgets     []*PodDisruptionBudget
	autoscalers []*HorizontalPodAutoscaler
	nodes       []*Node
	quotas      []*ResourceQuota
	ranges      []*LimitRange
	routes      []*Route
	policies    []*TrafficPolicy
	namespaces  map[string]*Object
	// classes are the controllers of IngressClasses, defaultClass is one of them.
	classes      map[string]string
	defaultClass string
	configs      map[configKey]*ConfigSource
	makers       []*maker
	announced    []*ConfigSource
	operated     []*Object
	// scalers are autoscalers that custom resources announce.
	scalers    []*HorizontalPodAutoscaler
	imageSizes map[string]int64
	events     map[involvedKey][]involvedEvent
	// confirmed holds, by key, what a GET said of owners that no list held.
	confirmed map[string]confirmedOwner
	shared    *sharer
}

// controller is an object that may own pods.
type controller struct {
	Object
	// generation starts at 1 and grows with each change of the spec; 0 is unknown.
	generation int64
	template   *Template
	rollout    *Rollout
	replicas   *int32
	selector   *metav1.LabelSelector
	job        *Job
	cronJob    *CronJob
}

func newCollector() *collector {
	return &collector{
		templates:   map[string]*Template{},
		controllers: map[string]*controller{},
		named:       map[named]*controller{},
		namespaces:  map[string]*Object{},
		classes:     map[string]string{},
		configs:     map[configKey]*ConfigSource{},
		imageSizes:  map[string]int64{},
		events:      map[involvedKey][]involvedEvent{},
		confirmed:   map[string]confirmedOwner{},
		shared:      newSharer(),
	}
}

// add projects an object, which must be trimmed, and keeps its facts.
func (c *collector) add(obj runtime.Object) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch o := obj.(type) {
	case *corev1.Pod:
		c.addPod(o)
	case *appsv1.Deployment:
		owner := c.addController("apps/v1", "Deployment", o, &o.Spec.Template, replicasOf(o.Spec.Replicas))
		owner.rollout, owner.selector = deploymentRollout(o), c.shared.selector(o.Spec.Selector)
		owner.rollout.Unwritten = c.unsaid.status
	case *appsv1.ReplicaSet:
		c.addReplicaSet(o)
	case *metav1.PartialObjectMetadata:
		switch {
		case isConfig(o.Kind):
			c.addConfig(projectConfig(o.Kind, o, nil))
		case o.Kind == "Namespace":
			c.addNamespace(o)
		default:
			c.addController(o.APIVersion, o.Kind, o, nil, nil)
		}
	case *corev1.Namespace:
		c.addNamespace(o)
	case *appsv1.StatefulSet:
		owner := c.addController("apps/v1", "StatefulSet", o, &o.Spec.Template, replicasOf(o.Spec.Replicas))
		owner.rollout, owner.selector = statefulSetRollout(o), c.shared.selector(o.Spec.Selector)
		owner.rollout.Unwritten = c.unsaid.status
	case *appsv1.DaemonSet:
		owner := c.addController("apps/v1", "DaemonSet", o, &o.Spec.Template, nil)
		owner.rollout = daemonSetRollout(o)
		owner.rollout.Unwritten = c.unsaid.status
	case *corev1.ReplicationController:
		c.addController("v1", "ReplicationController", o, o.Spec.Template, replicasOf(o.Spec.Replicas))
	case *batchv1.Job:
		c.addJob(o)
	case *batchv1.CronJob:
		owner := c.addController("batch/v1", "CronJob", o, &o.Spec.JobTemplate.Spec.Template, nil)
		owner.cronJob = projectCronJob(o)
		owner.cronJob.Unwritten, owner.cronJob.SuccessUnrecorded = c.unsaid.status, c.unsaid.success
	case *corev1.Service:
		c.addService(o)
	case *discoveryv1.EndpointSlice:
		c.addSlice(o)
	case *policyv1.PodDisruptionBudget:
		c.budgets = append(c.budgets, projectBudget(o))
	case *autoscalingv2.HorizontalPodAutoscaler:
		c.autoscalers = append(c.autoscalers, projectAutoscaler(o))
	case *corev1.Node:
		c.nodes = append(c.nodes, projectNode(o))
		c.addImages(o.Status.Images)
	case *corev1.ConfigMap:
		c.addConfig(projectConfigMap(o))
	case *corev1.Secret:
		c.addConfig(projectSecret(o))
	case *networkingv1.IngressClass:
		c.addIngressClass(o)
	case *networkingv1.Ingress:
		c.routes = append(c.routes, projectIngress(o))
	case *unstructured.Unstructured:
		if o.GetKind() == "HTTPRoute" {
			c.routes = append(c.routes, projectHTTPRoute(o))
		} else {
			c.policies = append(c.policies, projectPolicy(o))
		}
	case *corev1.ResourceQuota:
		c.quotas = append(c.quotas, &ResourceQuota{objectOf("v1", "ResourceQuota", o), o.Status.Hard, o.Status.Used})
	case *corev1.LimitRange:
		c.ranges = append(c.ranges, &LimitRange{objectOf("v1", "LimitRange", o), o.Spec.Limits})
	case *corev1.Event:
		c.addEvent(o)
	}
}

func (c *collector) addEvent(e *corev1.Event) {
	event, key := projectEvent(e), involvedKey{e.InvolvedObject.Kind, e.InvolvedObject.Namespace, e.InvolvedObject.Name}
	for _, word := range []*string{&event.Reason, &event.Message, &event.Container, &key.kind, &key.namespace} {
		share(c.shared, word)
	}
	c.events[key] = append(c.events[key], involvedEvent{string(e.InvolvedObject.UID), e.Name, event})
}

func (c *collector) addService(s *corev1.Service) {
	service := projectService(s)
	c.shared.object(&service.Object)
	service.Selector = c.shared.labelsOf(service.Selector)
	c.services = append(c.services, service)
}

func (c *collector) addSlice(s *discoveryv1.EndpointSlice) {
	slice := projectEndpointSlice(s)
	c.shared.slice(slice)
	c.slices = append(c.slices, slice)
}

// addNamespace keeps what policy asks of a namespace. That one is there says
// nothing: only those with something in them are judged.
func (c *collector) addNamespace(m metav1.Object) {
	namespace := objectOf("v1", "Namespace", m)
	c.shared.object(&namespace)
	c.namespaces[namespace.Name] = &Object{
		APIVersion: "v1", Kind: "Namespace", Name: namespace.Name, Labels: namespace.Labels, Ignore: namespace.Ignore,
	}
}

func (c *collector) addConfig(s *ConfigSource) {
	c.configs[configKey{s.Kind, s.Namespace, s.Name}] = s
}

func (c *collector) addIngressClass(class *networkingv1.IngressClass) {
	c.classes[class.Name] = class.Spec.Controller
	if class.Annotations[defaultClassAnnotation] == "true" {
		c.defaultClass = class.Name
	}
}

// addImages keeps a size for each name, once for all nodes: what an image is
// called, and how large it is, does not depend on who holds it.
func (c *collector) addImages(images []corev1.ContainerImage) {
	for _, image := range images {
		for _, name := range image.Names {
			c.imageSizes[name] = max(c.imageSizes[name], image.SizeBytes)
		}
	}
}

func (c *collector) addPod(p *corev1.Pod) {
	pod := projectPod(p)
	revision := revisionOf(pod.Object)
	template := c.templates[revision]
	if template == nil {
		template = admittedTemplate(p)
		c.shared.template(template)
		if revision != "" {
			c.templates[revision] = template
		}
	} else if own := ownResources(template, &p.Spec); own != nil {
		exception := *pod.PodException
		exception.Resources = own
		pod.PodException = &exception
	}
	if pod.Created.After(template.Created) {
		template.Created = pod.Created
	}
	pod.Template = template
	c.shared.pod(pod)
	c.pods = append(c.pods, pod)
}

// knows reports whether the template of a revision is kept.
func (c *collector) knows(revision string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.templates[revision] != nil
}

// revisionOf is equal for pods that a controller of Kubernetes made from one
// template. Others may give each of their pods a spec of its own: it is empty.
func revisionOf(p Object) string {
	if p.Owner != nil {
		owner := key(p.Owner.APIVersion, p.Owner.Kind, p.Namespace, p.Owner.Name, p.Owner.UID)
		switch p.Owner.Kind {
		case "ReplicaSet", "ReplicationController", "Job":
			return owner
		case "StatefulSet", "DaemonSet":
			if hash := p.Labels[appsv1.ControllerRevisionHashLabelKey]; hash != "" {
				return owner + "\x00" + hash
			}
		}
	}
	return ""
}

func (c *collector) addController(apiVersion, kind string, m metav1.Object, t *corev1.PodTemplateSpec, replicas *int32) *controller {
	owner := &controller{Object: objectOf(apiVersion, kind, m), generation: m.GetGeneration(), replicas: replicas}
	c.shared.object(&owner.Object)
	if owner.Owner != nil && (kind == "ReplicaSet" || kind == "Job") {
		// Labels select workloads. Deployments give their annotations to their
		// ReplicaSets.
		owner.Labels, owner.Ignore = nil, nil
	}
	if t != nil {
		owner.template = projectTemplate(&t.ObjectMeta, &t.Spec)
		owner.template.Created = owner.Created
		c.shared.template(owner.template)
	}
	c.controllers[owner.key()] = owner
	if kind == "Deployment" || kind == "CronJob" {
		c.named[named{kind, owner.Namespace, owner.Name}] = owner
	}
	return owner
}

// addReplicaSet keeps the template of one that nothing owns. Of others, and of
// all that a snapshot holds, there is none: their pods show it.
func (c *collector) addReplicaSet(r *appsv1.ReplicaSet) {
	if len(r.Spec.Template.Spec.Containers) == 0 {
		c.addController("apps/v1", "ReplicaSet", r, nil, nil)
		return
	}
	c.addController("apps/v1", "ReplicaSet", r, &r.Spec.Template, replicasOf(r.Spec.Replicas))
}

func (c *collector) addJob(j *batchv1.Job) {
	job, template := projectJob(j), &j.Spec.Template
	c.shared.object(&job.Object)
	if job.Finished() {
		// It runs nothing any more.
		template = nil
	}
	c.addController("batch/v1", "Job", j, template, nil).job = job
}

// replicasOf is 1 unless set.
func replicasOf(n *int32) *int32 {
	one := int32(1)
	if n == nil {
		return &one
	}
	return n
}

func splitList(s string) []string {
	var parts []string
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}
