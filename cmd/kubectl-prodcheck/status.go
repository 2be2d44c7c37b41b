package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"syscall"
)

// The exit statuses, as the help of the root command lists them.
const (
	statusOK          = 0
	statusUnmet       = 1
	statusFailed      = 2
	statusIncomplete  = 3
	statusInterrupted = 130
)

// demandError is an audit that ran but does not satisfy the one who asked for
// it.
type demandError struct {
	status int
	reason string
}

func (e demandError) Error() string { return e.reason }

// usageError is a mistake on the command line.
type usageError struct {
	command string
	err     error
}

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

// exitStatus says why a command failed, once and in one line, and gives the
// status to end with.
func exitStatus(err error, errOut io.Writer) int {
	var demand demandError
	var usage usageError
	switch {
	case err == nil, isClosedPipe(err):
		return statusOK
	case errors.Is(err, context.Canceled):
		return statusInterrupted
	case errors.As(err, &demand):
		fmt.Fprintln(errOut, errorMessage(err))
		return demand.status
	case errors.As(err, &usage):
		fmt.Fprintln(errOut, errorMessage(err))
		fmt.Fprintf(errOut, "See '%s -h' for help and examples\n", usage.command)
		return statusFailed
	}
	fmt.Fprintln(errOut, errorMessage(err))
	return statusFailed
}

// isClosedPipe reports whether nobody reads the output any more.
func isClosedPipe(err error) bool { return errors.Is(err, syscall.EPIPE) }
