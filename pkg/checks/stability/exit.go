package stability

import (
	"fmt"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// The reasons of terminations that checks tell apart. The runtime or, for the
// last two, the kubelet writes them.
const (
	reasonOOMKilled = "OOMKilled"
	// The program was never started: there are no logs.
	reasonStartError = "StartError"
	reasonCannotRun  = "ContainerCannotRun"
	// The runtime came back, after a restart of the node for one, and found the
	// container gone.
	reasonUnknown = "Unknown"
	// The kubelet cannot find the container any more.
	reasonStatusUnknown = "ContainerStatusUnknown"
	// A restart rule of another container made the whole pod start anew.
	reasonRestartingAll = "RestartingAllContainers"
)

// sigkill is the exit code of a process that SIGKILL ended.
const sigkill = 128 + 9

// lost reports an end that nobody saw: its exit code, 137 or 255, is made up
// and no sign of a kill.
func lost(t *inventory.Termination) bool {
	switch t.Reason {
	case reasonStatusUnknown, reasonRestartingAll:
		return true
	case reasonUnknown:
		return t.ExitCode == 255
	}
	return false
}

// startFailed reports that the runtime could not start the program at all.
func startFailed(t *inventory.Termination) bool {
	return t.Reason == reasonStartError || t.Reason == reasonCannotRun
}

// lastRun says how the last run of a container ended.
func (g *replicas) lastRun(p *audit.Pass, t *inventory.Termination) string {
	switch {
	case t == nil:
		return "how the last run" + g.role() + " ended is not recorded"
	case lost(t):
		return fmt.Sprintf("how the last run%s ended was not seen (%s)", g.role(), t.Reason)
	case startFailed(t):
		return fmt.Sprintf("the last start%s failed %s with %s", g.role(), ago(p, t.Finished), exitText(t))
	}
	return fmt.Sprintf("the last run%s ended %s with %s", g.role(), ago(p, t.Finished), exitText(t))
}

// exitText says an exit code in words, with its reason unless that says no more
// than the code: "exit code 137 (SIGKILL)".
func exitText(t *inventory.Termination) string {
	text := fmt.Sprintf("exit code %d", t.ExitCode)
	if meaning := exitMeaning(t); meaning != "" {
		text += " (" + meaning + ")"
	}
	switch t.Reason {
	case "", "Error", "Completed":
		return text
	}
	return text + ", reason " + t.Reason
}

// exitMeaning is what an exit code stands for by the conventions of Linux and
// its shells, empty where a program gives its codes a meaning of its own.
func exitMeaning(t *inventory.Termination) string {
	const lastSignal = 64
	switch code := t.ExitCode; {
	case t.Signal > 0:
		return signalText(t.Signal)
	case code == 0:
		return "success"
	case code == 1:
		return "general error"
	case code == 126:
		return "the command cannot be executed"
	case code == 127:
		return "command not found"
	case code > 128 && code <= 128+lastSignal:
		return signalText(code - 128)
	case code == 255:
		return "-1 or out of range"
	}
	return ""
}

func signalText(number int32) string {
	if text, known := signals[number]; known {
		return text
	}
	return fmt.Sprintf("signal %d", number)
}

// signals that end programs, by their numbers on Linux: those of the system
// that the audit runs on may differ.
var signals = map[int32]string{
	1:  "SIGHUP",
	2:  "SIGINT",
	3:  "SIGQUIT",
	4:  "SIGILL, illegal instruction",
	5:  "SIGTRAP",
	6:  "SIGABRT, aborted itself",
	7:  "SIGBUS, bad memory access",
	8:  "SIGFPE, arithmetic error",
	9:  "SIGKILL",
	10: "SIGUSR1",
	11: "SIGSEGV, bad memory access",
	12: "SIGUSR2",
	13: "SIGPIPE",
	14: "SIGALRM",
	15: "SIGTERM",
	24: "SIGXCPU",
	25: "SIGXFSZ",
	31: "SIGSYS, forbidden system call",
}
