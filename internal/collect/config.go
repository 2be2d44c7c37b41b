package collect

import (
	"encoding/json"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// KeepsManagedFields reports whether only metadata of a kind is read, with its
// managedFields. These say which keys there are, and since when.
func KeepsManagedFields(kind string) bool { return kind == "ConfigMap" || kind == "Secret" }

func projectConfigMap(c *corev1.ConfigMap) *inventory.ConfigSource {
	var keys []string
	for key := range c.Data {
		keys = append(keys, key)
	}
	for key := range c.BinaryData {
		keys = append(keys, key)
	}
	return projectConfig("ConfigMap", c, keys)
}

func projectSecret(s *corev1.Secret) *inventory.ConfigSource {
	var keys []string
	for key := range s.Data {
		keys = append(keys, key)
	}
	for key := range s.StringData {
		keys = append(keys, key)
	}
	return projectConfig("Secret", s, keys)
}

func projectConfig(kind string, m metav1.Object, keys []string) *inventory.ConfigSource {
	source := &inventory.ConfigSource{Object: objectOf("v1", kind, m)}
	source.Labels = nil
	for _, entry := range m.GetManagedFields() {
		written, ok := contentFields(entry)
		if !ok {
			continue
		}
		keys = append(keys, written...)
		if entry.Time != nil && entry.Time.After(source.Changed) {
			source.Changed = entry.Time.Time
		}
	}
	slices.Sort(keys)
	source.Keys = slices.Compact(keys)
	return source
}

// contentFields returns the keys that a manager has written, and whether it has
// written any content.
func contentFields(entry metav1.ManagedFieldsEntry) (keys []string, ok bool) {
	if entry.FieldsV1 == nil {
		return nil, false
	}
	var written map[string]json.RawMessage
	if json.Unmarshal(entry.FieldsV1.GetRawBytes(), &written) != nil {
		return nil, false
	}
	for _, content := range []string{"f:data", "f:binaryData", "f:stringData"} {
		var fields map[string]json.RawMessage
		if written[content] == nil || json.Unmarshal(written[content], &fields) != nil {
			continue
		}
		ok = true
		for name := range fields {
			if key, isKey := strings.CutPrefix(name, "f:"); isKey {
				keys = append(keys, key)
			}
		}
	}
	return keys, ok
}

// emptied keeps the keys and drops the values.
func emptied[V any](data map[string]V) map[string]V {
	var none V
	for key := range data {
		data[key] = none
	}
	return data
}

// configsOf returns the ConfigMaps and Secrets that were read or announced. If
// one was read twice with different keys, its keys are unknown, because files
// may contain two for different installations.
func configsOf(f *Facts) []*inventory.ConfigSource {
	configs := own(f, f.configs)
	for _, s := range f.configs {
		if last := inventory.Find(configs, s.Namespace, s.Kind, s.Name); last.UID == s.UID && !slices.Equal(s.Keys, last.Keys) {
			last.Keys = nil
		}
	}
	if len(f.announced) == 0 {
		return configs
	}
	type name struct{ kind, namespace, name string }
	known := map[name]bool{}
	for _, s := range configs {
		known[name{s.Kind, s.Namespace, s.Name}] = true
	}
	for _, s := range f.announced {
		if n := (name{s.Kind, s.Namespace, s.Name}); !known[n] {
			known[n] = true
			configs = append(configs, s)
		}
	}
	return configs
}
