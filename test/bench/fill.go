//go:build linux

package main

import (
	"context"
	"fmt"
	"os"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/prodcheck/kubectl-prodcheck/test/load"

	"golang.org/x/sync/errgroup"
)

const (
	fillVerb = "fill"
	// writers is the number of workloads that are written at once.
	writers = 48
)

// The field managers of a cluster's objects.
const (
	user       = "kubectl-client-side-apply"
	controller = "kube-controller-manager"
	kubelet    = "kubelet"
)

// fill writes a load to an empty cluster without controllers.
func fill(ctx context.Context, args []string) error {
	content, err := sizeOf(args)
	if err != nil {
		return err
	}
	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	if err != nil {
		return err
	}
	config.QPS = -1
	config.ContentType = runtime.ContentTypeProtobuf
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	w := writer{client, content.cluster()}
	if err := each(ctx, load.Namespaces, w.namespace); err != nil {
		return err
	}
	if err := each(ctx, w.content.Nodes, w.node); err != nil {
		return err
	}
	return each(ctx, w.content.Applications(), w.workload)
}

func each(ctx context.Context, n int, write func(context.Context, int) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(writers)
	for i := range n {
		group.Go(func() error {
			if ctx.Err() != nil {
				return nil
			}
			return write(ctx, i)
		})
	}
	return group.Wait()
}

// writer writes objects and then their status, as different managers do.
type writer struct {
	client  kubernetes.Interface
	content load.Cluster
}

func (w writer) namespace(ctx context.Context, n int) error {
	name := load.NamespaceName(n)
	_, err := w.client.CoreV1().Namespaces().Create(ctx,
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}}, createdBy(user))
	if err != nil {
		return err
	}
	// Without it the namespace takes no pods.
	_, err = w.client.CoreV1().ServiceAccounts(name).Create(ctx,
		&corev1.ServiceAccount{ObjectMeta: metav1.ObjectMeta{Name: "default"}}, createdBy(controller))
	return err
}

func (w writer) node(ctx context.Context, n int) error {
	nodes := w.client.CoreV1().Nodes()
	node, err := nodes.Create(ctx, load.Node(n), createdBy(kubelet))
	if err != nil {
		return err
	}
	node.Status = load.NodeStatus(n)
	_, err = nodes.UpdateStatus(ctx, node, updatedBy(kubelet))
	return err
}

// workload writes a Deployment and all that is part of it. Owners come first:
// the API server chooses the UIDs by which the others refer to them.
func (w writer) workload(ctx context.Context, n int) error {
	app := w.content.Application(n)
	apps, core := w.client.AppsV1(), w.client.CoreV1()

	deployment, err := apps.Deployments(app.Namespace()).Create(ctx, app.Deployment(), createdBy(user))
	if err != nil {
		return err
	}
	deployment.Status = app.DeploymentStatus()
	if _, err := apps.Deployments(app.Namespace()).UpdateStatus(ctx, deployment, updatedBy(controller)); err != nil {
		return err
	}
	pods, err := w.pods(ctx, app, deployment)
	if err != nil {
		return err
	}
	if n < w.content.Services {
		if err := w.service(ctx, app, pods); err != nil {
			return err
		}
	}
	if _, err := core.ConfigMaps(app.Namespace()).Create(ctx, app.ConfigMap(), createdBy(user)); err != nil {
		return err
	}
	for _, event := range app.Events(pods[0]) {
		if _, err := core.Events(app.Namespace()).Create(ctx, event, createdBy(kubelet)); err != nil {
			return err
		}
	}
	if app.HasJob() {
		return w.job(ctx, app)
	}
	return nil
}

// pods writes the ReplicaSets of all revisions and their pods.
func (w writer) pods(ctx context.Context, app load.Application, owner *appsv1.Deployment) ([]*corev1.Pod, error) {
	sets := w.client.AppsV1().ReplicaSets(app.Namespace())
	var owners []*appsv1.ReplicaSet
	for revision := range app.Revisions() {
		set, err := sets.Create(ctx, app.ReplicaSet(owner, revision), createdBy(controller))
		if err != nil {
			return nil, err
		}
		set.Status = app.ReplicaSetStatus(revision)
		if set, err = sets.UpdateStatus(ctx, set, updatedBy(controller)); err != nil {
			return nil, err
		}
		owners = append(owners, set)
	}
	var pods []*corev1.Pod
	for i := range load.PodsPerWorkload {
		pod, err := w.pod(ctx, app, app.Pod(owners[app.RevisionOf(i)], i), i)
		if err != nil {
			return nil, err
		}
		pods = append(pods, pod)
	}
	return pods, nil
}

func (w writer) pod(ctx context.Context, app load.Application, pod *corev1.Pod, i int) (*corev1.Pod, error) {
	pods := w.client.CoreV1().Pods(app.Namespace())
	created, err := pods.Create(ctx, pod, createdBy(controller))
	if err != nil {
		return nil, fmt.Errorf("pod %s: %w", pod.Name, err)
	}
	created.Status = app.PodStatus(i)
	return pods.UpdateStatus(ctx, created, updatedBy(kubelet))
}

func (w writer) service(ctx context.Context, app load.Application, pods []*corev1.Pod) error {
	service, err := w.client.CoreV1().Services(app.Namespace()).Create(ctx, app.Service(), createdBy(user))
	if err != nil {
		return err
	}
	slices := w.client.DiscoveryV1().EndpointSlices(app.Namespace())
	_, err = slices.Create(ctx, app.EndpointSlice(service, pods), createdBy(controller))
	return err
}

func (w writer) job(ctx context.Context, app load.Application) error {
	jobs := w.client.BatchV1().Jobs(app.Namespace())
	job, err := jobs.Create(ctx, app.Job(), createdBy(user))
	if err != nil {
		return err
	}
	job.Status = load.JobStatus()
	_, err = jobs.UpdateStatus(ctx, job, updatedBy(controller))
	return err
}

func createdBy(manager string) metav1.CreateOptions {
	return metav1.CreateOptions{FieldManager: manager}
}
func updatedBy(manager string) metav1.UpdateOptions {
	return metav1.UpdateOptions{FieldManager: manager}
}
