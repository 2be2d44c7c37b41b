package config

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/audit"
)

// parse reads a configuration file strictly, because an unknown key is a slip
// that would silently disable a policy. It returns all mistakes at once.
func parse(name string, data []byte) (*File, error) {
	f := &File{Name: name, positions: map[string]Position{}}
	d := decoder{file: f}
	var document yaml.Node
	documents := yaml.NewDecoder(strings.NewReader(string(data)))
	switch err := documents.Decode(&document); {
	case errors.Is(err, io.EOF), err == nil && isNull(document.Content[0]):
		return nil, fmt.Errorf("%s: the file is empty", name)
	case err != nil:
		return nil, syntaxError(name, err)
	}
	d.value(document.Content[0], reflect.ValueOf(&f.Config).Elem(), "")
	d.expectKind(document.Content[0])
	var second yaml.Node
	switch err := documents.Decode(&second); {
	case errors.Is(err, io.EOF):
	case err != nil:
		return nil, syntaxError(name, err)
	default:
		d.fail(&second, "a second document: only one YAML document is allowed")
	}
	if err := d.errors.orNil(); err != nil {
		return nil, err
	}
	return f, nil
}

// decoder decodes YAML nodes into Go values of given types, and remembers where
// each value is written. No type contains itself, so decoding ends even if
// aliases form a cycle.
type decoder struct {
	file   *File
	errors Errors
}

func (d *decoder) fail(n *yaml.Node, format string, args ...any) {
	d.errors.add(d.file.Name, Position{n.Line, n.Column}, fmt.Errorf(format, args...))
}

func (d *decoder) expectKind(n *yaml.Node) {
	for _, field := range []struct{ key, value, want string }{
		{"apiVersion", d.file.Config.APIVersion, api.APIVersion}, {"kind", d.file.Config.Kind, api.ConfigKind},
	} {
		at, found := d.file.positions[field.key]
		switch {
		case field.value == field.want:
		case found:
			d.errors.add(d.file.Name, at, fmt.Errorf("%s must be %s, not %q", field.key, field.want, field.value))
		case n.Kind == yaml.MappingNode:
			d.fail(n, "%s is missing: it must be %s", field.key, field.want)
		}
	}
}

func (d *decoder) value(n *yaml.Node, v reflect.Value, key string) {
	d.file.positions[key] = Position{n.Line, n.Column}
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if v.Type() == reflect.TypeFor[api.OptionValue]() {
		d.option(n, v, key)
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		d.value(n, v.Elem(), key)
	case reflect.Struct:
		d.object(n, v, key)
	case reflect.Map:
		d.table(n, v, key)
	case reflect.Slice:
		d.list(n, v, key)
	default:
		d.scalar(n, v, key)
	}
}

// pairs visits the keys of a mapping, and refuses duplicates. A missing value
// counts as an empty mapping.
func (d *decoder) pairs(n *yaml.Node, key string, visit func(name, value *yaml.Node)) {
	switch {
	case isNull(n):
		return
	case n.Kind != yaml.MappingNode:
		d.fail(n, "%s must be a mapping of keys to values", orFile(key))
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name := n.Content[i]
		switch {
		case name.Kind != yaml.ScalarNode:
			d.fail(name, "a key in %s must be a word", orFile(key))
		case seen[name.Value]:
			d.fail(name, "key %q is in %s twice", name.Value, orFile(key))
		default:
			seen[name.Value] = true
			visit(name, n.Content[i+1])
		}
	}
}

func (d *decoder) object(n *yaml.Node, v reflect.Value, key string) {
	fields := map[string]reflect.Value{}
	var names []string
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		fields[name] = v.Field(i)
		names = append(names, name)
	}
	d.pairs(n, key, func(name, value *yaml.Node) {
		field, known := fields[name.Value]
		if !known {
			hint := "it knows " + strings.Join(names, ", ")
			if near := audit.Nearest(names, name.Value); len(near) > 0 {
				hint = "did you mean " + strings.Join(near, " or ") + "?"
			}
			d.fail(name, "unknown key %q in %s, %s", name.Value, orFile(key), hint)
			return
		}
		d.value(value, field, join(key, name.Value))
	})
}

func (d *decoder) table(n *yaml.Node, v reflect.Value, key string) {
	v.Set(reflect.MakeMap(v.Type()))
	d.pairs(n, key, func(name, value *yaml.Node) {
		item := reflect.New(v.Type().Elem()).Elem()
		at := join(key, name.Value)
		d.value(value, item, at)
		d.file.positions[at] = Position{name.Line, name.Column}
		v.SetMapIndex(reflect.ValueOf(name.Value), item)
	})
}

func (d *decoder) list(n *yaml.Node, v reflect.Value, key string) {
	switch {
	case isNull(n):
		return
	case n.Kind != yaml.SequenceNode:
		d.fail(n, "%s must be a list", key)
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
	for i, item := range n.Content {
		d.value(item, v.Index(i), fmt.Sprintf("%s[%d]", key, i))
	}
}

// scalar reads texts as they are written: 2027-01-31 is a day, 1.10 a version.
func (d *decoder) scalar(n *yaml.Node, v reflect.Value, key string) {
	switch {
	case isNull(n):
		d.fail(n, "%s has no value", key)
		return
	case n.Kind != yaml.ScalarNode:
		d.fail(n, "%s must be a single value", key)
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(n.Value)
	case reflect.Bool:
		if n.Value != "true" && n.Value != "false" {
			d.fail(n, "%s must be true or false, not %q", key, n.Value)
			return
		}
		v.SetBool(n.Value == "true")
	case reflect.Int:
		number, err := strconv.Atoi(n.Value)
		if err != nil {
			d.fail(n, "%s must be a whole number, not %q", key, n.Value)
			return
		}
		v.SetInt(int64(number))
	default:
		panic("config: no values of type " + v.Type().String())
	}
}

// option reads a single value, or a list of values.
func (d *decoder) option(n *yaml.Node, v reflect.Value, key string) {
	if n.Kind != yaml.SequenceNode {
		d.scalar(n, v, key)
		return
	}
	var items []string
	for i, item := range n.Content {
		text := reflect.New(reflect.TypeFor[string]()).Elem()
		d.scalar(item, text, fmt.Sprintf("%s[%d]", key, i))
		items = append(items, text.String())
	}
	v.SetString(strings.Join(items, ","))
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

func orFile(key string) string {
	if key == "" {
		return "the file"
	}
	return key
}

func join(key, name string) string {
	if key == "" {
		return name
	}
	return key + "." + name
}

// lineOfError matches the line number in errors of the YAML library.
var lineOfError = regexp.MustCompile(`^yaml: line (\d+): (.*)$`)

func syntaxError(name string, err error) error {
	text := strings.Join(strings.Fields(err.Error()), " ")
	if match := lineOfError.FindStringSubmatch(text); match != nil {
		return fmt.Errorf("%s:%s: not YAML: %s", name, match[1], match[2])
	}
	return fmt.Errorf("%s: not YAML: %s", name, strings.TrimPrefix(text, "yaml: "))
}
