package controlplane

import (
	"context"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// nodeless leaves out the controllers that consider nodes without a heartbeat
// dead and remove their pods. Without a kubelet, tests write nodes and pods as
// they need them, and these controllers would undo that after 40 seconds.
const nodeless = "*,-node-lifecycle-controller,-taint-eviction-controller,-pod-garbage-collector-controller"

func (c *ControlPlane) startControllerManager(ctx context.Context) error {
	controllers := nodeless
	if c.options.Node {
		controllers = "*"
	}
	manager, err := c.start("kube-controller-manager",
		"--kubeconfig="+c.Kubeconfig(controllerManager),
		"--leader-elect=false",
		"--secure-port=0",
		"--controllers="+controllers,
		"--root-ca-file="+c.CAFile,
		"--service-account-private-key-file="+c.path("service-accounts.key"),
	)
	if err != nil {
		return err
	}
	// Without its service account a namespace accepts no pods.
	return manager.Await(ctx, func(ctx context.Context) error {
		client, err := c.Client()
		if err != nil {
			return err
		}
		if _, err := client.CoreV1().ServiceAccounts("default").Get(ctx, "default", metav1.GetOptions{}); err != nil {
			return fmt.Errorf("the service account of the namespace default: %w", err)
		}
		return nil
	})
}
