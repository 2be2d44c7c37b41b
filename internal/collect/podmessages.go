package collect

import (
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// withoutPreemption cuts the text after the scheduler's reasons, which says that
// preemption does not help either.
func withoutPreemption(message string) string {
	for _, further := range []string{". no new claims to deallocate", ". preemption:"} {
		message, _, _ = strings.Cut(message, further)
	}
	return message
}

// shortage reads the kubelet's message about a pod that it evicted or rejected.
func shortage(message string) inventory.Shortage {
	switch {
	case strings.Contains(message, "memory"):
		return inventory.ShortOfMemory
	case strings.Contains(message, "storage"), strings.Contains(message, "EmptyDir"):
		return inventory.ShortOfStorage
	}
	return ""
}
