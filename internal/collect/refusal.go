package collect

import (
	"regexp"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// These are the messages of the plugins ResourceQuota and LimitRanger, from
// k8s.io/apiserver/pkg/admission/plugin/resourcequota/controller.go and
// k8s.io/kubernetes/plugin/pkg/admission/limitranger/admission.go.
var (
	exceeded = regexp.MustCompile(`exceeded quota: ([^,\s]+), requested: (\S+), used: \S+, limited: \S+`)
	failed   = regexp.MustCompile(`failed quota: ([^:\s]+): must specify (.*)`)
	uncovers = regexp.MustCompile(`insufficient quota to (?:consume|match these scopes): .*`)
	ranged   = regexp.MustCompile(`(?:minimum|maximum) \S+ usage per \S+ is |\S+ max limit to request ratio per \S+ is `)
)

// refusers are recognized by the words of the API server. The first entry that
// matches counts.
var refusers = []struct {
	words string
	by    inventory.Refuser
}{
	{"violates PodSecurity", inventory.ByPodSecurity},
	{"failed calling webhook", inventory.ByBrokenWebhook},
	{"denied the request", inventory.ByWebhook},
	{"serviceaccount", inventory.ByServiceAccount},
	{"quota", inventory.ByQuota},
	{"no PriorityClass", inventory.ByPriorityClass},
}

// refusal reads a message of the API server, as controllers report it.
func refusal(message string) *inventory.Refusal {
	r := bound(message)
	for _, known := range refusers {
		if strings.Contains(message, known.words) {
			r.By = known.by
			break
		}
	}
	return r
}

// bound parses the message of a quota or a LimitRange, if one of them is the
// reason.
func bound(message string) *inventory.Refusal {
	// Most failures have another reason.
	if !strings.Contains(message, "quota") && !strings.Contains(message, " per ") {
		return &inventory.Refusal{}
	}
	if m := exceeded.FindStringSubmatch(message); m != nil {
		names, requested := quantitiesIn(m[2])
		return &inventory.Refusal{Quota: m[1], Resources: names, Requested: requested, Bound: m[0]}
	}
	if m := failed.FindStringSubmatch(message); m != nil {
		return &inventory.Refusal{Quota: m[1], Bound: m[0]}
	}
	if m := uncovers.FindString(message); m != "" {
		return &inventory.Refusal{Bound: m}
	}
	if at := ranged.FindStringIndex(message); at != nil {
		return &inventory.Refusal{By: inventory.ByLimitRange, Bound: "a LimitRange: " + strings.TrimSuffix(message[at[0]:], "]")}
	}
	return &inventory.Refusal{}
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
