package node

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/prodcheck/kubectl-prodcheck/test/cluster/internal/process"
)

const (
	kubeletConfigPath     = "/var/lib/kubelet/config.yaml"
	kubeletKubeconfigPath = "/var/lib/kubelet/kubeconfig"
)

// kubeletConfig lacks the name of the control group. Only the API server can
// reach this kubelet, so it authenticates nobody. Its thresholds do not evict
// pods on a machine that is short of memory or disk, because images could not be
// pulled again. There is no DNS, but without an address for it every pod would
// get a warning.
const kubeletConfig = `apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication:
  anonymous: {enabled: true}
  webhook: {enabled: false}
authorization: {mode: AlwaysAllow}
containerRuntimeEndpoint: unix://` + containerdSocket + `
cgroupDriver: cgroupfs
cgroupRoot: /%s
clusterDNS: [10.96.0.10]
clusterDomain: cluster.local
enforceNodeAllocatable: []
evictionHard:
  memory.available: 50Mi
  nodefs.available: 1%%
  nodefs.inodesFree: 1%%
  imagefs.available: 1%%
  imagefs.inodesFree: 1%%
failCgroupV1: false
failSwapOn: false
imageGCHighThresholdPercent: 100
makeIPTablesUtilChains: false
maxPods: 250
resolvConf: ""
volumePluginDir: /var/lib/kubelet/volume-plugins
`

// restarting runs a program again when a signal has ended it, as an init system does: a pod that sees the node's
// processes can make the kubelet restart. A kubelet that gives up is a failure of the node.
const restarting = `while "$@"; [ $? -gt 128 ]; do sleep 1; done`

func startKubelet(ctx context.Context, group *process.Group, s settings) error {
	if err := writeFile(kubeletConfigPath, fmt.Sprintf(kubeletConfig, s.Cgroup)); err != nil {
		return err
	}
	if err := writeFile(kubeletKubeconfigPath, s.Kubeconfig); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	kubelet, err := group.Start("kubelet", exec.Command("sh", "-c", restarting, "kubelet", self, "kubelet",
		"--config="+kubeletConfigPath,
		"--kubeconfig="+kubeletKubeconfigPath,
		"--hostname-override="+s.Name,
		"--node-ip="+s.Address,
	))
	if err != nil {
		return err
	}
	config, err := clientcmd.BuildConfigFromFlags("", kubeletKubeconfigPath)
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	return kubelet.Await(ctx, func(ctx context.Context) error { return nodeReady(ctx, client, s.Name) })
}

// nodeReady returns an error that says why pods cannot run on a node yet.
func nodeReady(ctx context.Context, client kubernetes.Interface, name string) error {
	node, err := client.CoreV1().Nodes().Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		return err
	}
	// The controller manager taints a new node until it has seen it ready.
	if len(node.Spec.Taints) > 0 {
		return fmt.Errorf("the node has the taint %s", node.Spec.Taints[0].Key)
	}
	for _, condition := range node.Status.Conditions {
		if condition.Type == corev1.NodeReady {
			if condition.Status == corev1.ConditionTrue {
				return nil
			}
			return errors.New(condition.Message)
		}
	}
	return errors.New("kubelet has not reported its status")
}
