package processes

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/command"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
	"github.com/prodcheck/kubectl-prodcheck/pkg/mask"
)

// ShellAsInit finds containers whose first process is a shell that forwards no
// signals.
var ShellAsInit = &audit.Check{
	ID: "shell-as-init", Category: Category, Severity: api.Medium, Since: "v0.1.0",
	Field: "command",
	Title: "Shell runs as PID 1 and does not forward SIGTERM",
	Judge: audit.Over(audit.Workloads, shellAsInit),
	Doc: audit.Doc{
		What: "The command of a container or native sidecar is a shell with a script of several commands (sh -c) that " +
			"does not end with exec PROGRAM, and no trap in it handles SIGTERM. Not flagged: a single command, a " +
			"command that starts with an init (tini, dumb-init and similar), a script that runs no program, and pods " +
			"with shareProcessNamespace or hostPID. Init containers, Jobs, CronJobs, pods whose restartPolicy is not " +
			"Always, and finished pods are not judged.",
		Why: "The first process of a container (PID 1) receives the signals and adopts orphaned processes. Linux " +
			"delivers SIGTERM to it only if it has a handler, which a shell does not have: the program behind it never " +
			"receives the signal, keeps working until the grace period ends, and is killed with its requests in " +
			"flight, at every rollout and every drain. Orphaned processes remain as zombies, until no new process can " +
			"start.",
		Fix: "Write exec before the last program of the script, so that it replaces the shell: exec gunicorn " +
			"shop.wsgi. If several programs run, or the output goes through a pipe, start the script under an init " +
			"that is in the image (tini -g -- sh -c …), or let it trap SIGTERM and wait. Better still, use the program " +
			"itself as the command and move the preparation to an init container.",
		Limitations: "Without a command in the manifest, the image's entrypoint is the first process: it is not known " +
			"and not judged. Scripts in files are not read. Some shells (bash from 5.1, busybox) replace themselves " +
			"with their last command, others (dash) never do; which shell sh is depends on the image. A program that " +
			"does not handle SIGTERM itself is not detected.",
		References: []string{
			"https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination",
			"https://kubernetes.io/docs/tasks/configure-pod-container/share-process-namespace/",
			"https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/",
		},
	},
}

func shellAsInit(_ *audit.Pass, w *inventory.Workload) audit.Verdict {
	if w.RunsToCompletion() {
		return audit.NotApplicable()
	}
	var faults []audit.Fault
	known := false
	for _, t := range w.Templates {
		if t.Spec.HostPID || t.Spec.ShareProcessNamespace != nil && *t.Spec.ShareProcessNamespace {
			known = true
			continue
		}
		for _, c := range t.LongRunning() {
			known = known || len(c.Command) > 0
			found := command.ShellAsInit(c)
			if found == nil || slices.ContainsFunc(faults, func(f audit.Fault) bool { return f.Container == c.Name }) {
				continue
			}
			faults = append(faults, audit.Fault{
				Container: c.Name, Message: shellText(found),
				Evidence: api.Evidence{"shell": found.Shell, "containerKind": string(t.KindOf(c))},
				Fix:      passOn(w, t, c, found),
			})
		}
	}
	if !known {
		return audit.NotApplicable()
	}
	return audit.Faults(faults...)
}

func shellText(s *command.ShellInit) string {
	if s.Program == "" {
		return s.Shell + " is the first process until its script ends: SIGTERM does not reach what it runs"
	}
	return "no exec before " + s.Program + ": if " + s.Shell + " stays the first process, SIGTERM does not reach " + s.Program
}

// passOn adds exec to the script. A script that may contain a secret is not
// repeated in a report.
func passOn(w *inventory.Workload, t *inventory.Template, c *corev1.Container, s *command.ShellInit) audit.Fix {
	if s.Program == "" {
		return audit.Fix{Advice: "let the script end with exec PROGRAM, or start it under an init such as tini"}
	}
	advice := "put exec before the last program of the script"
	script := command.Script(c)
	if secretive(script) {
		return audit.Fix{Advice: advice}
	}
	field, words := "command", c.Command
	if !slices.Contains(words, script) {
		field, words = "args", c.Args
	}
	words = slices.Clone(words)
	words[slices.Index(words, script)] = s.WithExec
	return remedy.Container(w, t, c.Name, advice, remedy.Fields{field: words})
}

// secretive reports whether a script contains a secret, or contained one that was
// masked: the pasted text would not be what ran.
func secretive(script string) bool {
	script = strings.ToLower(script)
	return strings.Contains(script, mask.Masked) || slices.ContainsFunc([]string{"pass", "secret", "token", "key"}, func(word string) bool {
		return strings.Contains(script, word)
	})
}
