// Package amount formats numbers for people.
package amount

import (
	"math"
	"slices"
	"strconv"

	"k8s.io/apimachinery/pkg/api/resource"
)

// Count says "1 pod", "2 pods".
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// Times says "once", "3 times".
func Times(n int) string {
	if n == 1 {
		return "once"
	}
	return strconv.Itoa(n) + " times"
}

// Share says "3 of 5 pods" and a separator, or nothing if there is only one.
func Share(n, of int, separator string) string {
	if of == 1 {
		return ""
	}
	return strconv.Itoa(n) + " of " + Count(of, "pod") + separator
}

// Quantity formats a number of bytes exactly, as people write it: 256Mi, 500M.
func Quantity(n int64) string {
	binary, decimal := resource.NewQuantity(n, resource.BinarySI).String(), resource.NewQuantity(n, resource.DecimalSI).String()
	return slices.MinFunc([]string{binary, decimal}, func(a, b string) int { return len(a) - len(b) })
}

// AtLeast formats a number of bytes in whole Mi, rounded down so that it is never
// overstated.
func AtLeast(n int64) string {
	const mi = 1 << 20
	if whole := n - n%mi; whole > 0 {
		n = whole
	}
	return resource.NewQuantity(n, resource.BinarySI).String()
}

// Bytes formats a size in Gi with at most one decimal, a smaller one in Mi.
func Bytes(n float64) string {
	unit, size := "Mi", float64(1<<20)
	if n >= 1<<30 {
		unit, size = "Gi", 1<<30
	}
	return strconv.FormatFloat(math.Round(n/size*10)/10, 'f', -1, 64) + unit
}
