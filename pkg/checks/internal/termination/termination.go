// Package termination reads how a run of a container ended, and what its reason
// and exit code prove.
package termination

import (
	"fmt"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/cause"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// The reasons of terminations that checks distinguish. The runtime or, for the
// last two, the kubelet writes them.
const (
	OOMKilled = "OOMKilled"
	// The program was never started: there are no logs.
	StartError = "StartError"
	CannotRun  = "ContainerCannotRun"
	// The runtime came back, for example after a restart of the node, and found
	// the container gone.
	unknown = "Unknown"
	// The kubelet cannot find the container any more.
	statusUnknown = "ContainerStatusUnknown"
	// A restart rule of another container restarted the whole pod.
	restartingAll = "RestartingAllContainers"
)

// Killed is the exit code of a process that SIGKILL ended.
const Killed = 128 + SIGKILL

// Lost reports an end that nobody saw: its exit code, 137 or 255, is a
// placeholder and no sign of a kill.
func Lost(t *inventory.Termination) bool {
	switch t.Reason {
	case statusUnknown, restartingAll:
		return true
	case unknown:
		return t.ExitCode == 255
	}
	return false
}

// Explained reports an end that no probe, hook or signal has to explain: the kernel
// killed it for memory, or nobody saw it.
func Explained(t *inventory.Termination) bool { return t.Reason == OOMKilled || Lost(t) }

// StartFailed reports that the runtime could not start the program at all.
func StartFailed(t *inventory.Termination) bool {
	return t.Reason == StartError || t.Reason == CannotRun
}

// Words quotes the last words of a container or, for a program that could not be
// started, the runtime's reason; empty if there are none.
func Words(t *inventory.Termination) string {
	said := t.Message
	if StartFailed(t) {
		for _, preamble := range []string{"OCI runtime create failed: ", "unable to start container process: "} {
			if _, reason, found := strings.Cut(said, preamble); found {
				said = reason
			}
		}
	}
	return Quote(said)
}

// Quote repeats a cluster's words after a message; nothing if there are none.
func Quote(said string) string {
	if said = cause.Quote(said); said == "" {
		return ""
	}
	return ": " + said
}

// Text describes an exit code, with its reason unless that says no more than the
// code: "exit code 137 (SIGKILL)".
func Text(t *inventory.Termination) string {
	text := fmt.Sprintf("exit code %d", t.ExitCode)
	if t.ExitCode <= -1<<24 {
		// Windows codes: nobody recognizes them in decimal.
		text = fmt.Sprintf("exit code 0x%08X", uint32(t.ExitCode))
	}
	if meaning := meaningOf(t); meaning != "" {
		text += " (" + meaning + ")"
	}
	switch t.Reason {
	case "", "Error", "Completed":
		return text
	}
	return text + ", reason " + t.Reason
}

// meaningOf returns what an exit code means by the conventions of Linux and its
// shells, or of Windows, empty if a program gives its codes a meaning of its own.
func meaningOf(t *inventory.Termination) string {
	switch code := t.ExitCode; {
	case Signal(t) > 0:
		return signalText(Signal(t))
	case ntStatus[uint32(code)] != "":
		return ntStatus[uint32(code)]
	case code == 0:
		return "success"
	case code == 1:
		return "general error"
	case code == 126:
		return "the command cannot be executed"
	case code == 127:
		return "command not found"
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

// Signals that checks distinguish, by their numbers on Linux: those of the system
// on which the audit runs may differ.
const (
	SIGILL  = 4
	SIGABRT = 6
	SIGBUS  = 7
	SIGFPE  = 8
	SIGKILL = 9
	SIGSEGV = 11
	SIGTERM = 15
)

// Signal returns the number of the signal that ended the run, 0 if none did: from
// the runtime's field or, usually, the exit code.
func Signal(t *inventory.Termination) int32 {
	const lastSignal = 64
	switch {
	case t.Signal > 0:
		return t.Signal
	case t.ExitCode > 128 && t.ExitCode <= 128+lastSignal:
		return t.ExitCode - 128
	}
	return 0
}

// signals that end programs, with their meanings.
var signals = map[int32]string{
	1:       "SIGHUP",
	2:       "SIGINT",
	3:       "SIGQUIT",
	SIGILL:  "SIGILL, illegal instruction",
	5:       "SIGTRAP",
	SIGABRT: "SIGABRT, aborted itself",
	SIGBUS:  "SIGBUS, bad memory access",
	SIGFPE:  "SIGFPE, arithmetic error",
	SIGKILL: "SIGKILL",
	10:      "SIGUSR1",
	SIGSEGV: "SIGSEGV, bad memory access",
	12:      "SIGUSR2",
	13:      "SIGPIPE",
	14:      "SIGALRM",
	SIGTERM: "SIGTERM",
	24:      "SIGXCPU",
	25:      "SIGXFSZ",
	31:      "SIGSYS, forbidden system call",
}

// ctrlC, 0xC000013A, is the exit code of a console program of Windows that was
// asked to stop.
const ctrlC = -1073741510

// ntStatus lists the exit codes of Windows that have a known name.
var ntStatus = map[uint32]string{
	0x80000003: "breakpoint",
	0xC0000005: "access violation",
	0xC0000006: "a page could not be read",
	0xC0000008: "invalid handle",
	0xC0000017: "out of memory",
	0xC000001D: "illegal instruction",
	0xC0000022: "access denied",
	0xC000007B: "no valid image, or built for another architecture",
	0xC0000094: "division by zero",
	0xC0000096: "privileged instruction",
	0xC00000FD: "stack overflow",
	0xC000012D: "out of memory, commit limit",
	0xC0000135: "DLL not found",
	0xC0000139: "entry point not found in a DLL",
	0xC000013A: "asked to stop, Ctrl+C",
	0xC0000142: "DLL could not be initialized",
	0xC0000374: "heap corruption",
	0xC0000409: "aborted itself, or stack buffer overrun",
	0xC0000420: "assertion failed",
	0xC0000602: "failed fast",
	0xE0434352: "unhandled .NET exception",
	0xE06D7363: "unhandled C++ exception",
}

// Crashed reports that a fault of the program ended the run, not its own will nor
// anybody else's.
func Crashed(t *inventory.Termination) bool {
	switch Signal(t) {
	case SIGABRT, SIGSEGV, SIGILL, SIGBUS, SIGFPE:
		return true
	}
	return t.ExitCode <= -1<<24 && t.ExitCode != ctrlC
}
