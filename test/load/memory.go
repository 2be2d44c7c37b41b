package load

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	networkingv1 "k8s.io/api/networking/v1"
	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
	"k8s.io/client-go/kubernetes/scheme"
)

// list contains all objects of a resource.
type list struct {
	items int
	// page has the items from one to another.
	page func(from, to int) runtime.Object
}

// Server answers lists in pages, as protobuf, like an API server that holds the cluster in memory. Each page is made
// when it is asked for: the server is as small as its clients should be.
func Server(c Cluster) http.Handler {
	lists := c.lists()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		wanted, found := lists[r.URL.Path]
		if !found {
			// An empty list, whatever of, is one of pods as well; and no API groups.
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, `{"kind":"PodList","apiVersion":"v1","gitVersion":"v1.36.3","groups":[]}`)
			return
		}
		limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
		from, _ := strconv.Atoi(r.URL.Query().Get("continue"))
		to := min(from+cmp.Or(limit, wanted.items), wanted.items)
		page := wanted.page(from, to)
		l := page.(metav1.ListInterface)
		if l.SetResourceVersion("1"); to < wanted.items {
			l.SetContinue(strconv.Itoa(to))
			l.SetRemainingItemCount(new(int64(wanted.items - to)))
		}
		var body bytes.Buffer
		if err := protobuf.NewSerializer(scheme.Scheme, scheme.Scheme).Encode(page, &body); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", runtime.ContentTypeProtobuf)
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") && body.Len() >= compressedFrom {
			w.Header().Set("Content-Encoding", "gzip")
			compressor, _ := gzip.NewWriterLevel(w, gzip.BestSpeed)
			defer compressor.Close()
			_, _ = compressor.Write(body.Bytes())
			return
		}
		_, _ = w.Write(body.Bytes())
	})
}

// compressedFrom is the size from which an API server compresses a response.
const compressedFrom = 128 << 10

func (c Cluster) lists() map[string]list {
	apps := c.Applications()
	revisions := c.Application(0).Revisions()
	app := func(n int) Application { return c.Application(listed(n, apps)) }
	served := func(n int) Application { return c.Application(listed(n, c.Services)) }
	return map[string]list{
		"/api/v1/nodes": {c.Nodes, pageOf(func(l *corev1.NodeList, n int) {
			node := Node(n)
			node.Status = NodeStatus(n)
			l.Items = append(l.Items, *stored(node))
		})},
		"/api/v1/namespaces": {Namespaces, pageOf(func(l *metav1.PartialObjectMetadataList, n int) {
			l.Items = append(l.Items, *metadata(&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: NamespaceName(n)}}))
		})},
		"/apis/apps/v1/deployments": {apps, pageOf(func(l *appsv1.DeploymentList, n int) {
			l.Items = append(l.Items, *app(n).storedDeployment())
		})},
		"/apis/apps/v1/replicasets": {apps * revisions, pageOf(func(l *metav1.PartialObjectMetadataList, n int) {
			l.Items = append(l.Items, *metadata(app(n / revisions).storedReplicaSet(n % revisions)))
		})},
		"/api/v1/pods": {apps * PodsPerWorkload, pageOf(func(l *corev1.PodList, n int) {
			l.Items = append(l.Items, *app(n / PodsPerWorkload).storedPod(n % PodsPerWorkload))
		})},
		"/api/v1/services": {c.Services, pageOf(func(l *corev1.ServiceList, n int) {
			l.Items = append(l.Items, *stored(served(n).Service()))
		})},
		"/apis/discovery.k8s.io/v1/endpointslices": {c.Services, pageOf(func(l *discoveryv1.EndpointSliceList, n int) {
			a := served(n)
			var pods []*corev1.Pod
			for i := range PodsPerWorkload {
				pods = append(pods, a.storedPod(i))
			}
			l.Items = append(l.Items, *stored(a.EndpointSlice(stored(a.Service()), pods)))
		})},
		"/apis/policy/v1/poddisruptionbudgets": {apps, pageOf(func(l *policyv1.PodDisruptionBudgetList, n int) {
			l.Items = append(l.Items, *stored(app(n).Budget()))
		})},
		"/apis/autoscaling/v2/horizontalpodautoscalers": {apps, pageOf(func(l *autoscalingv2.HorizontalPodAutoscalerList, n int) {
			l.Items = append(l.Items, *stored(app(n).Autoscaler()))
		})},
		"/apis/networking.k8s.io/v1/ingresses": {c.Services, pageOf(func(l *networkingv1.IngressList, n int) {
			l.Items = append(l.Items, *stored(served(n).Ingress()))
		})},
		"/api/v1/configmaps": {apps, pageOf(func(l *metav1.PartialObjectMetadataList, n int) {
			l.Items = append(l.Items, *metadata(app(n).ConfigMap()))
		})},
		"/apis/batch/v1/jobs": {(apps + jobEvery - 1) / jobEvery, pageOf(func(l *batchv1.JobList, n int) {
			job := c.Application(n * jobEvery).Job()
			job.Status = JobStatus()
			l.Items = append(l.Items, *stored(job))
		})},
		// The Warnings alone are asked for.
		"/api/v1/events": {apps, pageOf(func(l *corev1.EventList, n int) {
			a := app(n)
			l.Items = append(l.Items, *stored(a.Events(a.storedPod(0))[0]))
		})},
	}
}

// listed returns the number of the application at a position in a list of the first so many. An API server lists by
// namespace and name.
func listed(position, of int) int {
	each, larger := of/Namespaces, of%Namespaces
	if first := larger * (each + 1); position >= first {
		return larger + (position-first)/each + (position-first)%each*Namespaces
	}
	return position/(each+1) + position%(each+1)*Namespaces
}

// pageOf makes pages of lists of a type.
func pageOf[T any, L interface {
	*T
	runtime.Object
}](add func(l L, n int)) func(from, to int) runtime.Object {
	return func(from, to int) runtime.Object {
		l := L(new(T))
		for n := from; n < to; n++ {
			add(l, n)
		}
		if kinds, _, err := scheme.Scheme.ObjectKinds(l); err == nil {
			l.GetObjectKind().SetGroupVersionKind(kinds[0])
		}
		return l
	}
}
