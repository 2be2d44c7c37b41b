package processes

import (
	"fmt"
	"path"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/command"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/remedy"
	"github.com/prodcheck/kubectl-prodcheck/pkg/envname"
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

func unseenVolumes(t *inventory.Template, c *corev1.Container, paths []string) []string {
	var by []string
	for i := range c.VolumeMounts {
		m := &c.VolumeMounts[i]
		if !m.ReadOnly && below(m.MountPath, paths) && forLogs(t, m.Name) && !mountedElsewhere(t, c, m.Name) {
			by = append(by, "volume "+m.Name+" at "+m.MountPath)
		}
	}
	return by
}

// alsoPrints reports whether a variable makes the program print its log:
// LOG_TO_STDOUT.
func alsoPrints(e corev1.EnvVar) bool {
	name := strings.ToLower(e.Name)
	return strings.Contains(name, "log") && !inventory.Off(e.Value) &&
		slices.ContainsFunc([]string{"stdout", "stderr", "console", "screen"}, func(output string) bool { return strings.Contains(name, output) })
}

// logFileByName caches the decision about a name: the same few names are used
// over and over.
var logFileByName = audit.NewMemo(func(_ *audit.Pass, name string) bool { return namesLogFile(name) })

// namesLogFile reports whether an env name says where a log goes, and not, for
// example, how large its file may become, or where data is.
func namesLogFile(name string) bool {
	words := envname.Words(name)
	for _, term := range []string{
		"log_file", "logs_file", "logfile", "log_path", "logpath", "log_dir", "logs_dir", "logdir", "log_directory", "log_folder",
		"logging_file", "logging_path",
	} {
		before, after, found := envname.Find(words, term)
		if found && (len(before) == 0 || !slices.Contains(dataLogs, before[len(before)-1])) &&
			(len(after) == 0 || !slices.Contains(aboutLogFile, after[0])) {
			return true
		}
	}
	return false
}

// dataLogs are words before "log" that make it data and not text for people.
var dataLogs = []string{
	"archive", "binary", "binlog", "bin", "change", "commit", "data", "event", "events", "journal", "kafka", "raft", "redo",
	"relay", "remote", "replication", "tensorboard", "training", "transaction", "tx", "txn", "undo", "wal",
}

// aboutLogFile are words after "log file" that make it something else.
var aboutLogFile = []string{
	"age", "backup", "backups", "compress", "count", "disabled", "enable", "enabled", "format", "keep", "level", "limit", "max",
	"mode", "permissions", "pattern", "retention", "rotate", "rotation", "size",
}

// below reports whether a directory is one of others, or in one.
func below(dir string, others []string) bool {
	dir = path.Clean(dir)
	return slices.ContainsFunc(others, func(other string) bool {
		other = path.Clean(other)
		return dir == other || strings.HasPrefix(dir, strings.TrimSuffix(other, "/")+"/")
	})
}

// forLogs reports whether files that a program writes to a volume stay there
// unread: log collectors look for files on the node.
func forLogs(t *inventory.Template, volume string) bool {
	v := volumeNamed(t, volume)
	// Claim templates of a StatefulSet are not among the volumes of its template.
	return v == nil || v.HostPath == nil && v.ConfigMap == nil && v.Secret == nil && v.Projected == nil && v.DownwardAPI == nil
}

func volumeNamed(t *inventory.Template, name string) *corev1.Volume {
	if i := slices.IndexFunc(t.Spec.Volumes, func(v corev1.Volume) bool { return v.Name == name }); i >= 0 {
		return &t.Spec.Volumes[i]
	}
	return nil
}

// shared reports whether another container mounts the volume that contains a
// file, or log collectors find it on the node. If the file is not known, any
// volume counts.
func shared(t *inventory.Template, c *corev1.Container, file string, paths []string) bool {
	volume, depth := "", -1
	for i := range c.VolumeMounts {
		m := &c.VolumeMounts[i]
		if m.ReadOnly {
			continue
		}
		if !path.IsAbs(file) {
			v := volumeNamed(t, m.Name)
			if mountedElsewhere(t, c, m.Name) || v != nil && v.HostPath != nil && below(v.HostPath.Path, paths) {
				return true
			}
		} else if below(file, []string{m.MountPath}) && len(m.MountPath) > depth {
			volume, depth = m.Name, len(m.MountPath)
		}
	}
	v := volumeNamed(t, volume)
	return v != nil && v.HostPath != nil || volume != "" && mountedElsewhere(t, c, volume)
}

func mountedElsewhere(t *inventory.Template, c *corev1.Container, volume string) bool {
	return slices.ContainsFunc(t.LongRunning(), func(other *corev1.Container) bool {
		return other.Name != c.Name && slices.ContainsFunc(other.VolumeMounts, func(m corev1.VolumeMount) bool { return m.Name == volume })
	})
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
