// Package inventory is the cluster as an audit sees it: workloads, Services, nodes
// and what is related to them, and the questions that may be asked of it.
//
// An Inventory is made once, by what reads a cluster or files, and then only
// read. Nothing in it may be changed: checks judge it at the same time.
//
// For checks of other modules it is as stable as package audit: until v1, a minor
// version may change it, and the changelog says what to write instead; from v1 on,
// fields and methods are only added.
package inventory
