package command

import (
	"path"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"mvdan.cc/sh/v3/syntax"

	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/image"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// LogFile is a place in a container's command that sends a log to a file.
type LogFile struct {
	// By names the option, or the shell's redirection.
	By string
	// Path is the file or directory, empty if it is not known.
	Path string
}

// logOptions are the options of programs for a log file or directory, with dashes
// for underscores and dots.
var logOptions = []string{
	"log-file", "logfile", "log-file-path", "logfile-path", "log-filepath", "log-path", "logpath", "log-dir", "logdir",
	"log-directory", "log-output-file", "logto", "access-logfile", "error-logfile", "access-log-file", "error-log-file",
	"log-filename", "accesslog-filepath", "access-log-path", "error-log-path", "general-log-file", "slow-query-log-file",
	// Java's properties begin with -D.
	"dlogging-file", "dlogging-file-name", "dlogging-file-path",
}

// vagueOptions may also set a format, a level or a service: they count only with
// a value that looks like a file.
var vagueOptions = []string{
	"log", "log-error", "log-errors", "log-output", "log-outputs", "log-target", "log-destination", "log-facility",
	"access-log", "accesslog", "error-log", "errorlog",
}

// readers are programs that read the logs that their options name.
var readers = []string{"goaccess", "mtail", "tensorboard", "visualdl"}

// LogFiles returns the files to which a container's command, and the shell script
// in it, write logs. There are none if the command also prints them.
func LogFiles(c *corev1.Container) []LogFile {
	if slices.Contains(readers, image.Base(c.Image)) {
		return nil
	}
	script := Script(c)
	var words []string
	for _, word := range slices.Concat(c.Command, c.Args) {
		if word != script || script == "" {
			words = append(words, word)
		}
	}
	found, printed := optionFiles(started(words))
	file := parse(c)
	if file == nil || printed {
		return unless(printed, found)
	}
	syntax.Walk(file, func(node syntax.Node) bool {
		switch n := node.(type) {
		case *syntax.CallExpr:
			words := started(literals(n))
			files, also := optionFiles(words)
			found = append(found, files...)
			printed = printed || also || printing(words)
		case *syntax.Redirect:
			if target := redirected(n); isLog(target) {
				found = append(found, LogFile{By: "> " + target, Path: target})
			}
		}
		return true
	})
	return unless(printed, found)
}

// printing reports whether a command prints what another program writes (tail -F)
// or its own input (tee), or has linked a log file to the console.
func printing(words []string) bool {
	if len(words) == 0 {
		return false
	}
	program := path.Base(words[0])
	return program == "tail" || program == "tee" || program == "ln" && slices.ContainsFunc(words[1:], inventory.Console)
}

func unless(printed bool, found []LogFile) []LogFile {
	if printed {
		return nil
	}
	return found
}

// optionFiles parses the options of one program, and reports whether another one
// of them makes it print its log anyway.
func optionFiles(words []string) (found []LogFile, printed bool) {
	if slices.ContainsFunc(words, readsLogs) {
		return nil, false
	}
	for i, word := range words {
		if i > 0 && words[i-1] == "-c" && !strings.ContainsAny(word, " \n") {
			// PostgreSQL takes its parameters so.
			word = "--" + word
		}
		name, value, joined := strings.Cut(word, "=")
		if !strings.HasPrefix(name, "-") {
			continue
		}
		option := strings.NewReplacer("_", "-", ".", "-").Replace(strings.ToLower(strings.TrimLeft(name, "-")))
		if prints(option) {
			printed = printed || !inventory.Off(value)
		}
		if !joined && i+1 < len(words) {
			value = words[i+1]
		}
		if option == "logging-collector" && !inventory.Off(value) {
			found = append(found, LogFile{By: "logging_collector"})
		}
		vague := slices.Contains(vagueOptions, option) && pathIn(value) != ""
		if (vague || slices.Contains(logOptions, option)) && IsLogFile(value) {
			found = append(found, LogFile{By: name, Path: pathIn(value)})
		}
	}
	return found, printed
}

func readsLogs(word string) bool {
	return slices.Contains(readers, strings.TrimSuffix(path.Base(word), ".main"))
}

// prints reports whether an option makes a program print its log: logtostderr,
// also-stdout, log-to-console.
func prints(option string) bool {
	says := func(part string) bool { return strings.Contains(option, part) }
	return (says("log") || says("also")) && (says("stdout") || says("stderr") || says("console"))
}

// IsLogFile reports whether such a place is a file: not the console, an object
// store, or nowhere.
func IsLogFile(value string) bool {
	scheme, _, remote := strings.Cut(value, "://")
	return !inventory.Console(value) && !inventory.Off(value) && (!remote || scheme == "file")
}

// pathIn returns a value that needs no expansion: the shell or the kubelet may
// have to replace a part of another.
func pathIn(value string) string {
	if !path.IsAbs(value) || strings.Contains(value, unknown) || strings.Contains(value, "$") {
		return ""
	}
	return path.Clean(value)
}

// redirected returns the file to which a redirection writes.
func redirected(r *syntax.Redirect) string {
	switch r.Op {
	case syntax.RdrOut, syntax.AppOut, syntax.RdrClob, syntax.RdrAll, syntax.AppAll:
		if r.Word != nil {
			return literal(r.Word.Parts)
		}
	}
	return ""
}

func isLog(file string) bool {
	return !strings.Contains(file, unknown) && (strings.HasSuffix(file, ".log") || strings.HasPrefix(file, "/var/log/"))
}

// LogsPrinted returns the words of a command with the console in place of every
// log file that is a word of its own, and whether there was one.
func LogsPrinted(words []string) (printed []string, changed bool) {
	printed = slices.Clone(words)
	for i, word := range words {
		name, value, joined := strings.Cut(word, "=")
		found, _ := optionFiles(words[i:min(i+2, len(words))])
		switch {
		case len(found) == 0 || found[0].By != name || !strings.Contains(name, "file"):
		case joined && IsLogFile(value):
			printed[i], changed = name+"="+console, true
		case !joined:
			printed[i+1], changed = console, true
		}
	}
	return printed, changed
}

// console is a file to which every program can write, and which is printed.
const console = "/dev/stdout"
