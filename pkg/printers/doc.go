// Package printers writes for people, with one format in each file. Formats for
// programs (JSON, YAML, names, templates) come from kubectl's own printers.
//
// Text from a cluster never reaches a terminal as anything but printable
// characters on its own line: every printer writes cells, and a cell contains
// nothing else.
package printers
