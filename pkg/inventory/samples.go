package inventory

import (
	"cmp"
	"slices"
)

// SampledContainer names the container from which a sample was taken.
type SampledContainer struct {
	Namespace string `json:"namespace"`
	Pod       string `json:"pod"`
	Container string `json:"container"`
}

// LogSample says whether the log of a container's current run has any content.
// It never contains the content.
type LogSample struct {
	SampledContainer `json:",inline"`
	Empty            bool `json:"empty,omitempty"`
	// Reason says why the log could not be read: forbidden, timed out, ….
	Reason string `json:"reason,omitempty"`
}

// RootFilesystemSample is a kubelet's figure for the writable layer of a
// container: how much it has written outside its volumes.
type RootFilesystemSample struct {
	SampledContainer `json:",inline"`
	UsedBytes        int64 `json:"usedBytes,omitempty"`
	// Reason says why the figure is not known: forbidden, timed out, ….
	Reason string `json:"reason,omitempty"`
}

// Log finds the log sample of a container, nil if none was taken.
func (inv *Inventory) Log(pod *Pod, container string) *LogSample {
	return sampleOf(inv.Logs, pod, container)
}

// RootFilesystem finds the filesystem sample of a container, nil if none was
// taken.
func (inv *Inventory) RootFilesystem(pod *Pod, container string) *RootFilesystemSample {
	return sampleOf(inv.RootFilesystems, pod, container)
}

// SortSamples sorts by container, the order of samples in an inventory.
func SortSamples[S interface{ of() SampledContainer }](samples []S) {
	slices.SortStableFunc(samples, func(a, b S) int { return a.of().compare(b.of()) })
}

func sampleOf[S interface{ of() SampledContainer }](samples []S, pod *Pod, container string) *S {
	wanted := SampledContainer{pod.Namespace, pod.Name, container}
	i, found := slices.BinarySearchFunc(samples, wanted, func(s S, c SampledContainer) int { return s.of().compare(c) })
	if !found {
		return nil
	}
	sample := samples[i]
	return &sample
}

func (s SampledContainer) of() SampledContainer { return s }

func (s SampledContainer) compare(other SampledContainer) int {
	return cmp.Or(cmp.Compare(s.Namespace, other.Namespace), cmp.Compare(s.Pod, other.Pod), cmp.Compare(s.Container, other.Container))
}
