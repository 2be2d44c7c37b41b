// Package ports finds ports nobody listens on.
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
		// Closed only at the end: until then the kernel does not hand out the same port twice.
		defer listener.Close()
		found[i] = listener.Addr().(*net.TCPAddr).Port
	}
	return found, nil
}

// Taken tells whether err, which holds the end of a program's log, is about a port that another program took first.
func Taken(err error) bool {
	return err != nil && strings.Contains(err.Error(), "address already in use")
}
