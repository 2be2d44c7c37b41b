package collect

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

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Collector gathers the facts of an inventory that is being read. Lists of
// several resources run at once, so it has a lock.
type Collector struct {
	mu          sync.Mutex
	pods        []*inventory.Pod
	templates   map[string]*inventory.Template
	controllers map[string]*controller
	// named are Deployments and CronJobs, of which what is between them and their
	// pods may not have been read.
	named map[named]*controller
	// Unread are resources of which more may exist than was read.
	Unread      map[inventory.Resource]bool
	services    []*inventory.Service
	slices      []*inventory.EndpointSlice
	budgets     []*inventory.PodDisruptionBudget
	autoscalers []*inventory.HorizontalPodAutoscaler
	nodes       []*inventory.Node
	quotas      []*inventory.ResourceQuota
	ranges      []*inventory.LimitRange
	routes      []*inventory.Route
	policies    []*inventory.TrafficPolicy
	monitors    []*serviceMonitor
	namespaces  map[string]*inventory.Object
	// classes are the controllers of IngressClasses, defaultClass is one of them.
	classes      map[string]string
	defaultClass string
	configs      []*inventory.ConfigSource
	makers       []*inventory.Maker
	announced    []*inventory.ConfigSource
	operated     []*inventory.Object
	// scaling are the autoscalers in files, which say how many replicas there will be
	// also where no check asks for them.
	scaling []*inventory.HorizontalPodAutoscaler
	// scalers are autoscalers that custom resources announce.
	scalers    []*inventory.HorizontalPodAutoscaler
	imageSizes map[string]int64
	events     []*inventory.Event
	// confirmed holds, by key, what was answered of owners that no list held.
	confirmed map[string]*inventory.ConfirmedOwner
	shared    *sharer
}

// controller is an object that may own pods.
type controller struct {
	inventory.Object
	// generation starts at 1 and grows with each change of the spec; 0 is unknown.
	generation int64
	template   *inventory.Template
	rollout    *inventory.Rollout
	replicas   *int32
	selector   *metav1.LabelSelector
	job        *inventory.Job
	cronJob    *inventory.CronJob
}

// New is a collector without anything in it.
func New() *Collector {
	return &Collector{
		templates:   map[string]*inventory.Template{},
		controllers: map[string]*controller{},
		named:       map[named]*controller{},
		namespaces:  map[string]*inventory.Object{},
		classes:     map[string]string{},
		imageSizes:  map[string]int64{},
		confirmed:   map[string]*inventory.ConfirmedOwner{},
		shared:      newSharer(),
	}
}

// Unsaid is what an object in a file leaves open.
type Unsaid struct{ Status, Success bool }

// Add projects an object, which must be trimmed, and keeps its facts.
func (c *Collector) Add(obj runtime.Object, unsaid Unsaid) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch o := obj.(type) {
	case *corev1.Pod:
		c.addPod(o)
	case *appsv1.Deployment:
		owner := c.addController("apps/v1", "Deployment", o, &o.Spec.Template, replicasOf(o.Spec.Replicas))
		owner.rollout, owner.selector = deploymentRollout(o), c.shared.selector(o.Spec.Selector)
		owner.rollout.Unwritten = unsaid.Status
	case *appsv1.ReplicaSet:
		c.addReplicaSet(o)
	case *metav1.PartialObjectMetadata:
		switch {
		case KeepsManagedFields(o.Kind):
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
		owner.rollout.Unwritten = unsaid.Status
	case *appsv1.DaemonSet:
		owner := c.addController("apps/v1", "DaemonSet", o, &o.Spec.Template, nil)
		owner.rollout = daemonSetRollout(o)
		owner.rollout.Unwritten = unsaid.Status
	case *corev1.ReplicationController:
		c.addController("v1", "ReplicationController", o, o.Spec.Template, replicasOf(o.Spec.Replicas))
	case *batchv1.Job:
		c.addJob(o)
	case *batchv1.CronJob:
		owner := c.addController("batch/v1", "CronJob", o, &o.Spec.JobTemplate.Spec.Template, nil)
		owner.cronJob = projectCronJob(o)
		owner.cronJob.Unwritten, owner.cronJob.SuccessUnrecorded = unsaid.Status, unsaid.Success
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
		switch o.GetKind() {
		case "HTTPRoute":
			c.routes = append(c.routes, projectHTTPRoute(o))
		case "ServiceMonitor":
			c.monitors = append(c.monitors, projectServiceMonitor(o))
		default:
			c.policies = append(c.policies, projectPolicy(o))
		}
	case *corev1.ResourceQuota:
		c.quotas = append(c.quotas, &inventory.ResourceQuota{Object: objectOf("v1", "ResourceQuota", o), Hard: o.Status.Hard, Used: o.Status.Used})
	case *corev1.LimitRange:
		c.ranges = append(c.ranges, &inventory.LimitRange{Object: objectOf("v1", "LimitRange", o), Limits: o.Spec.Limits})
	case *corev1.Event:
		c.addEvent(o)
	}
}

