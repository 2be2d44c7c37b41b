package processes

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/command"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

var logPaths = audit.List("paths", []string{"/var/log"}, "directories of logs: a writable volume there, or below, counts as one for log files")

// LogsToFile finds logs that nobody sees.
var LogsToFile = &audit.Check{
	ID: "logs-to-file", Category: Category, Severity: api.Medium, Since: "v0.1.0", Urgency: api.Later,
	Field:   "command",
	Title:   "Container writes logs to a file instead of stdout",
	Options: []audit.Option{logPaths},
	Judge:   audit.Over(audit.Workloads, logsToFile),
	Doc: audit.Doc{
		What: "A container or native sidecar has an option for a log file or directory (--log-file, --log-dir, " +
			"--logfile, --access-logfile, Traefik's --accesslog.filepath, MySQL's --general-log-file and similar), a " +
			"shell redirection to a file named .log or below /var/log, an env name such as LOG_FILE or LOG_DIR, or a " +
			"writable volume at /var/log, and no other container of the pod mounts the volume that contains the file. " +
			"A value that names stdout, stderr or an object store, or that says none or off, is fine. Not flagged " +
			"either: options and variables that also print the log (--alsologtostderr, --also-stdout, LOG_TO_STDOUT), " +
			"scripts that tail or tee the file or link it to /dev/stdout, programs that read the logs (TensorBoard), " +
			"and directories of the node, where log collectors look. Jobs, CronJobs and finished pods are not judged.",
		Why: "kubectl logs and log collectors show nothing: they read what containers write to stdout and stderr. The " +
			"file is lost with the container, including the last lines before a crash. Nothing rotates it, so it grows " +
			"until the node's disk is full and the pod is evicted.",
		Fix: "Let the program log to stdout and stderr: most programs have an option, or accept /dev/stdout as a file. " +
			"If a program can only write files, share an emptyDir with a sidecar that reads them and prints or " +
			"forwards them.",
		Limitations: "The program's own configuration is not read. A container that mounts the same volume is assumed " +
			"to read the logs, and so is a collector on the node for the node's directories. A reader in another pod " +
			"is not found.",
		References: []string{
			"https://kubernetes.io/docs/concepts/cluster-administration/logging/",
		},
	},
}

func logsToFile(p *audit.Pass, w *inventory.Workload) audit.Verdict {
	if w.RunsToCompletion() {
		return audit.NotApplicable()
	}
	paths := logPaths.In(p)
	return audit.EachContainer(w, (*inventory.Template).LongRunning, func(t *inventory.Template, c *corev1.Container) *audit.Fault {
		by := unseenLogs(p, t, c, paths)
		if len(by) == 0 {
			return nil
		}
		return &audit.Fault{
			Message:  logsText(by),
			Evidence: api.Evidence{"by": by, "containerKind": string(t.KindOf(c))},
			Fix:      printLogs(w, t, c),
		}
	})
}

// unseenLogs returns what sends a container's logs to files that no other
// container can read.
func unseenLogs(p *audit.Pass, t *inventory.Template, c *corev1.Container, paths []string) []string {
	if slices.ContainsFunc(c.Env, alsoPrints) {
		return unseenVolumes(t, c, paths)
	}
	var by []string
	for _, file := range command.LogFiles(c) {
		if !shared(t, c, file.Path, paths) {
			by = append(by, file.By)
		}
	}
	for i := range c.Env {
		e := &c.Env[i]
		if logFileByName.In(p, e.Name) && e.Value != "" && command.IsLogFile(e.Value) && !shared(t, c, "", paths) {
			by = append(by, "env "+e.Name)
		}
	}
	return append(by, unseenVolumes(t, c, paths)...)
}

func logsText(by []string) string {
	if len(by) == 1 {
		return "logs go to files that no other container reads: " + by[0]
	}
	return fmt.Sprintf("logs go to files that no other container reads: %s and %d more", by[0], len(by)-1)
}

// printLogs replaces the file by the console if the manifest names it. Arguments
// that may contain a secret are not repeated in a report.
func printLogs(w *inventory.Workload, t *inventory.Template, c *corev1.Container) audit.Fix {
	const advice = "let it log to stdout and stderr, or add a sidecar that reads the files"
	fields := remedy.Fields{}
	for field, words := range map[string][]string{"args": c.Args, "command": c.Command} {
		if printed, changed := command.LogsPrinted(words); changed && !secretive(strings.Join(words, " ")) {
			fields[field] = printed
		}
	}
	if len(fields) > 0 {
		return remedy.Container(w, t, c.Name, advice, fields)
	}
	return audit.Fix{Advice: advice}
}
