// Package cli is the kubectl plugin as a function of its catalog of checks. A
// program with other checks is a main package that calls Main.
package cli

import (
	"context"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"

	"k8s.io/cli-runtime/pkg/genericiooptions"
	"k8s.io/klog/v2"

	// A kubeconfig may use any of client-go's ways to log in.
	_ "k8s.io/client-go/plugin/pkg/client/auth"

	"github.com/go-logr/logr"

	"github.com/prodcheck/kubectl-prodcheck/internal/source/live"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
)

// Option changes how Main sets up the command.
type Option func(*program)

// Build identifies the build. If version is empty, the record that the Go
// toolchain keeps is used.
func Build(version, commit, date string) Option {
	return func(p *program) { p.version = buildVersion(version, commit, date) }
}

// Plugin sets the name by which kubectl knows the program: help and hints say
// "kubectl NAME". The default is prodcheck.
func Plugin(name string) Option {
	return func(p *program) { p.plugin = name }
}

// Main runs the command with the arguments and streams of the process, and
// returns the exit status. It audits with the checks of the catalog, in their
// order.
func Main(catalog []*audit.Check, options ...Option) int {
	boundGarbage()
	useOwnRoots()
	ctx, stop := interruptible()
	defer stop()
	streams := genericiooptions.IOStreams{In: os.Stdin, Out: os.Stdout, ErrOut: os.Stderr}
	return newProgram(catalog, streams, options...).run(ctx, os.Args)
}

// interruptible returns a context that the first signal ends. The second one kills the
// process as usual.
func interruptible() (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}

// program contains what all verbs share.
type program struct {
	catalog catalog
	version Version
	plugin  string
	// executable is the path by which the program was called.
	executable string
	// pace limits how often a cluster that is watched is judged.
	pace live.Pace
	genericiooptions.IOStreams
}

func newProgram(catalog []*audit.Check, streams genericiooptions.IOStreams, options ...Option) *program {
	p := &program{catalog: catalog, version: buildVersion("", "", ""), plugin: defaultPlugin, pace: watchPace, IOStreams: streams}
	for _, set := range options {
		set(p)
	}
	return p
}

// silenceLogs drops the logs of client-go, which are for its developers. A login that was
// left behind may still look for the logger, so it is set once.
var silenceLogs = sync.OnceFunc(func() { klog.SetLogger(logr.Discard()) })

func (p *program) run(ctx context.Context, args []string) int {
	// A reader that stops reading (head, a pager) changes neither the result of the
	// audit nor the exit status.
	signal.Ignore(syscall.SIGPIPE)
	silenceLogs()
	if err := audit.Validate(p.catalog); err != nil {
		return exitStatus(err, p.ErrOut)
	}
	args, p.IOStreams = asCompleter(args, p.IOStreams)
	p.executable = args[0]
	root := newRootCommand(p)
	root.SetArgs(args[1:])
	return exitStatus(root.ExecuteContext(ctx), p.ErrOut)
}

const defaultPlugin = "prodcheck"

// named replaces the program's default name in a text by its own.
func (p *program) named(text string) string {
	return strings.NewReplacer(
		"kubectl "+defaultPlugin, "kubectl "+p.plugin,
		pluginPrefix+defaultPlugin, pluginPrefix+p.plugin,
		completerPrefix+defaultPlugin, completerPrefix+p.plugin,
	).Replace(text)
}
