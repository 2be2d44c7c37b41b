package command

import (
	"path"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"mvdan.cc/sh/v3/syntax"
)

// LogFile is a place in a container's command that sends a log to a file.
type LogFile struct {
	// By is what says so: the option, or the shell's redirection.
	By string
	// Path is the file or directory, empty where it is not known.
	Path string
}

// logOptions are the options that programs have for a log file or directory,
// with dashes for underscores and dots.
var logOptions = []string{
	"log-file", "logfile", "log-file-path", "log-path", "logpath", "log-dir", "logdir", "log-directory", "log-output-file",
	"access-logfile", "error-logfile", "access-log-file", "error-log-file",
}

// consoles are where a log of a container belongs, by any name.
var consoles = []string{"", "-", "stdout", "stderr", "console", "/dev/stdout", "/dev/stderr", "/dev/null", "/dev/tty"}

// LogFiles are the files to which a container's command, and the shell script
// in it, send logs. There are none if the command also prints them.
func LogFiles(c *corev1.Container) []LogFile {
	script := Script(c)
	var words []string
	for _, word := range slices.Concat(c.Command, c.Args) {
		if word != script || script == "" {
			words = append(words, word)
		}
	}
	found, printed := optionFiles(words)
	if script == "" || len(script) > maxScript || printed {
		return unless(printed, found)
	}
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(script), "")
	if err != nil {
		return found
	}
	syntax.Walk(file, func(node syntax.Node) bool {
		switch n := node.(type) {
		case *syntax.CallExpr:
			words := literals(n)
			files, also := optionFiles(words)
			found = append(found, files...)
			// tail -F prints what another program writes, tee what it reads.
			printed = printed || also || len(words) > 0 && slices.Contains([]string{"tail", "tee"}, path.Base(words[0]))
		case *syntax.Redirect:
			if target := redirected(n); isLog(target) {
				found = append(found, LogFile{By: "> " + target, Path: target})
			}
		}
		return true
	})
	return unless(printed, found)
}

func unless(printed bool, found []LogFile) []LogFile {
	if printed {
		return nil
	}
	return found
}

// optionFiles reads the options of one program, and whether another one of them
// has it print its log all the same.
func optionFiles(words []string) (found []LogFile, printed bool) {
	for i, word := range words {
		name, value, joined := strings.Cut(word, "=")
		if !strings.HasPrefix(name, "-") {
			continue
		}
		option := strings.NewReplacer("_", "-", ".", "-").Replace(strings.TrimLeft(name, "-"))
		if option == "alsologtostderr" || option == "logtostderr" {
			printed = printed || value != "false"
		}
		if !slices.Contains(logOptions, option) {
			continue
		}
		if !joined && i+1 < len(words) {
			value = words[i+1]
		}
		if !isConsole(value) {
			found = append(found, LogFile{By: name, Path: pathIn(value)})
		}
	}
	return found, printed
}

func isConsole(value string) bool {
	return slices.Contains(consoles, value) || strings.HasPrefix(value, "/dev/fd/") || strings.HasPrefix(value, "/proc/")
}

// pathIn is a value that can be read as it is: the shell or the kubelet may
// have to replace a part of another.
func pathIn(value string) string {
	if !path.IsAbs(value) || strings.Contains(value, unknown) || strings.Contains(value, "$") {
		return ""
	}
	return path.Clean(value)
}

// redirected is the file that a redirection writes to.
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

// LogsPrinted are the words of a command with every log file that is a word of
// its own replaced by the console, and whether there was one.
func LogsPrinted(words []string) (printed []string, changed bool) {
	printed = slices.Clone(words)
	for i, word := range words {
		name, value, joined := strings.Cut(word, "=")
		found, _ := optionFiles(words[i:min(i+2, len(words))])
		switch {
		case len(found) == 0 || found[0].By != name || !strings.Contains(name, "file"):
		case joined && !isConsole(value):
			printed[i], changed = name+"="+console, true
		case !joined:
			printed[i+1], changed = console, true
		}
	}
	return printed, changed
}

// console is a file that every program can write to, and that is printed.
const console = "/dev/stdout"
