// Package inventory is the cluster as the audit sees it, and how it is read.
//
// A source (Live or Files) reads objects, page by page. Each object is trimmed
// to what an audit may keep, then projected into small facts and dropped. When
// all is read, the facts are resolved once into workloads and their relations.
// Everything right of the inventory is a pure function of it.
//
// What checks read is the model: Inventory and all that can be reached from its
// exported fields and methods. For checks of other modules, it is as stable as package
// audit. The sources, and how they are made, are not for others.
//
//	source ── object ──▶ trim ──▶ collector (facts) ── resolve ──▶ Inventory
//	                       └────▶ snapshot
package inventory
