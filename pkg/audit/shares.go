package audit

import (
	"runtime"
	"sync"
)

// inShares divides a list among the processors, and returns the result of each
// part in the order of the list.
func inShares[T, R any](list []T, work func(share []T) R) []R {
	results := make([]R, runtime.GOMAXPROCS(0))
	var working sync.WaitGroup
	for i := range results {
		share := list[i*len(list)/len(results) : (i+1)*len(list)/len(results)]
		working.Go(func() { results[i] = work(share) })
	}
	working.Wait()
	return results
}
