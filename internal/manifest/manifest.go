// Package manifest reads Kubernetes objects from streams of YAML and JSON, one
// after the other: memory grows with the largest object, not with the stream.
package manifest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
	kjson "sigs.k8s.io/json"
)

// Object is a mapping: a document, or an item of a List. Its Header shows
// whether it belongs to Kubernetes.
type Object struct {
	Header
	// List is set for a List, which comes after its items and has no JSON.
	List bool
	JSON []byte
	// Line is the first line of its document, 0 for the first document of a stream.
	Line int

	at place
}

// Header identifies an object.
type Header struct {
	APIVersion string   `json:"apiVersion"`
	Kind       string   `json:"kind"`
	Metadata   Metadata `json:"metadata"`
}

// Metadata is the part of an object that names it.
type Metadata struct {
	Name         string `json:"name"`
	GenerateName string `json:"generateName"`
	Namespace    string `json:"namespace"`
}

// Problem describes a document that is not an object. The documents after it can
// be read.
type Problem struct {
	// Line is its line, 0 if a line says nothing.
	Line   int
	Reason string
}

func (p *Problem) Error() string { return p.Reason }

// PlainText is the Reason of a document that is not a mapping.
const PlainText = "plain text, not a Kubernetes object"

// Limit is a number of bytes, and the name that its user knows. A size of 0
// means no limit.
type Limit struct {
	Size int64
	Name string
}

// Exceeded reports whether n bytes are too many.
func (l Limit) Exceeded(n int64) bool { return l.Size > 0 && n > l.Size }

func (l Limit) String() string {
	return fmt.Sprintf("%s (%s)", resource.NewQuantity(l.Size, resource.BinarySI), l.Name)
}

// maxDepth limits how deep Lists may be nested.
const maxDepth = 8

// list gathers what is known about a List while its items are read.
type list struct {
	Header
	// nameless are items without a kind that came before the kind of the List.
	nameless []Object
	size     int64
}

// kindOf gives an item the kind that its List implies.
func (l *list) kindOf(o *Object) {
	if l.Kind == "" || l.Kind == "List" {
		return
	}
	if o.Kind == "" {
		o.Kind = strings.TrimSuffix(l.Kind, "List")
	}
	if o.APIVersion == "" {
		o.APIVersion = l.APIVersion
	}
}

// toJSON converts one document. It may be called concurrently.
func (r *reader) toJSON(text []byte, line int) ([]byte, error) {
	if r.limit.Exceeded(int64(len(text))) {
		return nil, r.tooLarge()
	}
	if json.Valid(text) {
		return bytes.TrimSpace(text), nil
	}
	return yamlToJSON(text, line, r.limit)
}

// objects yields the objects in a document.
func (r *reader) objects(p *passage, of *list) bool {
	raw, err := r.toJSON(p.text, p.line)
	return r.document(raw, err, p, of)
}

func (r *reader) document(raw []byte, err error, p *passage, of *list) bool {
	if err != nil {
		return r.problem(p.line, err)
	}
	return r.flatten(raw, place{in: p}, of)
}

func (r *reader) flatten(raw []byte, at place, of *list) bool {
	line := at.in.line
	if len(raw) == 0 || bytes.Equal(raw, []byte("null")) {
		return true
	}
	if len(at.path) > maxDepth {
		return r.problem(line, fmt.Errorf("a List nested more than %d deep", maxDepth))
	}
	if raw[0] == '[' {
		var items []json.RawMessage
		if err := json.Unmarshal(raw, &items); err != nil {
			return r.problem(line, err)
		}
		return r.items(items, at, of)
	}
	if raw[0] != '{' {
		return r.problem(line, errors.New(PlainText))
	}
	var content struct {
		APIVersion string          `json:"apiVersion"`
		Kind       string          `json:"kind"`
		Metadata   Metadata        `json:"metadata"`
		Items      json.RawMessage `json:"items"`
	}
	if err := kjson.UnmarshalCaseSensitivePreserveInts(raw, &content); err != nil {
		return r.problem(line, FieldError(err))
	}
	header := Header{content.APIVersion, content.Kind, content.Metadata}
	var items []json.RawMessage
	// Go programs print an empty List as null.
	empty := strings.HasSuffix(content.Kind, "List") && string(content.Items) == "null"
	if !empty && (len(content.Items) == 0 || json.Unmarshal(content.Items, &items) != nil || items == nil) {
		return r.object(Object{Header: header, JSON: raw, Line: line, at: at}, of)
	}
	own := &list{Header: header}
	return r.items(items, at, own) && r.end(own, line)
}

func (r *reader) items(items []json.RawMessage, at place, of *list) bool {
	for i, item := range items {
		if !r.flatten(item, at.item(i), of) {
			return false
		}
	}
	return true
}

// object yields an object, unless its kind is still to come.
func (r *reader) object(o Object, of *list) bool {
	if of != nil {
		if o.Kind == "" && of.Kind == "" {
			if of.size += int64(len(o.JSON)); r.limit.Exceeded(of.size) {
				return r.problem(o.Line, fmt.Errorf("a List whose kind comes after more than %s of items without a kind", r.limit))
			}
			of.nameless = append(of.nameless, o)
			return true
		}
		of.kindOf(&o)
	}
	return r.yield(o, nil)
}

// end yields a List after its items.
func (r *reader) end(l *list, line int) bool {
	if l.Kind == "" && l.APIVersion != "" {
		return r.problem(line, errors.New("a List without kind: cut off?"))
	}
	for _, o := range l.nameless {
		l.kindOf(&o)
		if !r.yield(o, nil) {
			return false
		}
	}
	return r.yield(Object{Header: l.Header, List: true, Line: line}, nil)
}

// problem yields a document that cannot be read.
func (r *reader) problem(line int, err error) bool {
	var problem *Problem
	if !errors.As(err, &problem) {
		problem = &Problem{Line: line, Reason: err.Error()}
	}
	return r.yield(Object{}, problem)
}

func headerOf(raw []byte) Header {
	var h Header
	_ = kjson.UnmarshalCaseSensitivePreserveInts(raw, &h)
	return h
}

// FieldError names the field with the wrong type as in the API, without types of
// Go.
func FieldError(err error) error {
	var wrong *json.UnmarshalTypeError
	if !errors.As(err, &wrong) {
		return err
	}
	field := strings.Join(slices.DeleteFunc(strings.Split(wrong.Field, "."), isGoName), ".")
	return fmt.Errorf("%s must be %s, not %s", cmp.Or(field, "a value"), jsonType(wrong.Type.Kind()), withArticle(wrong.Value))
}
