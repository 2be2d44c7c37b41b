package processes

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/envname"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

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
