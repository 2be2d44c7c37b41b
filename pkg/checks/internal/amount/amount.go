// Package amount formats numbers for people.
package amount

import (
	"math"
	"strconv"
)

// Count says "1 pod", "2 pods".
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// Bytes formats a size in Gi with at most one decimal, a smaller one in Mi.
func Bytes(n float64) string {
	unit, size := "Mi", float64(1<<20)
	if n >= 1<<30 {
		unit, size = "Gi", 1<<30
	}
	return strconv.FormatFloat(math.Round(n/size*10)/10, 'f', -1, 64) + unit
}
