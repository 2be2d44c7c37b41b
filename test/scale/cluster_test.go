// Package scale measures an audit of large synthetic clusters: reading from an
// API server that answers immediately, evaluation, and printing.
package scale

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes/scheme"
)

const (
	pageSize        = 500
	podsPerWorkload = 10
	namespaces      = 50
)

// started is the start time of all pods.
var started = metav1.NewTime(time.Date(2026, 11, 21, 6, 0, 0, 0, time.UTC))

// serve starts an API server with pods in workloads of ten, each with a
// ReplicaSet, a Service and an EndpointSlice. Its pages are encoded once.
func serve(b testing.TB, pods int) *httptest.Server {
	b.Helper()
	workloads := pods / podsPerWorkload
	pages := map[string][][]byte{
		"/api/v1/pods":                             encode(b, pods, podPage),
		"/apis/apps/v1/replicasets":                encode(b, workloads, replicaSetPage),
		"/api/v1/services":                         encode(b, workloads, servicePage),
		"/apis/discovery.k8s.io/v1/endpointslices": encode(b, workloads, slicePage),
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		lists, found := pages[r.URL.Path]
		if !found {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, `{"kind":"PodList","apiVersion":"v1","gitVersion":"v1.36.3"}`)
			return
		}
		n, _ := strconv.Atoi(r.URL.Query().Get("continue"))
		w.Header().Set("Content-Type", "application/vnd.kubernetes.protobuf")
		_, _ = w.Write(lists[n])
	}))
	b.Cleanup(server.Close)
	return server
}

func encode(b testing.TB, total int, page func(from, to int, meta metav1.ListMeta) runtime.Object) [][]byte {
	b.Helper()
	serializer := protobuf.NewSerializer(scheme.Scheme, scheme.Scheme)
	var pages [][]byte
	for from := 0; from < total; from += pageSize {
		to := min(from+pageSize, total)
		var meta metav1.ListMeta
		if to < total {
			meta.Continue = strconv.Itoa(len(pages) + 1)
		}
		var out bytes.Buffer
		if err := serializer.Encode(page(from, to, meta), &out); err != nil {
			b.Fatal(err)
		}
		pages = append(pages, out.Bytes())
	}
	return pages
}

func namespaceOf(workload int) string { return fmt.Sprintf("team-%d", workload%namespaces) }
func appOf(workload int) string       { return fmt.Sprintf("app-%d", workload) }

func podName(i int) string { return fmt.Sprintf("%s-6c9d7f-%05d", appOf(i/podsPerWorkload), i) }

func meta(workload int, name string) metav1.ObjectMeta {
	return metav1.ObjectMeta{
		Name: name, Namespace: namespaceOf(workload), UID: types.UID("uid-" + name), CreationTimestamp: started,
		Labels:        map[string]string{"app": appOf(workload), "pod-template-hash": "6c9d7f", "team": namespaceOf(workload)},
		ManagedFields: []metav1.ManagedFieldsEntry{{Manager: "kubelet", FieldsV1: metav1.NewFieldsV1(strings.Repeat("f", 3000))}},
	}
}

func podPage(from, to int, list metav1.ListMeta) runtime.Object {
	page := &corev1.PodList{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "PodList"}, ListMeta: list}
	for i := from; i < to; i++ {
		page.Items = append(page.Items, pod(i))
	}
	return page
}

