package stability

import (
	"fmt"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
	"github.com/prodcheck/kubectl-prodcheck/pkg/checks/internal/amount"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// history counts the restarts of some replicas, for any cause, and the time in
// which they happened: the longest that any of their pods has existed, 0 if that
// is not known. The API keeps no more.
type history struct {
	restarts int
	in       time.Duration
	// seen contains the part that an observation saw.
	seen inventory.ObservedContainer
}

func historyOf(items []ending, now time.Time) history {
	var past history
	for _, r := range items {
		past.restarts += int(r.container.Restarts)
		seen := r.pod.ObservedIn(r.container.Name)
		past.seen.Restarts += seen.Restarts
		past.seen.OOMKills += seen.OOMKills
		if !r.pod.Created.IsZero() {
			past.in = max(past.in, now.Sub(r.pod.Created))
		}
	}
	return past
}

// text says "12 restarts in 5h".
func (h history) text(p *audit.Pass) string {
	text := amount.Count(h.restarts, "restart")
	if h.in > 0 {
		text += " in " + p.Age(p.Now.Add(-h.in))
	}
	if observed := p.Observed(inventory.Pods); observed > 0 {
		text += fmt.Sprintf(", %d in the %s observed", h.seen.Restarts, amount.Duration(observed))
		if h.seen.OOMKills > 0 {
			text += " (" + amount.Count(h.seen.OOMKills, "OOM kill") + ")"
		}
	}
	return text
}

// clause says "; 12 restarts in 5h", or nothing if there were none.
func (h history) clause(p *audit.Pass) string {
	if h.restarts <= 0 {
		return ""
	}
	return "; " + h.text(p)
}

// perHour returns a rate per hour, of a time of at least one hour: a shorter one
// proves too little.
func (h history) perHour() float64 {
	return float64(h.restarts) / max(h.in.Hours(), 1)
}
