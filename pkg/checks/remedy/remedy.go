// Package remedy makes the fixes that checks propose: commands for the very
// object, where kubectl can change it in place, and words where it cannot.
package remedy

import (
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// patchable are the kinds whose pod template can be changed in place: kubectl
// knows them, and a change rolls out by itself.
var patchable = map[string]string{
	"Deployment": "deployment", "StatefulSet": "statefulset", "DaemonSet": "daemonset", "CronJob": "cronjob",
}

// Template changes something in a workload's pod template: with kubectl's verb
// and arguments, "set resources --limits=memory=1Gi" for one. The advice says
// what to change and stands alone where no command can.
func Template(w *inventory.Workload, advice string, verb []string, args ...string) audit.Fix {
	resource, ok := patchable[w.Kind]
	switch {
	case ok:
		line := append([]string{"-n", w.Namespace}, verb...)
		line = append(line, resource+"/"+w.Name)
		return audit.Fix{Advice: advice, Command: audit.Kubectl(append(line, args...)...)}
	case w.Kind == "Pod" || w.Kind == "Job":
		return audit.Fix{Advice: advice + ", in its manifest: a " + w.Kind + " must be made anew"}
	}
	return audit.Fix{Advice: advice + ", in the " + w.Kind + " that owns its pods"}
}

// Resources sets limits or requests of one container: flags are those of
// kubectl set resources.
func Resources(w *inventory.Workload, container, advice string, flags ...string) audit.Fix {
	return Template(w, advice, []string{"set", "resources"}, append([]string{"-c", container}, flags...)...)
}

// Patch applies a strategic merge patch, as JSON, to a workload.
func Patch(w *inventory.Workload, advice, patch string) audit.Fix {
	return Template(w, advice, []string{"patch"}, "--patch", patch)
}
