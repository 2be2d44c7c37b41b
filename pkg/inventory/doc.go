// Package inventory is the cluster as an audit sees it: workloads, Services, nodes
// and what is related to them, and the questions that may be asked of it.
//
// An Inventory is made once, by what reads a cluster or files, and then only
// read. Nothing in it may be changed: checks judge it at the same time.
package inventory
