package live

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// kubeletSampling limits the requests for the statistics of kubelets, one for
// each node.
var kubeletSampling = sampling{most: 20, atOnce: 4, each: 10 * time.Second, all: time.Minute}

// kubelet contains the report of one node's kubelet about the containers there.
type kubelet struct {
	node      string
	usedBytes map[statsKey]int64
	// reason says why there is no report.
	reason string
}

type statsKey struct {
	pod       types.UID
	container string
}

// sampleRootFilesystems asks the kubelets of some nodes how much the containers
// of the workloads have written. A failure is a part of the sample.
func (l *Source) sampleRootFilesystems(ctx context.Context, workloads []*inventory.Workload) []inventory.RootFilesystemSample {
	var kubelets []*kubelet
	byNode := map[string]*kubelet{}
	for _, node := range nodesToSample(workloads) {
		byNode[node] = &kubelet{node: node}
		kubelets = append(kubelets, byNode[node])
	}
	kubeletSampling.run(ctx, len(kubelets), func(ctx context.Context, i int) { l.askKubelet(ctx, kubelets[i]) })
	var samples []inventory.RootFilesystemSample
	for _, w := range workloads {
		for _, pod := range w.Judged() {
			if k := byNode[pod.Node]; k != nil {
				samples = append(samples, k.samplesOf(pod)...)
			}
		}
	}
	return samples
}

// nodesToSample returns few nodes that run at least one pod of each workload, as
// far as the limit allows.
func nodesToSample(workloads []*inventory.Workload) []string {
	var nodes []string
	for _, w := range workloads {
		if w.Static() {
			continue
		}
		var running []string
		for _, pod := range w.Judged() {
			if pod.Node != "" && len(toSample(pod)) > 0 {
				running = append(running, pod.Node)
			}
		}
		shown := slices.ContainsFunc(running, func(node string) bool { return slices.Contains(nodes, node) })
		if len(running) > 0 && !shown && len(nodes) < kubeletSampling.most {
			nodes = append(nodes, running[0])
		}
	}
	return nodes
}

// summary is the part of a kubelet's /stats/summary that matters.
type summary struct {
	Pods []struct {
		PodRef struct {
			UID types.UID `json:"uid"`
		} `json:"podRef"`
		Containers []struct {
			Name string `json:"name"`
			// Rootfs is the writable layer alone, without the image.
			Rootfs struct {
				UsedBytes *int64 `json:"usedBytes"`
			} `json:"rootfs"`
		} `json:"containers"`
	} `json:"pods"`
}

func (l *Source) askKubelet(ctx context.Context, k *kubelet) {
	// The name stays one segment of the path, because it comes from the cluster.
	text, err := l.client.Get().AbsPath("/api/v1").Resource("nodes").Name(k.node).SubResource("proxy").Suffix("stats/summary").
		SetHeader("Accept", "application/json").Do(ctx).Raw()
	var said summary
	if err == nil {
		if invalid := json.Unmarshal(text, &said); invalid != nil {
			err = decodeError{invalid}
		}
	}
	if err != nil {
		k.reason = reasonOf(err)
		return
	}
	k.usedBytes = map[statsKey]int64{}
	for _, pod := range said.Pods {
		for _, c := range pod.Containers {
			if c.Rootfs.UsedBytes != nil {
				k.usedBytes[statsKey{pod.PodRef.UID, c.Name}] = *c.Rootfs.UsedBytes
			}
		}
	}
}

func (k *kubelet) samplesOf(pod *inventory.Pod) []inventory.RootFilesystemSample {
	var samples []inventory.RootFilesystemSample
	for _, container := range toSample(pod) {
		sample := inventory.RootFilesystemSample{SampledContainer: container, Reason: k.reason}
		used, said := k.usedBytes[statsKey{pod.UID, container.Container}]
		if sample.UsedBytes = used; !said && k.reason == "" {
			sample.Reason = "the kubelet does not report it"
		}
		samples = append(samples, sample)
	}
	return samples
}
