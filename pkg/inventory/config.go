package inventory

import "time"

// ConfigSource is a ConfigMap or Secret, without what is in it.
type ConfigSource struct {
	Object
	// Keys are sorted. They are nil when they are not known: the API server
	// records which keys were written, but not for objects of old versions.
	Keys []string
	// Changed is when its content was last written; zero when that is not known.
	Changed time.Time
}

// Config finds a ConfigMap or Secret, nil if there is none of that name among
// those that were read.
func (inv *Inventory) Config(kind, namespace, name string) *ConfigSource {
	if source := Find(inv.Configs, namespace, kind, name); source != nil {
		return source
	}
	// Some are announced for all namespaces.
	return Find(inv.Configs, "", kind, name)
}
