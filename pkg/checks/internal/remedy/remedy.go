// Package remedy makes the fixes that checks propose: commands for the object
// itself, if kubectl can change it in place, and otherwise advice.
package remedy

import (
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// patchable lists the kinds whose pod template can be changed in place: kubectl
// knows them, and a change rolls out by itself.
var patchable = map[string]string{
	"Deployment": "deployment", "StatefulSet": "statefulset", "DaemonSet": "daemonset", "CronJob": "cronjob",
}

// Template changes something in a workload's pod template, with a command that
// does not name the workload yet, such as "set resources --limits=memory=1Gi".
// The advice says what to change and stands alone where no command can.
func Template(w *inventory.Workload, advice string, change audit.Command) audit.Fix {
	resource, ok := patchable[w.Kind]
	switch {
	case ok && w.Owner != nil:
		return audit.Fix{Advice: advice + in(w.Owner)}
	case ok:
		return audit.Fix{Advice: advice, Command: change.In(w.Namespace).Of(resource + "/" + w.Name)}
	case w.Kind == "Pod" || w.Kind == "Job":
		return audit.Fix{Advice: advice + ", in its manifest, and recreate the " + w.Kind}
	}
	return audit.Fix{Advice: advice + ", in the " + w.Kind + " that owns its pods"}
}

// Resources sets limits or requests of one container with a flag of kubectl set
// resources: "--limits=" or "--requests=".
func Resources(w *inventory.Workload, container, advice string, flag audit.Word, value string) audit.Fix {
	switch {
	case !w.Injected(container):
	case flag == "--limits=":
		return injectedLimit(w, container, advice, value)
	default:
		return injected(w, container, advice)
	}
	return Template(w, advice, audit.Kubectl("set", "resources").Flag("-c", container).Flag(flag, value))
}

// Image sets the image of one container.
func Image(w *inventory.Workload, container, advice, image string) audit.Fix {
	if w.Injected(container) {
		return injected(w, container, advice)
	}
	return Template(w, advice, audit.Kubectl("set", "image").On(container+"="+image))
}

// patch applies a strategic merge patch, as JSON, to a workload.
func patch(w *inventory.Workload, advice, change string) audit.Fix {
	return Template(w, advice, audit.Kubectl("patch").Flag("--patch", change))
}