// pod is an ordinary one: two containers, env, volumes, probes on one of them.
func pod(i int) corev1.Pod {
	workload, controller := i/podsPerWorkload, true
	p := corev1.Pod{ObjectMeta: meta(workload, podName(i))}
	p.OwnerReferences = []metav1.OwnerReference{{
		APIVersion: "apps/v1", Kind: "ReplicaSet", Name: appOf(workload) + "-6c9d7f",
		UID: types.UID("uid-" + appOf(workload) + "-6c9d7f"), Controller: &controller,
	}}
	p.Spec = corev1.PodSpec{NodeName: fmt.Sprintf("node-%d", i%200), RestartPolicy: corev1.RestartPolicyAlways}
	for _, name := range []string{"app", "proxy"} {
		c := corev1.Container{
			Name: name, Image: "registry.example/team/" + name + ":1.4.2",
			Ports: []corev1.ContainerPort{{ContainerPort: 8080}},
			Resources: corev1.ResourceRequirements{
				Limits:   corev1.ResourceList{corev1.ResourceMemory: resource.MustParse("256Mi")},
				Requests: corev1.ResourceList{corev1.ResourceMemory: resource.MustParse("256Mi"), corev1.ResourceCPU: resource.MustParse("100m")},
			},
			ReadinessProbe: &corev1.Probe{PeriodSeconds: 10, FailureThreshold: 3, TimeoutSeconds: 1},
		}
		for n := range 7 {
			c.Env = append(c.Env, corev1.EnvVar{Name: fmt.Sprintf("SETTING_%d", n), Value: "some value of some length"})
		}
		p.Spec.Containers = append(p.Spec.Containers, c)
		p.Status.ContainerStatuses = append(p.Status.ContainerStatuses, corev1.ContainerStatus{
			Name: name, Ready: true, RestartCount: int32(i % 3), Image: c.Image, ImageID: "sha256:" + name,
			State: corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: started}},
		})
	}
	p.Status.Phase = corev1.PodRunning
	for _, condition := range []corev1.PodConditionType{corev1.PodReady, corev1.ContainersReady, corev1.PodInitialized, corev1.PodScheduled} {
		p.Status.Conditions = append(p.Status.Conditions, corev1.PodCondition{Type: condition, Status: corev1.ConditionTrue, LastTransitionTime: started})
	}
	return p
}

func replicaSetPage(from, to int, list metav1.ListMeta) runtime.Object {
	page := &metav1.PartialObjectMetadataList{
		TypeMeta: metav1.TypeMeta{APIVersion: "meta.k8s.io/v1", Kind: "PartialObjectMetadataList"}, ListMeta: list,
	}
	for i := from; i < to; i++ {
		page.Items = append(page.Items, metav1.PartialObjectMetadata{ObjectMeta: meta(i, appOf(i)+"-6c9d7f")})
	}
	return page
}

func servicePage(from, to int, list metav1.ListMeta) runtime.Object {
	page := &corev1.ServiceList{TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "ServiceList"}, ListMeta: list}
	for i := from; i < to; i++ {
		page.Items = append(page.Items, corev1.Service{ObjectMeta: meta(i, appOf(i)), Spec: corev1.ServiceSpec{
			Selector: map[string]string{"app": appOf(i)}, Ports: []corev1.ServicePort{{Port: 80}},
		}})
	}
	return page
}

func slicePage(from, to int, list metav1.ListMeta) runtime.Object {
	page := &discoveryv1.EndpointSliceList{TypeMeta: metav1.TypeMeta{APIVersion: "discovery.k8s.io/v1", Kind: "EndpointSliceList"}, ListMeta: list}
	for i := from; i < to; i++ {
		slice := discoveryv1.EndpointSlice{ObjectMeta: meta(i, appOf(i)+"-x"), AddressType: discoveryv1.AddressTypeIPv4}
		slice.Generation = 12
		slice.Labels = map[string]string{
			discoveryv1.LabelServiceName: appOf(i), discoveryv1.LabelManagedBy: "endpointslice-controller.k8s.io",
		}
		for n := range podsPerWorkload {
			serving := true
			slice.Endpoints = append(slice.Endpoints, discoveryv1.Endpoint{
				Addresses:  []string{"10.0.0.1"},
				Conditions: discoveryv1.EndpointConditions{Ready: &serving, Serving: &serving},
				TargetRef:  &corev1.ObjectReference{Kind: "Pod", Name: podName(i*podsPerWorkload + n)},
			})
		}
		page.Items = append(page.Items, slice)
	}
	return page
}
