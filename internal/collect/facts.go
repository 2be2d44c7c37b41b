package collect

import (
	"cmp"
	"slices"
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
	"k8s.io/apimachinery/pkg/types"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Facts collects the content of objects, one by one, in the order in which they
// were read. Facts are neither removed nor changed unless they are followed. Lists of several resources
// run at once, so there is a lock.
type Facts struct {
	mu sync.Mutex
	// shared contains the parts that facts have in common.
	shared *sharer
	// templates contains the template of each revision, from the first of its pods.
	// From all other pods, only the differences are read.
	templates map[revision]*inventory.Template

	pods        list[*inventory.Pod]
	controllers list[*controller]
	services    list[*inventory.Service]
	slices      list[*inventory.EndpointSlice]
	budgets     list[*inventory.PodDisruptionBudget]
	autoscalers list[*inventory.HorizontalPodAutoscaler]
	nodes       list[*inventory.Node]
	quotas      list[*inventory.ResourceQuota]
	ranges      list[*inventory.LimitRange]
	routes      list[*inventory.Route]
	policies    list[*inventory.TrafficPolicy]
	monitors    list[*serviceMonitor]
	namespaces  list[*inventory.Object]
	classes     list[*ingressClass]
	configs     list[*inventory.ConfigSource]
	events      warnings
	// imageSizes is shared by all nodes: the names and the size of an image do not
	// depend on the node that has it.
	imageSizes map[string]int64
	// sorted are the first sortedOf controllers, in the order of their keys.
	sorted   []*controller
	sortedOf int
	// takeAt is the least number of objects at which Take looks at them again.
	takeAt int
	// handedOver is set once the facts are needed for one inventory only.
	handedOver bool
	// places contains where the facts of objects are, nil unless changes are followed.
	places map[types.UID]place

	// scaling contains the autoscalers in files. They say how many replicas there
	// will be, even if no check asks for autoscalers.
	scaling []*inventory.HorizontalPodAutoscaler

	// Custom resources in files: makers name the labels of the pods that they make,
	// operated ones do not. announced and scalers are objects that they make.
	makers    []*inventory.Maker
	operated  []*inventory.Object
	announced []*inventory.ConfigSource
	scalers   []*inventory.HorizontalPodAutoscaler

	// answers are about owners that no list contained. vanished owners disappeared
	// together with their pods while the lists were read.
	answers  []*inventory.ConfirmedOwner
	vanished []*inventory.Object
}

// New returns empty Facts.
func New() *Facts {
	return &Facts{shared: newSharer(), templates: map[revision]*inventory.Template{}, imageSizes: map[string]int64{}}
}

// Unsaid lists what an object leaves open: because it is in a file, or because the
// template of a pod says the same.
type Unsaid struct {
	Status, Success bool
	// Containers is the template with the containers of the pod, nil where the pod has
	// its own.
	Containers *inventory.Template
	// Labels is set if the pod also has the labels of Containers.
	Labels bool
}

// Add projects an object, which must be trimmed, and keeps its facts.
func (f *Facts) Add(obj runtime.Object, unsaid Unsaid) {
	switch o := obj.(type) {
	case *corev1.Pod:
		f.addPod(o, unsaid)
	case *appsv1.Deployment:
		keep(f, &f.controllers, projectDeployment(o, unsaid))
	case *appsv1.ReplicaSet:
		keep(f, &f.controllers, projectReplicaSet(o))
	case *appsv1.StatefulSet:
		keep(f, &f.controllers, projectStatefulSet(o, unsaid))
	case *appsv1.DaemonSet:
		keep(f, &f.controllers, projectDaemonSet(o, unsaid))
	case *corev1.ReplicationController:
		keep(f, &f.controllers, projectReplicationController(o))
	case *batchv1.Job:
		keep(f, &f.controllers, projectJob(o))
	case *batchv1.CronJob:
		keep(f, &f.controllers, projectCronJob(o, unsaid))
	case *corev1.Service:
		keep(f, &f.services, projectService(o))
	case *discoveryv1.EndpointSlice:
		keep(f, &f.slices, projectEndpointSlice(o))
	case *policyv1.PodDisruptionBudget:
		keep(f, &f.budgets, projectBudget(o))
	case *autoscalingv2.HorizontalPodAutoscaler:
		keep(f, &f.autoscalers, projectAutoscaler(o))
	case *corev1.Node:
		keep(f, &f.nodes, projectNode(o))
		f.addImages(o.Status.Images)
	case *corev1.Namespace:
		keep(f, &f.namespaces, projectNamespace(o))
	case *corev1.ResourceQuota:
		keep(f, &f.quotas, projectQuota(o))
	case *corev1.LimitRange:
		keep(f, &f.ranges, projectLimitRange(o))
	case *corev1.ConfigMap:
		keep(f, &f.configs, projectConfigMap(o))
	case *corev1.Secret:
		keep(f, &f.configs, projectSecret(o))
	case *networkingv1.IngressClass:
		keep(f, &f.classes, projectIngressClass(o))
	case *networkingv1.Ingress:
		keep(f, &f.routes, projectIngress(o))
	case *corev1.Event:
		f.addEvent(projectEvent(o))
	case *metav1.PartialObjectMetadata:
		f.addMetadata(o)
	case *unstructured.Unstructured:
		f.addCustom(o)
	}
}

// addMetadata adds an object that was read as metadata only.
func (f *Facts) addMetadata(o *metav1.PartialObjectMetadata) {
	switch o.Kind {
	case configMapKind, secretKind:
		keep(f, &f.configs, projectConfig(o.Kind, o, nil))
	case "Namespace":
		keep(f, &f.namespaces, projectNamespace(o))
	default:
		keep(f, &f.controllers, controllerOf(o.APIVersion, o.Kind, o))
	}
}

// addCustom adds a custom resource that checks use.
func (f *Facts) addCustom(o *unstructured.Unstructured) {
	switch o.GetKind() {
	case "HTTPRoute":
		keep(f, &f.routes, projectHTTPRoute(o))
	case "ServiceMonitor":
		keep(f, &f.monitors, projectServiceMonitor(o))
	default:
		keep(f, &f.policies, projectPolicy(o))
	}
}

// keep adds a fact, whose parts are shared from now on.
func keep[T interface{ Identity() *inventory.Object }](f *Facts, facts *list[T], fact T) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.shared.fact(fact)
	put(f, facts, (*[]T)(facts), fact.Identity(), fact)
}

