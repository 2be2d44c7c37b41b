package inventory

import corev1 "k8s.io/api/core/v1"

// Refusal is the reason for which the API server refuses to create a pod or a
// Job.
type Refusal struct {
	By Refuser
	// Bound quotes a quota or a LimitRange, empty for other refusals.
	Bound string
	// Quota is the name of the ResourceQuota, empty if the message does not name
	// it.
	Quota string
	// Resources are the exceeded resources of the quota. Requested is the amount
	// that was asked for, nil if the message is not understood.
	Resources []string
	Requested corev1.ResourceList
}

// Refuser names the source of a refusal, empty if it is not known.
type Refuser string

// The known sources of refusals.
const (
	ByQuota          Refuser = "quota"
	ByLimitRange     Refuser = "LimitRange"
	ByPodSecurity    Refuser = "Pod Security"
	ByWebhook        Refuser = "webhook"
	ByBrokenWebhook  Refuser = "webhook that does not respond"
	ByServiceAccount Refuser = "ServiceAccount that does not exist"
	ByPriorityClass  Refuser = "PriorityClass that does not exist"
)
