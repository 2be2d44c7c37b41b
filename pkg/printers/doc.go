// Package printers writes for people: one format in each file. What programs
// read (JSON, YAML, names, templates) comes from kubectl's own printers.
//
// Whatever is written, a cluster's words never reach a terminal as anything
// but printable text on their own line: every printer composes its lines of
// cells, and a cell holds nothing else.
package printers
