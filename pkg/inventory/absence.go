package inventory

// Absence names a ConfigMap or Secret that a kubelet does not find or, with a
// Key, a key that it lacks.
type Absence struct {
	// Kind is ConfigMap or Secret.
	Kind, Name, Key string
	// Volume is set instead of Name if the kubelet names only the volume whose
	// object lacks the key.
	Volume string
}

// FailedPullSecret is the reason of the Warning that a pull secret is absent.
// Pods do not wait for a pull secret.
const FailedPullSecret = "FailedToRetrieveImagePullSecret"
