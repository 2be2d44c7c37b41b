package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

// The exit statuses, as the help of the root command lists them.
const (
	statusOK          = 0
	statusUnmet       = 1
	statusFailed      = 2
	statusIncomplete  = 3
	statusInterrupted = 130
)

// demandError means that an audit ran but does not meet the user's requirements.
type demandError struct {
	status int
	reason string
}

func (e demandError) Error() string { return e.reason }

// clusterError is the error of one of several clusters.
type clusterError struct {
	cluster string
	err     error
}

func (e clusterError) Error() string {
	return e.cluster + ": " + reasonOf(e.err)
}

// clusterErrors are the errors of some of several clusters.
type clusterErrors []clusterError

func (e clusterErrors) Error() string {
	messages := make([]string, len(e))
	for i, one := range e {
		messages[i] = one.Error()
	}
	return strings.Join(messages, "; ")
}

// status returns the status of a cluster that could not be audited, otherwise
// that of a failed requirement. Requirements that are not met take precedence
// over those that could not be judged.
func (e clusterErrors) status() int {
	status := statusIncomplete
	for _, one := range e {
		var demand demandError
		switch {
		case !errors.As(one.err, &demand):
			return statusFailed
		case demand.status == statusUnmet:
			status = statusUnmet
		}
	}
	return status
}

// failures are outputs that could not be written, and what else failed after an audit.
type failures []error

func (f failures) Error() string { return errors.Join(f...).Error() }

// before returns these failures, which decide about the exit status, and shows the other
// error first. Without failures, it returns the other error.
func (f failures) before(other error, errOut io.Writer) error {
	if len(f) == 0 {
		return other
	}
	exitStatus(other, errOut)
	return f
}

// usageError is a mistake on the command line.
type usageError struct {
	command string
	err     error
}

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

// exitStatus says why a command failed, once and in one line (or one for each
// cluster or each mistake in a file), and returns the exit status.
func exitStatus(err error, errOut io.Writer) int {
	var demand demandError
	var several clusterErrors
	var mistaken configError
	var usage usageError
	var failed failures
	switch {
	case err == nil, isClosedPipe(err):
		return statusOK
	case errors.Is(err, context.Canceled):
		return statusInterrupted
	case errors.As(err, &demand):
		fmt.Fprintln(errOut, errorMessage(err))
		return demand.status
	case errors.As(err, &several):
		for _, one := range several {
			fmt.Fprintln(errOut, errorMessage(one))
		}
		return several.status()
	case errors.As(err, &failed):
		for _, one := range failed {
			fmt.Fprintln(errOut, errorMessage(one))
		}
		return statusFailed
	case errors.As(err, &mistaken):
		for _, one := range mistaken.mistakes() {
			fmt.Fprintln(errOut, errorMessage(one))
		}
		return statusFailed
	case errors.As(err, &usage):
		fmt.Fprintln(errOut, errorMessage(err))
		fmt.Fprintf(errOut, "See '%s -h' for help and examples\n", usage.command)
		return statusFailed
	}
	fmt.Fprintln(errOut, errorMessage(err))
	return statusFailed
}
