package inventory

// Absence is a ConfigMap or Secret that a kubelet does not find or, with a Key, one
// of its keys.
type Absence struct {
	// Kind is ConfigMap or Secret.
	Kind, Name, Key string
	// Volume is the one whose object has no such key, where the kubelet does not name
	// the object itself.
	Volume string
}

// FailedPullSecret is the reason of the Warning that a pull secret is absent, for
// which no pod waits.
const FailedPullSecret = "FailedToRetrieveImagePullSecret"
