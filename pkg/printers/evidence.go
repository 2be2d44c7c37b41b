package printers

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// podsText names pods of a finding with their nodes: a (n1), b (n2), and 4 more.
func podsText(e api.Evidence) string {
	names, _ := e["podNames"].([]string)
	nodes, _ := e["podNodes"].([]string)
	var pods []string
	for i, name := range names {
		if i < len(nodes) && nodes[i] != "" {
			name += " (" + nodes[i] + ")"
		}
		pods = append(pods, name)
	}
	text := strings.Join(pods, ", ")
	if all, _ := e["pods"].(int); len(pods) > 0 && all > len(pods) {
		text += fmt.Sprintf(", and %d more", all-len(pods))
	}
	return text
}

// evidenceText writes all evidence except the pods, which are shown elsewhere.
func evidenceText(e api.Evidence) string {
	var facts []string
	for _, key := range factNames(e) {
		facts = append(facts, key+"="+factText(e[key]))
	}
	return strings.Join(facts, " ")
}

func factNames(e api.Evidence) []string {
	names := slices.Sorted(maps.Keys(e))
	return slices.DeleteFunc(names, func(name string) bool { return name == "podNames" || name == "podNodes" })
}

// factText writes lists with commas, and quotes values that contain spaces.
func factText(fact any) string {
	list := reflect.ValueOf(fact)
	if list.Kind() != reflect.Slice {
		text := fmt.Sprint(fact)
		if strings.Contains(text, " ") {
			return strconv.Quote(text)
		}
		return text
	}
	var items []string
	for i := range list.Len() {
		items = append(items, factText(list.Index(i).Interface()))
	}
	return strings.Join(items, ",")
}
