package inventory

import "time"

// ConfigSource is a ConfigMap or Secret without its values.
type ConfigSource struct {
	Object
	// Keys are sorted. They are nil if they are not known: the API server records
	// which keys were written, but not for objects from old releases.
	Keys []string
	// Changed is the time at which its content was last written, zero if unknown.
	Changed time.Time
}

// Config finds a ConfigMap or Secret. It returns nil if none of that name was
// read.
func (inv *Inventory) Config(kind, namespace, name string) *ConfigSource {
	if source := Find(inv.Configs, namespace, kind, name); source != nil {
		return source
	}
	// Some exist under one name in all namespaces.
	return Find(inv.Configs, "", kind, name)
}
