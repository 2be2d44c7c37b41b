package controlplane

import (
	"context"
	"fmt"
	"net"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

const apiServer = "kube-apiserver"

func (c *ControlPlane) startAPIServer(ctx context.Context) error {
	if err := writeTokens(c.path("tokens.csv"), c.users); err != nil {
		return err
	}
	if err := writeAuditPolicy(c.path("audit-policy.yaml")); err != nil {
		return err
	}
	if err := writeServiceAccountKey(c.path("service-accounts.key")); err != nil {
		return err
	}
	addresses, err := listenAddresses(c.options.Address, 1)
	if err != nil {
		return err
	}
	c.Server = "https://" + addresses[0]
	_, port, err := net.SplitHostPort(addresses[0])
	if err != nil {
		return err
	}
	server, err := c.start(apiServer,
		"--etcd-servers="+c.etcd,
		"--bind-address="+c.options.Address,
		"--secure-port="+port,
		"--advertise-address="+advertised(c.options.Address),
		"--cert-dir="+c.path("certs"),
		"--service-cluster-ip-range=10.96.0.0/16",
		"--token-auth-file="+c.path("tokens.csv"),
		"--authorization-mode=Node,RBAC",
		"--audit-policy-file="+c.path("audit-policy.yaml"),
		"--audit-log-path="+c.AuditLog,
		// One file, however long: a reader wants all of it.
		"--audit-log-maxsize=0",
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-key-file="+c.path("service-accounts.key"),
		"--service-account-signing-key-file="+c.path("service-accounts.key"),
		"--kubelet-preferred-address-types=InternalIP",
		"--allow-privileged",
	)
	if err != nil {
		return err
	}
	// The server writes its certificate when it starts; before that there is nothing to ask it with.
	return server.Await(ctx, func(ctx context.Context) error {
		if err := c.writeKubeconfigs(); err != nil {
			return err
		}
		return c.ready(ctx)
	})
}

// advertised is the address of the API server that pods see in the Endpoints of the service "kubernetes". It must not
// be a loopback address; 192.0.2.1, which is reserved for documentation, stands for "nowhere".
func advertised(address string) string {
	if net.ParseIP(address).IsLoopback() {
		return "192.0.2.1"
	}
	return address
}

func (c *ControlPlane) ready(ctx context.Context) error {
	client, err := c.Client()
	if err != nil {
		return err
	}
	if err := client.CoreV1().RESTClient().Get().AbsPath("/readyz").Do(ctx).Error(); err != nil {
		return fmt.Errorf("%s/readyz: %w", c.Server, err)
	}
	return nil
}

// Client talks to the API server as the runner.
func (c *ControlPlane) Client() (kubernetes.Interface, error) {
	config, err := clientcmd.BuildConfigFromFlags("", c.Kubeconfig(Runner))
	if err != nil {
		return nil, err
	}
	return kubernetes.NewForConfig(config)
}
