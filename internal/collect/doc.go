// Package collect makes an inventory from objects of the Kubernetes API, in two
// phases.
//
// While a source reads, page by page, each object is trimmed to the parts that
// an audit may keep, projected into small facts, and dropped. Facts are only
// added; each describes only its own object, and equal parts are kept once. When
// everything is read, Build computes what concerns several objects at once:
// owners, the defaults of LimitRanges, relations. It changes no fact.
//
//	source ── object ──▶ Trim ──▶ Facts.Add ──▶ Facts ── Build ──▶ Inventory
//	                       └────▶ snapshot
package collect
