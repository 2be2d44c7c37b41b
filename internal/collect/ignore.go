package collect

import (
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

func ignoreOf(annotations map[string]string) *inventory.Ignore {
	checks, found := annotations[inventory.IgnoreAnnotation]
	if !found {
		return nil
	}
	ignore := &inventory.Ignore{Cut: len(checks) > inventory.MaxIgnore}
	if ignore.Cut {
		// The beginning of a pattern would be another pattern.
		checks = checks[:strings.LastIndexByte(checks[:inventory.MaxIgnore], ',')+1]
	}
	reason := annotations[inventory.IgnoreReasonAnnotation]
	// A slice of a longer text would keep all of the text in memory.
	ignore.Checks, ignore.Reason = strings.Clone(checks), strings.Clone(reason[:min(len(reason), inventory.MaxIgnore)])
	return ignore
}
