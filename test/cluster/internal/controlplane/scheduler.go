package controlplane

import "context"

func (c *ControlPlane) startScheduler(context.Context) error {
	_, err := c.start("kube-scheduler",
		"--kubeconfig="+c.Kubeconfig(scheduler),
		"--leader-elect=false",
		"--secure-port=0",
	)
	// Its readiness is not visible from outside, and nobody has to wait: pods that
	// come earlier are scheduled later.
	return err
}
