// Package inventory is the cluster as an audit sees it: workloads, Services,
// nodes, the objects related to them, and the questions that a check may ask
// about them.
//
// An Inventory is built once, from a cluster or from files, and then only read.
// Nothing in it may be changed, because checks use it at the same time.
//
// For checks of other modules it is as stable as package audit: until v1, a
// minor version may change it, and the changelog says what to write instead;
// from v1 on, fields and methods are only added.
package inventory
