package node

import (
	"errors"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
)

// link is the network between the machine and a node: a pair of interfaces with an address each. It goes away with the
// node's network namespace, however that ends.
type link struct {
	name string // The interface on the machine; its number makes the addresses unique.
	host string
	node string
}

// linkName is the prefix of the names of all links.
const linkName = "prodcheck"

// prefix makes a network of just the two addresses.
const prefix = "/30"

// maxNodes limits how many nodes there can be at a time on one machine.
const maxNodes = 64

// interfaceInNode is the name of the node's end.
const interfaceInNode = "eth0"

// connect links this machine to the network namespace of a process.
func connect(pid int) (*link, error) {
	for i := range maxNodes {
		// 198.18.0.0/15 is reserved for tests of networks, so no machine's real network uses it.
		l := &link{
			name: fmt.Sprintf("%s%d", linkName, i),
			host: fmt.Sprintf("198.18.%d.1", i),
			node: fmt.Sprintf("198.18.%d.2", i),
		}
		err := ip("link", "add", l.name, "type", "veth", "peer", "name", interfaceInNode, "netns", strconv.Itoa(pid))
		// Another node has this name: the kernel gives it only once.
		if errors.Is(err, errExists) {
			continue
		}
		if err != nil {
			return nil, err
		}
		return l, configure(l.name, l.host+prefix)
	}
	return nil, fmt.Errorf("%d nodes are running on this machine already", maxNodes)
}

// remove does at once what the kernel does some time after the namespace has ended.
func (l *link) remove() {
	// If the kernel was quicker there is nothing to remove.
	_ = ip("link", "delete", l.name)
}

// configure gives an interface its address, with the length of the network's prefix.
func configure(name, address string) error {
	return errors.Join(ip("address", "add", address, "dev", name), ip("link", "set", name, "up"))
}

var errExists = errors.New("it exists")

func ip(args ...string) error {
	output, err := exec.Command("ip", args...).CombinedOutput()
	switch {
	case err == nil:
		return nil
	case strings.Contains(string(output), "File exists"):
		return errExists
	default:
		return fmt.Errorf("ip %s: %w: %s", strings.Join(args, " "), err, strings.TrimSpace(string(output)))
	}
}
