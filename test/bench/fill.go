package main

import (
	"context"
	"fmt"
	"os"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"golang.org/x/sync/errgroup"
)

const (
	fillVerb = "fill"
	// writers is how many workloads are written at once.
	writers = 48

	namespaces      = 50
	podsPerWorkload = 10
	podsPerNode     = 100
)

// The field managers of a cluster's objects.
const (
	user       = "kubectl-client-side-apply"
	controller = "kube-controller-manager"
	kubelet    = "kubelet"
)

// fill writes so many pods, and all that comes with them, to an empty cluster
// without controllers.
func fill(ctx context.Context, args []string) error {
	pods, err := strconv.Atoi(args[0])
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
	w := writer{client}
	if err := each(ctx, namespaces, w.namespace); err != nil {
		return err
	}
	if err := each(ctx, (pods+podsPerNode-1)/podsPerNode, w.node); err != nil {
		return err
	}
	return each(ctx, pods/podsPerWorkload, w.workload)
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
type writer struct{ client kubernetes.Interface }

func (w writer) namespace(ctx context.Context, n int) error {
	name := namespaceName(n)
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
	node, err := nodes.Create(ctx, node(n), createdBy(kubelet))
	if err != nil {
		return err
	}
	node.Status = nodeStatus(n)
	_, err = nodes.UpdateStatus(ctx, node, updatedBy(kubelet))
	return err
}

// workload writes a Deployment and all that is part of it. Owners come first:
// the API server chooses the UIDs by which the others refer to them.
func (w writer) workload(ctx context.Context, n int) error {
	app := newApplication(n)
	apps, core := w.client.AppsV1(), w.client.CoreV1()

	deployment, err := apps.Deployments(app.namespace).Create(ctx, app.deployment(), createdBy(user))
	if err != nil {
		return err
	}
	deployment.Status = app.deploymentStatus()
	if _, err := apps.Deployments(app.namespace).UpdateStatus(ctx, deployment, updatedBy(controller)); err != nil {
		return err
	}
	replicaSet, err := apps.ReplicaSets(app.namespace).Create(ctx, app.replicaSet(deployment), createdBy(controller))
	if err != nil {
		return err
	}
	replicaSet.Status = app.replicaSetStatus()
	if _, err := apps.ReplicaSets(app.namespace).UpdateStatus(ctx, replicaSet, updatedBy(controller)); err != nil {
		return err
	}
	var pods []*corev1.Pod
	for i := range podsPerWorkload {
		pod, err := w.pod(ctx, app, app.pod(replicaSet, i), i)
		if err != nil {
			return err
		}
		pods = append(pods, pod)
	}

	service, err := core.Services(app.namespace).Create(ctx, app.service(), createdBy(user))
	if err != nil {
		return err
	}
	slices := w.client.DiscoveryV1().EndpointSlices(app.namespace)
	if _, err := slices.Create(ctx, app.endpointSlice(service, pods), createdBy(controller)); err != nil {
		return err
	}
	if _, err := core.ConfigMaps(app.namespace).Create(ctx, app.configMap(), createdBy(user)); err != nil {
		return err
	}
	for _, event := range app.events(pods[0]) {
		if _, err := core.Events(app.namespace).Create(ctx, event, createdBy(kubelet)); err != nil {
			return err
		}
	}
	if app.hasJob() {
		return w.job(ctx, app)
	}
	return nil
}

func (w writer) pod(ctx context.Context, app application, pod *corev1.Pod, i int) (*corev1.Pod, error) {
	pods := w.client.CoreV1().Pods(app.namespace)
	created, err := pods.Create(ctx, pod, createdBy(controller))
	if err != nil {
		return nil, fmt.Errorf("pod %s: %w", pod.Name, err)
	}
	created.Status = app.podStatus(i)
	return pods.UpdateStatus(ctx, created, updatedBy(kubelet))
}

func (w writer) job(ctx context.Context, app application) error {
	jobs := w.client.BatchV1().Jobs(app.namespace)
	job, err := jobs.Create(ctx, app.job(), createdBy(user))
	if err != nil {
		return err
	}
	job.Status = jobStatus()
	_, err = jobs.UpdateStatus(ctx, job, updatedBy(controller))
	return err
}

func createdBy(manager string) metav1.CreateOptions {
	return metav1.CreateOptions{FieldManager: manager}
}
func updatedBy(manager string) metav1.UpdateOptions {
	return metav1.UpdateOptions{FieldManager: manager}
}
