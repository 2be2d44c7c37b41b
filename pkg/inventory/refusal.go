package inventory

import corev1 "k8s.io/api/core/v1"

// Refusal is the reason for which the API server refuses to create a pod or a
// Job.
type Refusal struct {
	By Refuser
	// Bound is what a quota or a LimitRange says, empty where another refuses.
	Bound string
	// Quota is the ResourceQuota's name, empty where it is not named.
	Quota string
	// Resources are those of the quota that are exceeded, Requested how much was asked
	// for, nil where that cannot be read.
	Resources []string
	Requested corev1.ResourceList
}

// Refuser names the cause of a refusal, empty if it is not known.
type Refuser string

// What refuses objects.
const (
	ByQuota          Refuser = "quota"
	ByLimitRange     Refuser = "LimitRange"
	ByPodSecurity    Refuser = "Pod Security"
	ByWebhook        Refuser = "webhook"
	ByBrokenWebhook  Refuser = "webhook that does not respond"
	ByServiceAccount Refuser = "ServiceAccount that does not exist"
	ByPriorityClass  Refuser = "PriorityClass that does not exist"
)
