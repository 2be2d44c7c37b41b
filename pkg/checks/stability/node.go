package stability

import (
	"slices"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// nodeNamed finds a node, nil if it was not read.
func nodeNamed(p *audit.Pass, name string) *inventory.Node {
	i, found := slices.BinarySearchFunc(p.Nodes, name, func(n *inventory.Node, name string) int { return strings.Compare(n.Name, name) })
	if !found {
		return nil
	}
	return p.Nodes[i]
}
