package resources

import (
	"regexp"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// refusal is the reason why the API server refused an object: a quota or a
// LimitRange.
type refusal struct {
	// quota is the ResourceQuota's name, empty for a LimitRange, which the API
	// server does not name.
	quota string
	// resources lists those that the quota bounds and that were exceeded, or
	// none; requested is the amount of each.
	resources []string
	requested corev1.ResourceList
	// text is the API server's explanation.
	text string
}

// These are the messages of the plugins ResourceQuota and LimitRanger, from
// k8s.io/apiserver/pkg/admission/plugin/resourcequota/controller.go and
// k8s.io/kubernetes/plugin/pkg/admission/limitranger/admission.go.
var (
	exceeded = regexp.MustCompile(`exceeded quota: ([^,\s]+), requested: (\S+), used: \S+, limited: \S+`)
	failed   = regexp.MustCompile(`failed quota: ([^:\s]+): must specify (.*)`)
	uncovers = regexp.MustCompile(`insufficient quota to (?:consume|match these scopes): .*`)
	ranged   = regexp.MustCompile(`(?:minimum|maximum) \S+ usage per \S+ is |\S+ max limit to request ratio per \S+ is `)
)

// refusalOf parses a message of the API server, as controllers report it; ok is
// false if neither a quota nor a LimitRange is the reason.
func refusalOf(message string) (r refusal, ok bool) {
	// Most failures have another reason.
	if !strings.Contains(message, "quota") && !strings.Contains(message, " per ") {
		return refusal{}, false
	}
	if m := exceeded.FindStringSubmatch(message); m != nil {
		names, requested := quantitiesIn(m[2])
		return refusal{quota: m[1], resources: names, requested: requested, text: m[0]}, true
	}
	if m := failed.FindStringSubmatch(message); m != nil {
		return refusal{quota: m[1], text: m[0]}, true
	}
	if m := uncovers.FindString(message); m != "" {
		return refusal{text: m}, true
	}
	if at := ranged.FindStringIndex(message); at != nil {
		return refusal{text: "a LimitRange: " + strings.TrimSuffix(message[at[0]:], "]")}, true
	}
	return refusal{}, false
}

// quantitiesIn parses "limits.memory=1Gi,pods=1"; quantities is nil if one of them
// cannot be parsed.
func quantitiesIn(list string) (names []string, quantities corev1.ResourceList) {
	quantities = corev1.ResourceList{}
	readable := true
	for pair := range strings.SplitSeq(list, ",") {
		name, amount, found := strings.Cut(pair, "=")
		if !found {
			continue
		}
		quantity, err := resource.ParseQuantity(amount)
		readable = readable && err == nil
		names, quantities[corev1.ResourceName(name)] = append(names, name), quantity
	}
	if !readable {
		return names, nil
	}
	return names, quantities
}
