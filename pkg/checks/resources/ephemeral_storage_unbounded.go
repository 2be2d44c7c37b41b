package resources

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// EphemeralStorageUnbounded finds pods that can fill their node's disk or
// memory with files.
var EphemeralStorageUnbounded = &audit.Check{
	ID: "ephemeral-storage-unbounded", Category: Category, Severity: api.Info, Worst: api.Low, Since: "v0.1.0",
	Field: "resources.limits.ephemeral-storage",
	Title: "emptyDir without sizeLimit and no ephemeral-storage limit",
	Reads: audit.Reads{Optional: []inventory.Resource{inventory.LimitRanges}},
	Judge: audit.Over(audit.Workloads, ephemeralStorageUnbounded),
	Doc: audit.Doc{
		What: "A pod mounts an emptyDir without sizeLimit, and none of its containers has an ephemeral-storage limit: " +
			"a single one limits everything that the pod writes to the node's disk. Or it mounts an emptyDir in memory " +
			"(medium: Memory) without sizeLimit, and neither one of its containers nor the pod as a whole has a memory " +
			"limit: low. Finished pods and Jobs are not judged.",
		Why: "An emptyDir is on the disk that the node itself needs, together with the images and logs of all pods. A " +
			"cache that is never cleaned fills it over weeks; then the kubelet reports DiskPressure, accepts no more " +
			"pods, deletes images, and evicts pods that did not cause it. Files in an emptyDir in memory use memory " +
			"and survive a restart of the container, so each restart can end in another OOM kill.",
		Fix: "Set a sizeLimit on the emptyDir with room for the largest expected set of files: only a pod that exceeds " +
			"it is evicted, with a message that says so. Or set an ephemeral-storage limit on the container, which " +
			"also limits its logs and its writable layer. Data that must outlive the pod belongs on a PersistentVolume.",
		Limitations: "How much is written is not known. The writable layer of a container without any emptyDir can " +
			"fill the disk as well and is not judged. The kubelet checks only from time to time: a pod that writes " +
			"fast can fill a disk before it is evicted, whatever the limits.",
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
				"has no sizeLimit, and no container has an ephemeral-storage limit: it can fill the node's disk"))
		}
		if len(inMemory) > 0 && len(unlimited(t, corev1.ResourceMemory)) > 0 {
			fault := unboundedFault(w, inMemory, "memory",
				"in memory has no sizeLimit, and the pod has no memory limit: it can fill the node's memory")
			fault.Severity = api.Low
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
		Evidence: api.Evidence{"volumes": volumes, "medium": medium},
		Fix:      remedy.PodSpec(w, "limit it to the largest expected size", remedy.Fields{"volumes": bounded}),
	}
}

// mounted reports whether a container mounts the volume: otherwise it stays
// empty.
func mounted(t *inventory.Template, volume string) bool {
	mounts := func(c corev1.Container) bool {
		return slices.ContainsFunc(c.VolumeMounts, func(m corev1.VolumeMount) bool { return m.Name == volume })
	}
	return slices.ContainsFunc(t.Spec.InitContainers, mounts) || slices.ContainsFunc(t.Spec.Containers, mounts)
}

// storageLimited reports whether the storage of the pod is limited: the kubelet
// adds up the existing limits and applies the sum to the whole pod, so one
// container's limit bounds all of them.
func storageLimited(t *inventory.Template) bool {
	return slices.ContainsFunc(t.All(), func(c *corev1.Container) bool {
		return isSet(c.Resources.Limits, corev1.ResourceEphemeralStorage)
	})
}
