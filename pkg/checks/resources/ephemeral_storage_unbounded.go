package resources

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/report"
)

// EphemeralStorageUnbounded finds pods that can fill their node's disk or
// memory with files.
var EphemeralStorageUnbounded = &audit.Check{
	ID: "ephemeral-storage-unbounded", Category: Category, Severity: report.Info, Worst: report.Low, Since: "v0.1.0",
	Title: "A pod's scratch space has no bound",
	Reads: audit.Reads{Optional: []inventory.Resource{inventory.LimitRanges}},
	Judge: audit.Over(audit.Workloads, ephemeralStorageUnbounded),
	Doc: audit.Doc{
		What: "A pod mounts an emptyDir without sizeLimit, and none of its containers has an ephemeral-storage limit: a " +
			"single one bounds all that the pod writes to the node's disk. Or it mounts an emptyDir in memory " +
			"(medium: Memory) without sizeLimit, and a container of it has no memory limit, nor has the pod as a whole: low. " +
			"Finished pods and Jobs are not judged.",
		Why: "An emptyDir lies on the disk that the node itself needs, beside images and logs of all pods. A cache that " +
			"is never cleaned fills it over weeks; then the kubelet reports DiskPressure, takes no more pods, deletes " +
			"images, and evicts pods that have done nothing. What is written to an emptyDir in memory is memory: it " +
			"survives the container's restart, so that one restart after the other is killed for memory.",
		Fix: "Give the emptyDir a sizeLimit with room for the largest file set that is expected: a pod that exceeds it is " +
			"evicted alone, and says why. Or limit ephemeral-storage on the container, which bounds its logs and its " +
			"writable layer as well. What must survive the pod belongs on a PersistentVolume.",
		Blind: "How much is written is not seen. The writable layer of a container without any emptyDir can fill the disk " +
			"as well and is not asked about. The kubelet looks only from time to time: a fast writer can fill a disk " +
			"before it is evicted, whatever the limits say.",
		References: []string{
			"https://kubernetes.io/docs/concepts/storage/volumes/#emptydir",
			"https://kubernetes.io/docs/concepts/storage/ephemeral-storage/",
		},
	},
}

func ephemeralStorageUnbounded(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	return judgeAdmitted(p, w, func(t *inventory.Template) []audit.Fault {
		var onDisk, inMemory []string
		for i := range t.Spec.Volumes {
			v := &t.Spec.Volumes[i]
			if v.EmptyDir == nil || v.EmptyDir.SizeLimit != nil && !v.EmptyDir.SizeLimit.IsZero() || !mounted(t, v.Name) {
				continue
			}
			switch v.EmptyDir.Medium {
			case corev1.StorageMediumDefault:
				onDisk = append(onDisk, v.Name)
			case corev1.StorageMediumMemory:
				inMemory = append(inMemory, v.Name)
			}
		}
		var faults []audit.Fault
		if len(onDisk) > 0 && !storageLimited(t) {
			faults = append(faults, unboundedFault(w, onDisk, "disk",
				"has no sizeLimit, nor any container an ephemeral-storage limit: it can fill the node's disk"))
		}
		if len(inMemory) > 0 && len(unlimited(t, corev1.ResourceMemory)) > 0 {
			fault := unboundedFault(w, inMemory, "memory",
				"in memory has no sizeLimit, nor the pod a memory limit: it can fill the node's memory")
			fault.Severity = report.Low
			faults = append(faults, fault)
		}
		return faults
	})
}

func unboundedFault(w *inventory.Workload, volumes []string, medium, text string) audit.Fault {
	var bounded []remedy.Fields
	for _, name := range volumes {
		bounded = append(bounded, remedy.Fields{"name": name, "emptyDir": remedy.Fields{"sizeLimit": "SIZE"}})
	}
	return audit.Fault{
		Message:  "emptyDir " + strings.Join(volumes, ", ") + " " + text,
		Evidence: report.Evidence{"volumes": volumes, "medium": medium},
		Fix:      remedy.PodSpec(w, "bound it to the most that is expected", remedy.Fields{"volumes": bounded}),
	}
}

// mounted: a volume that no container mounts stays empty.
func mounted(t *inventory.Template, volume string) bool {
	mounts := func(c corev1.Container) bool {
		return slices.ContainsFunc(c.VolumeMounts, func(m corev1.VolumeMount) bool { return m.Name == volume })
	}
	return slices.ContainsFunc(t.Spec.InitContainers, mounts) || slices.ContainsFunc(t.Spec.Containers, mounts)
}

// storageLimited: the kubelet adds up the limits that there are and holds the
// whole pod to the sum, so that one container's limit bounds all of them.
func storageLimited(t *inventory.Template) bool {
	return slices.ContainsFunc(t.All(), func(c *corev1.Container) bool {
		return isSet(c.Resources.Limits, corev1.ResourceEphemeralStorage)
	})
}
