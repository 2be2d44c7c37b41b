package cli

import (
	"errors"
	"runtime"
	"slices"
	"syscall"
)

// isClosedPipe reports whether nobody reads the output any longer.
func isClosedPipe(err error) bool { return isErrno(err, syscall.EPIPE, brokenPipe, pipeClosing) }

// isRefused reports whether nobody listens at the address of a server.
func isRefused(err error) bool { return isErrno(err, syscall.ECONNREFUSED, connectionRefused) }

// Codes that Windows has instead of those of Unix.
const (
	brokenPipe        syscall.Errno = 109
	pipeClosing       syscall.Errno = 232
	connectionRefused syscall.Errno = 10061
)

// isErrno reports whether the system returned the code of Unix or, on Windows, one of its own.
func isErrno(err error, unix syscall.Errno, windows ...syscall.Errno) bool {
	return errors.Is(err, unix) ||
		runtime.GOOS == "windows" && slices.ContainsFunc(windows, func(code syscall.Errno) bool { return errors.Is(err, code) })
}
