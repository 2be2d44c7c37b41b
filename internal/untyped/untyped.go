// Package untyped reads JSON objects whose fields may be of any type: what is not
// of the expected one is as good as absent.
package untyped

// Object is a field that is an object, nil if it is not.
func Object(in map[string]any, name string) map[string]any {
	object, _ := in[name].(map[string]any)
	return object
}

// List are the objects in a field that is a list.
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

// Text is a field that is a text, empty if it is not.
func Text(in map[string]any, name string) string {
	s, _ := in[name].(string)
	return s
}
