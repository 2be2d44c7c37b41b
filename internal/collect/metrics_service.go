package collect

import (
	"cmp"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// metricsWords mark the name of a port that serves metrics.
var metricsWords = []string{"metrics", "metric", "prom", "prometheus"}

// metricsOnly reports whether the name of a Service, or the names of all its
// ports, say that only a scraper is meant to use it.
func metricsOnly(s *corev1.Service) bool {
	name := wordsOf(s.Name)
	if n := len(name); n > 1 && (name[n-1] == "service" || name[n-1] == "svc") {
		name = name[:n-1]
	}
	if len(name) > 1 && name[len(name)-1] == "metrics" {
		return true
	}
	return len(s.Spec.Ports) > 0 && !slices.ContainsFunc(s.Spec.Ports, func(p corev1.ServicePort) bool {
		return !slices.ContainsFunc(wordsOf(cmp.Or(p.Name, p.TargetPort.StrVal)), func(word string) bool {
			// A program may have such a word in its name, and serve more than its own
			// metrics.
			return slices.Contains(metricsWords, word) && !slices.Contains(name, word)
		})
	})
}

func wordsOf(name string) []string {
	return strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == '-' || r == '_' || r == '.' })
}
