package manifest

import (
	"reflect"
	"strings"
)

// jsonType is what JSON calls what Go decodes.
func jsonType(kind reflect.Kind) string {
	switch kind {
	case reflect.String:
		return "a string"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Struct, reflect.Map:
		return "a mapping"
	}
	return "a number"
}

// withArticle is a value as encoding/json calls it: "string", "number 1.5".
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

func valueOr(s, whenEmpty string) string {
	if s == "" {
		return whenEmpty
	}
	return s
}
