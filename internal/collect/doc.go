// Package collect makes an inventory of the objects of the Kubernetes API.
//
// A source hands over objects, page by page. Each is trimmed to what an audit may
// keep, then projected into small facts and dropped. When all is read, the facts
// are resolved once into workloads and their relations.
//
//	source ── object ──▶ Trim ──▶ Collector.Add (facts) ── Inventory ──▶ the model
//	                       └────▶ snapshot
package collect