func (c *Collector) addEvent(e *corev1.Event) {
	event := projectEvent(e)
	for _, word := range []*string{&event.Reason, &event.Message, &event.Container, &event.Regarding.Kind, &event.Regarding.Namespace} {
		share(c.shared, word)
	}
	c.events = append(c.events, event)
}

func (c *Collector) addService(s *corev1.Service) {
	service := projectService(s)
	c.shared.object(&service.Object)
	service.Selector = c.shared.labelsOf(service.Selector)
	c.services = append(c.services, service)
}

func (c *Collector) addSlice(s *discoveryv1.EndpointSlice) {
	slice := projectEndpointSlice(s)
	c.shared.slice(slice)
	c.slices = append(c.slices, slice)
}

// addNamespace keeps what policy asks of a namespace. That one is there says
// nothing: only those with something in them are judged.
func (c *Collector) addNamespace(m metav1.Object) {
	namespace := objectOf("v1", "Namespace", m)
	c.shared.object(&namespace)
	c.namespaces[namespace.Name] = &inventory.Object{
		APIVersion: "v1", Kind: "Namespace", Name: namespace.Name, Labels: namespace.Labels, Ignore: namespace.Ignore,
	}
}

func (c *Collector) addConfig(s *inventory.ConfigSource) {
	c.configs = append(c.configs, s)
}

func (c *Collector) addIngressClass(class *networkingv1.IngressClass) {
	c.classes[class.Name] = class.Spec.Controller
	if class.Annotations[defaultClassAnnotation] == "true" {
		c.defaultClass = class.Name
	}
}

// addImages keeps a size for each name, once for all nodes: what an image is
// called, and how large it is, does not depend on who holds it.
func (c *Collector) addImages(images []corev1.ContainerImage) {
	for _, image := range images {
		for _, name := range image.Names {
			c.imageSizes[name] = max(c.imageSizes[name], image.SizeBytes)
		}
	}
}

func (c *Collector) addPod(p *corev1.Pod) {
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

// KnowsTemplate reports whether all that is kept of the spec of a pod, of which
// only metadata was read, is known of another one.
func (c *Collector) KnowsTemplate(pod metav1.Object) bool {
	revision := revisionOf(objectOf("v1", "Pod", pod))
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.templates[revision] != nil
}

// revisionOf is equal for pods that a controller of Kubernetes made from one
// template. Others may give each of their pods a spec of its own: it is empty.
func revisionOf(p inventory.Object) string {
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

func (c *Collector) addController(apiVersion, kind string, m metav1.Object, t *corev1.PodTemplateSpec, replicas *int32) *controller {
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
	c.controllers[keyOf(&owner.Object)] = owner
	if kind == "Deployment" || kind == "CronJob" {
		c.named[named{kind, owner.Namespace, owner.Name}] = owner
	}
	return owner
}

// addReplicaSet keeps the template of one that nothing owns. Of others, and of
// all that a snapshot holds, there is none: their pods show it.
func (c *Collector) addReplicaSet(r *appsv1.ReplicaSet) {
	if len(r.Spec.Template.Spec.Containers) == 0 {
		c.addController("apps/v1", "ReplicaSet", r, nil, nil)
		return
	}
	c.addController("apps/v1", "ReplicaSet", r, &r.Spec.Template, replicasOf(r.Spec.Replicas))
}

func (c *Collector) addJob(j *batchv1.Job) {
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
