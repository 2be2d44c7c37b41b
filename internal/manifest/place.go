package manifest

import (
	"bytes"
	"slices"

	"go.yaml.in/yaml/v3"
)

// passage is a piece of a stream: a document, or an item of a List.
type passage struct {
	text []byte
	// line is its first line, 0 if that is not worth naming; begins is the first line in any case.
	line, begins int
	// root is set once somebody asks for a place in it.
	root *yaml.Node
}

// place locates an object in a passage: path leads to it through Lists.
type place struct {
	in   *passage
	path []int
}

func (p place) item(i int) place { return place{p.in, append(slices.Clip(p.path), i)} }

// Value is a value in a stream, with its line.
type Value struct {
	Line int
	node *yaml.Node
	// above is the number of lines above its passage.
	above int
}

// rootOf reads a text as JSON, which has more ways to write a letter than YAML,
// and otherwise as YAML.
func rootOf(text []byte) *yaml.Node {
	if root, err := jsonTree(text); err == nil {
		return root
	}
	var document yaml.Node
	if yaml.Unmarshal(bytes.ToValidUTF8(text, []byte("\ufffd")), &document) != nil || len(document.Content) != 1 {
		return &yaml.Node{Line: 1}
	}
	return document.Content[0]
}

// Begins returns the line on which its document begins, also for the first
// document.
func (o *Object) Begins() int { return o.at.in.begins }

// Value finds the object in its stream. This parses the text a second time, so
// use it for few objects. An object that cannot be found has the place of its
// document.
func (o *Object) Value() Value {
	p := o.at.in
	if p.root == nil {
		p.root = rootOf(p.text)
	}
	v := Value{node: p.root, above: p.begins - 1}
	for _, i := range o.at.path {
		list := v
		if v.resolved().Kind == yaml.MappingNode {
			list, _ = v.Field("items")
		}
		items := list.Items()
		if i >= len(items) {
			break
		}
		v = items[i]
	}
	v.Line = v.above + v.node.Line
	return v
}

// Field finds a field of a mapping. Its line is the line of its name.
func (v Value) Field(name string) (Value, bool) {
	node := v.resolved()
	if node == nil || node.Kind != yaml.MappingNode {
		return Value{}, false
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if key := node.Content[i]; key.Value == name {
			return Value{v.above + key.Line, node.Content[i+1], v.above}, true
		}
	}
	return Value{}, false
}

// Items returns the items of a list.
func (v Value) Items() []Value {
	node := v.resolved()
	if node == nil || node.Kind != yaml.SequenceNode {
		return nil
	}
	items := make([]Value, len(node.Content))
	for i, item := range node.Content {
		items[i] = Value{v.above + item.Line, item, v.above}
	}
	return items
}

// Text returns the text of a scalar.
func (v Value) Text() string { return v.resolved().Value }

func (v Value) resolved() *yaml.Node {
	if v.node != nil && v.node.Kind == yaml.AliasNode {
		return v.node.Alias
	}
	return v.node
}
