package printers

import (
	"fmt"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// fixText returns the fix in one line.
func fixText(f *api.Finding) string {
	advice, command := fixParts(f)
	if advice != "" && command != "" {
		return advice + ": " + command
	}
	return advice + command
}

// fixParts returns a fix without the command at its end, and the command. The advice for a
// manifest says where to change it: the command changes a cluster, in which the object may
// not be yet.
func fixParts(f *api.Finding) (advice, command string) {
	advice = f.Fix
	if strings.HasPrefix(f.Fix, "kubectl ") {
		advice, command = "", f.Fix
	} else if before, after, found := strings.Cut(f.Fix, ": kubectl "); found {
		advice, command = before, "kubectl "+after
	}
	if f.Source == nil || advice == "" {
		return advice, command
	}
	advice = fmt.Sprintf("in %s: %s", sourceText(f.Source), advice)
	if command != "" {
		advice += "; once applied"
	}
	return advice, command
}
