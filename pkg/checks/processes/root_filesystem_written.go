package processes

import (
	"cmp"
	"fmt"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/amount"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

var writtenSize = audit.Quantity("size", "100Mi", "how much a container may have written outside its volumes")

// RootFilesystemWritten finds containers that really write to their root
// filesystem.
var RootFilesystemWritten = &audit.Check{
	ID: "root-filesystem-written", Category: Category, Severity: api.Medium, Since: "v0.1.0", Live: true, Urgency: api.Later,
	Title:   "Container writes a lot to its root filesystem",
	Reads:   audit.Reads{Samples: audit.KubeletStats},
	Options: []audit.Option{writtenSize},
	Judge:   audit.Over(audit.Workloads, rootFilesystemWritten),
	Doc: audit.Doc{
		What: "The writable layer of a running container or native sidecar contains more than 100Mi: the files that it " +
			"has written outside its volumes since it was created. Only with --kubelet-stats: the kubelets of at most " +
			"20 nodes are asked, chosen so that many workloads have a pod on one of them. Without it, and for " +
			"workloads on other nodes, the outcome is unknown.\n\nThe check requires permission to get nodes/proxy, " +
			"which amounts to running any command in any pod of any node: it gives access to the whole kubelet API " +
			"through the API server. The role that rbac prints contains it only with the same flag. Let an " +
			"administrator run this check instead of granting this permission.",
		Why: "Files in that layer are lost at the next restart, and no other replica has them. They fill the disk of " +
			"the node, which also contains the images: when it is full, the kubelet evicts pods, first those that use " +
			"more than they requested. The layer is also slower than a volume, because the first change to a file " +
			"copies all of it.",
		Fix: "Find out what it writes: a cache, uploads, a log file, a database. Mount an emptyDir with a sizeLimit " +
			"there if the files may be lost with the pod, otherwise a PersistentVolumeClaim, and log to stdout. Then " +
			"set readOnlyRootFilesystem, so that a test finds the next such path.",
		Limitations: "It is a sample at one moment: a layer that grows is flagged only once it is large, and pods on " +
			"other nodes may have written more. A changed file of the image counts with its whole size. Files that " +
			"were deleted again do not count. If a runtime reports no size, the outcome is unknown.",
		References: []string{
			"https://kubernetes.io/docs/concepts/storage/ephemeral-storage/",
			"https://kubernetes.io/docs/reference/instrumentation/node-metrics/",
			"https://kubernetes.io/docs/concepts/security/rbac-good-practices/#access-to-proxy-subresource-of-nodes",
		},
	},
}

// written collects how far the layers of one container exceed the size.
type written struct {
	container     *inventory.Container
	pods, sampled int
	// most is the size of the largest, in pod.
	most int64
	pod  *inventory.Pod
}

func rootFilesystemWritten(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	size := writtenSize.In(p)
	var all []*written
	running, unread := false, ""
	for _, pod := range w.Judged() {
		for i := range pod.Containers {
			c := &pod.Containers[i]
			if !c.Kind.LongRunning() || c.RunningSince.IsZero() {
				continue
			}
			running = true
			switch sample := p.RootFilesystem(pod, c.Name); {
			case sample == nil:
			case sample.Reason != "":
				unread = cmp.Or(unread, "kubelet stats: "+sample.Reason+" (requires permission to get nodes/proxy)")
			default:
				all = note(all, pod, c, sample.UsedBytes, size.Value())
			}
		}
	}
	var faults []audit.Fault
	for _, of := range all {
		if of.pods > 0 {
			faults = append(faults, of.fault(w, size))
		}
	}
	switch {
	case !running:
		return audit.NotApplicable()
	case len(all) == 0 && unread == "":
		return audit.Unknown("kubelet stats: not sampled, which requires --kubelet-stats and permission to get nodes/proxy")
	}
	return audit.FaultsUnless(unread, faults...)
}

// note adds a sample to those of the containers of the same name.
func note(all []*written, pod *inventory.Pod, c *inventory.Container, used, size int64) []*written {
	var of *written
	for _, other := range all {
		if other.container.Name == c.Name {
			of = other
		}
	}
	if of == nil {
		of = &written{container: c}
		all = append(all, of)
	}
	of.sampled++
	if used > size {
		of.pods++
	}
	if used > of.most {
		of.most, of.pod = used, pod
	}
	return all
}

func (of *written) fault(w *inventory.Workload, size resource.Quantity) audit.Fault {
	name := of.container.Name
	message := fmt.Sprintf("its writable layer contains %s, more than %s", amount.AtLeast(of.most), size.String())
	if of.sampled > 1 {
		message = fmt.Sprintf("the writable layer contains more than %s in %d of %d sampled pods, up to %s",
			size.String(), of.pods, of.sampled, amount.AtLeast(of.most))
	}
	// A volume with the container's name belongs to it.
	return audit.Fault{
		Container: name, Pods: []*inventory.Pod{of.pod}, Message: message,
		Evidence: api.Evidence{
			"containerKind": string(of.container.Kind), "pods": of.pods, "of": of.sampled, "usedBytes": int(of.most),
		},
		Fix: remedy.PodSpec(w, "mount a volume where it writes", remedy.Fields{
			list(of.container): []remedy.Fields{{"name": name, "volumeMounts": []remedy.Fields{{"name": name, "mountPath": "/PATH"}}}},
			"volumes":          []remedy.Fields{{"name": name, "emptyDir": remedy.Fields{"sizeLimit": "SIZE"}}},
		}),
	}
}

// list says where in the pod spec the container is.
func list(c *inventory.Container) string {
	if c.Kind == inventory.Sidecar {
		return "initContainers"
	}
	return "containers"
}
