package node

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	runtime "k8s.io/cri-api/pkg/apis/runtime/v1"

	"github.com/prodcheck/kubectl-prodcheck/test/cluster/internal/process"
)

const (
	containerdConfigPath = "/var/lib/containerd/config.toml"
	containerdSocket     = "/run/containerd/containerd.sock"
	networkConfigDir     = "/var/lib/cni/net.d"
)

// containerdConfig lacks two values, in this order: the directories of the
// network plugins and of their configuration. The oom_score_adj is restricted
// because otherwise sandboxes would not start on machines where nobody may lower
// it.
const containerdConfig = `version = 2

[plugins."io.containerd.grpc.v1.cri"]
  disable_apparmor = true
  restrict_oom_score_adj = true
  sandbox_image = "` + pauseImage + `"

[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = "%s"
  conf_dir = "%s"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"

[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
  SystemdCgroup = false
`

// networkConfig connects all pods to one bridge, which has an address because kubelet probes them from there.
const networkConfig = `{
  "cniVersion": "0.4.0",
  "name": "pods",
  "plugins": [
    {
      "type": "bridge",
      "bridge": "cni0",
      "isGateway": true,
      "ipam": {
        "type": "host-local",
        "ranges": [[{"subnet": "10.244.0.0/16"}]],
        "routes": [{"dst": "` + serviceAddress + `/32"}]
      }
    }
  ]
}
`

func startContainerd(ctx context.Context, group *process.Group) error {
	config := fmt.Sprintf(containerdConfig, cniPlugins(), networkConfigDir)
	if err := writeFile(containerdConfigPath, config); err != nil {
		return err
	}
	if err := writeFile(filepath.Join(networkConfigDir, "pods.conflist"), networkConfig); err != nil {
		return err
	}
	containerd, err := group.Start("containerd", exec.Command("containerd", "--config", containerdConfigPath))
	if err != nil {
		return err
	}
	connection, err := grpc.NewClient("unix://"+containerdSocket, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer connection.Close()
	return containerd.Await(ctx, func(ctx context.Context) error {
		// A call without a socket would fail, and the next ones with it for a second.
		if _, err := os.Stat(containerdSocket); err != nil {
			return err
		}
		_, err := runtime.NewRuntimeServiceClient(connection).Status(ctx, &runtime.StatusRequest{})
		return err
	})
}

func writeFile(path, content string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(content), 0o600)
}
