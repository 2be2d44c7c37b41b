package manifest

import (
	"reflect"
	"strings"
	"unicode"
)

// jsonType names the JSON type of a Go value.
func jsonType(kind reflect.Kind) string {
	switch kind {
	case reflect.String:
		return "a string"
	case reflect.Uint8:
		return "base64"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Struct, reflect.Map:
		return "a mapping"
	case reflect.Float32, reflect.Float64:
		return "a number"
	}
	return "a whole number"
}

// withArticle puts an article before a value as encoding/json names it:
// "string", "number 1.5".
func withArticle(value string) string {
	switch kind, _, _ := strings.Cut(value, " "); kind {
	case "bool":
		return "true or false"
	case "array":
		return "a list"
	case "object":
		return "a mapping"
	}
	return "a " + value
}

// isGoName reports whether a part of a field's path is a Go type, which has no
// name in the API.
func isGoName(part string) bool { return part != "" && unicode.IsUpper(rune(part[0])) }
