package audit

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// shardFacts contain what the whole needs beyond the report of a shard: the sums that
// scores are rounded from, what was read, and what is judged when all is known.
type shardFacts struct {
	// Time is zero for files.
	Time        time.Time        `json:"time,omitzero"`
	Part        bool             `json:"part,omitempty"`
	MayHoldMore bool             `json:"mayHoldMore,omitempty"`
	Reads       []inventory.Read `json:"reads"`
	Excluded    []string         `json:"excluded,omitempty"`
	// Nodes are whole in the first shard, and a name and a load in the others: nodes
	// are judged by all their pods.
	Nodes []*inventory.Node `json:"nodes,omitempty"`
	// Positions lists the positions of the nodes, if they come from files.
	Positions []*inventory.Position `json:"positions,omitempty"`
	Accounts  accounts              `json:"accounts"`
	// Unknown are the first subjects that could not be judged, by check.
	Unknown     map[string]unknownSubject `json:"unknown,omitempty"`
	Annotations int                       `json:"annotations,omitempty"`
	// Uses lists the uses of the exceptions, in their order.
	Uses []exceptionUse `json:"uses,omitempty"`
}

type exceptionUse struct {
	Matched int    `json:"matched,omitempty"`
	Folded  string `json:"folded,omitempty"`
	Hidden  bool   `json:"hidden,omitempty"`
}

// nodesOfShard returns what a shard knows of the nodes.
func nodesOfShard(inv *inventory.Inventory) []*inventory.Node {
	if inv.Scope.Shard == nil || inv.Scope.Shard.Index == 1 {
		return inv.Nodes
	}
	var loads []*inventory.Node
	for _, n := range inv.Nodes {
		if n.Load.Pods > 0 {
			loads = append(loads, &inventory.Node{Object: inventory.Object{Name: n.Name}, Load: n.Load})
		}
	}
	return loads
}

// reportShard adds the facts to the report of a shard.
func (a *Audit) reportShard(nodes []*inventory.Node) {
	shard := a.inv.Scope.Shard
	if shard == nil {
		return
	}
	facts := shardFacts{
		Time: a.inv.Time, Part: a.inv.Part, MayHoldMore: a.inv.MayHoldMore, Reads: a.inv.Reads, Excluded: a.inv.Excluded,
		Nodes: nodes, Accounts: a.accounts, Unknown: map[string]unknownSubject{}, Annotations: len(a.suppressor.annotations.found),
	}
	delete(facts.Accounts, "")
	if a.inv.Positions != nil {
		for _, n := range nodes {
			facts.Positions = append(facts.Positions, a.inv.Positions.Find(&n.Object))
		}
	}
	for id, o := range a.outcomes {
		if o.unknown.Reason != "" {
			facts.Unknown[id] = o.unknown
		}
	}
	for _, u := range a.suppressor.exceptions {
		facts.Uses = append(facts.Uses, exceptionUse{Matched: u.matched, Folded: u.folded, Hidden: u.hidden.Load()})
	}
	a.report.Shard = &api.Shard{Index: shard.Index, Of: shard.Of, Division: shard.Division(), Facts: facts.compressed()}
}

func (f *shardFacts) compressed() string {
	var text bytes.Buffer
	packed := gzip.NewWriter(&text)
	if err := json.NewEncoder(packed).Encode(f); err != nil {
		panic(fmt.Sprintf("facts are always valid JSON: %v", err))
	}
	// A buffer takes all.
	_ = packed.Close()
	return base64.StdEncoding.EncodeToString(text.Bytes())
}

// maxFacts bounds what compressed facts of a file can grow to.
const maxFacts = 1 << 30

func factsOf(s *api.Shard) (*shardFacts, error) {
	packed, err := base64.StdEncoding.DecodeString(s.Facts)
	if err != nil {
		return nil, err
	}
	text, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	var facts shardFacts
	return &facts, json.NewDecoder(io.LimitReader(text, maxFacts)).Decode(&facts)
}
