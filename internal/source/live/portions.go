package live

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/internal/collect"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// portionSize is the least number of objects in a portion but the last: each costs some
// time, however small it is.
const portionSize = 500

// ErrOutOfOrder means that a server lists in another order than an API server, so that a
// portion may have been incomplete. It can be read as a whole.
var ErrOutOfOrder = errors.New("the server went back to a namespace that was complete")

// portions makes inventories of a cluster, of some namespaces after the other.
type portions struct {
	*Source
	req   inventory.Request
	facts *collect.Facts
	// pass receives all but the last.
	pass func(*inventory.Inventory)
	// at is the time of all of them.
	at time.Time
	// confirmed counts the owners that were asked for.
	confirmed int
}

// possible reports whether namespaces can be judged one after the other. What is done
// after reading needs the facts of all.
func (p *portions) possible() bool {
	scope := p.req.Scope
	return p.pass != nil && p.ChunkSize > 0 && scope.Whole() && !scope.Selects() && scope.Shard == nil &&
		p.req.Observe == 0 && !p.req.Logs && !p.req.KubeletStats && p.Record == nil
}

// whenComplete returns what to do when the namespaces before one are complete.
func (p *portions) whenComplete(ctx context.Context) func(before string, reads []inventory.Read) {
	if !p.possible() {
		return nil
	}
	return func(before string, reads []inventory.Read) {
		if facts := p.facts.Take(before, portionSize); facts != nil {
			scope := p.req.Scope
			scope.Portion = true
			p.confirm(ctx, facts, reads)
			facts.HandOver()
			p.pass(p.build(facts, scope, reads))
		}
	}
}

func (p *portions) confirm(ctx context.Context, facts *collect.Facts, reads []inventory.Read) {
	if p.req.ConfirmOwners {
		p.confirmed += p.confirmOwners(ctx, facts, collect.UnreadOf(reads), maxConfirmations-p.confirmed, everyOwner)
	}
}

// build makes the inventory of facts.
func (p *portions) build(facts *collect.Facts, scope inventory.Scope, reads []inventory.Read) *inventory.Inventory {
	inv := facts.Build(scope, collect.UnreadOf(reads))
	p.at = cmp.Or(p.at, p.clock.now())
	inv.Name, inv.Version, inv.Time, inv.Reads = p.Name, p.version, p.at, reads
	return inv
}