func (f *Facts) addEvent(e *inventory.Event) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.shared.event(e)
	put(f, &f.events, (*[]*inventory.Event)(&f.events), identityOfEvent(e), e)
}

func (f *Facts) addImages(images []corev1.ContainerImage) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, image := range images {
		for _, name := range image.Names {
			f.imageSizes[name] = max(f.imageSizes[name], image.SizeBytes)
		}
	}
}

// addPod gives the pod the template of its revision, or starts one with it.
func (f *Facts) addPod(p *corev1.Pod, unsaid Unsaid) {
	if t := unsaid.Containers; t != nil {
		p.Spec.Containers, p.Spec.InitContainers, p.Spec.Resources = t.Spec.Containers, t.Spec.InitContainers, t.Spec.Resources
		if unsaid.Labels {
			p.Labels = t.Labels
		}
	}
	pod := projectPod(p)
	of, shares := revisionOf(&pod.Object)
	f.mu.Lock()
	defer f.mu.Unlock()
	template := cmp.Or(unsaid.Containers, f.templates[of])
	switch {
	case template == nil:
		template = admittedTemplate(p)
		f.shared.template(template)
		if shares {
			f.templates[of] = template
		}
	case unsaid.Containers == nil:
		if own := ownResources(template, &p.Spec); own != nil {
			exception := *pod.PodException
			own.Requests, own.Limits = f.shared.resourcesOf(own.Requests), f.shared.resourcesOf(own.Limits)
			exception.Resources = own
			pod.PodException = &exception
		}
	}
	pod.Template = template
	f.shared.pod(pod)
	if f.places == nil {
		pod = f.shared.together(pod)
	}
	put(f, &f.pods, (*[]*inventory.Pod)(&f.pods), &pod.Object, pod)
}

// Complete gives up the memory that only more objects would need. None may be added
// after it.
func (f *Facts) Complete() { f.shared, f.templates = nil, nil }

// HandOver completes the facts, and lets Build make them the inventory. Nothing may
// be asked of them after that.
func (f *Facts) HandOver() {
	f.Complete()
	f.handedOver = true
}

// TemplateOf returns the template of a pod if it is known from another pod, nil
// otherwise. Only the metadata of the pod is needed.
func (f *Facts) TemplateOf(pod metav1.Object) *inventory.Template {
	object := objectOf("v1", "Pod", pod)
	of, _ := revisionOf(&object)
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.templates[of]
}

// revision is equal for pods that a controller of Kubernetes made from the same
// template.
type revision struct {
	owner key
	hash  string
}

// revisionOf returns false for pods of other controllers, which may give each
// pod a spec of its own.
func revisionOf(p *inventory.Object) (revision, bool) {
	if p.Owner != nil {
		owner := ownerKey(p.Namespace, p.Owner)
		switch p.Owner.Kind {
		case "ReplicaSet", "ReplicationController", "Job":
			return revision{owner: owner}, true
		case "StatefulSet", "DaemonSet":
			if hash := p.Labels[appsv1.ControllerRevisionHashLabelKey]; hash != "" {
				return revision{owner, hash}, true
			}
		}
	}
	return revision{}, false
}

// Answer keeps the answer to a request for a missing owner.
func (f *Facts) Answer(owner *inventory.Object, e inventory.Existence) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.answers = append(f.answers, &inventory.ConfirmedOwner{Object: *owner, Existence: e})
}

// Answered reports whether an owner was asked for before.
func (f *Facts) Answered(owner *inventory.Object) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.ContainsFunc(f.answers, func(a *inventory.ConfirmedOwner) bool { return keyOf(&a.Object) == keyOf(owner) })
}

// Vanished notes that an owner and its pods disappeared while the lists were
// read.
func (f *Facts) Vanished(owner *inventory.Object) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.vanished = append(f.vanished, owner)
}
