// Package collect makes an inventory of the objects of the Kubernetes API, in two
// phases.
//
// While a source reads, page by page, each object is trimmed to what an audit may
// keep, projected into small facts, and dropped. Facts are only added, each says
// what its own object says, and what they have in common is kept once. When all is
// read, Build works out what is said of several objects at once: owners, the
// defaults of LimitRanges, relations. It changes no fact.
//
//	source ── object ──▶ Trim ──▶ Facts.Add ──▶ Facts ── Build ──▶ Inventory
//	                       └────▶ snapshot
package collect
