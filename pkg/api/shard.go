package api

import "fmt"

// Shard marks a report of some of the namespaces. The reports of all shards are
// merged into that of the whole.
type Shard struct {
	// Index is from 1 to Of.
	Index int `json:"index"`
	Of    int `json:"of"`
	// Division is equal for shards that have divided the namespaces alike.
	Division string `json:"division"`
	// Facts contains what the merge needs beyond the report, compressed. Only the version
	// that wrote them reads them.
	Facts string `json:"facts"`
}

func (s *Shard) String() string { return fmt.Sprintf("%d/%d", s.Index, s.Of) }
