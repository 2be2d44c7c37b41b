// Package untyped reads JSON objects whose fields may have any type: a field of
// an unexpected type counts as absent.
package untyped

// Object returns a field that is an object, nil if it is not.
func Object(in map[string]any, name string) map[string]any {
	object, _ := in[name].(map[string]any)
	return object
}

// List returns the objects in a field that is a list.
func List(in map[string]any, name string) []map[string]any {
	items, _ := in[name].([]any)
	var objects []map[string]any
	for _, item := range items {
		if o, ok := item.(map[string]any); ok {
			objects = append(objects, o)
		}
	}
	return objects
}

// Text returns a field that is a text, empty if it is not.
func Text(in map[string]any, name string) string {
	s, _ := in[name].(string)
	return s
}
