// Package ports finds ports on which nobody listens.
package ports

import (
	"fmt"
	"net"
	"strings"
)

// Free returns n different ports of address that were free a moment ago. Another program may take one before the
// caller does, so a caller that finds its port taken asks again.
func Free(address string, n int) ([]int, error) {
	found := make([]int, n)
	for i := range found {
		listener, err := net.Listen("tcp", net.JoinHostPort(address, "0"))
		if err != nil {
			return nil, fmt.Errorf("find a free port on %s: %w", address, err)
		}
		// Close it only at the end: until then the kernel does not return the same
		// port twice.
		defer listener.Close()
		found[i] = listener.Addr().(*net.TCPAddr).Port
	}
	return found, nil
}

// Taken reports whether err, which contains the end of a program's log, is about
// a port that another program took first.
func Taken(err error) bool {
	return err != nil && strings.Contains(err.Error(), "address already in use")
}
