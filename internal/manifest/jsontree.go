package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"go.yaml.in/yaml/v3"
)

// jsonTree parses JSON into the nodes of a YAML tree.
func jsonTree(text []byte) (*yaml.Node, error) {
	if trimmed := bytes.TrimLeft(text, " \t\r\n"); len(trimmed) == 0 || trimmed[0] != '{' && trimmed[0] != '[' {
		return nil, errors.New("not a JSON object or array")
	}
	d := jsonReader{text: text, line: 1, tokens: json.NewDecoder(bytes.NewReader(text))}
	return d.value()
}

type jsonReader struct {
	text   []byte
	tokens *json.Decoder
	// line is the line of the last token, which ends at offset.
	line   int
	offset int64
}

// token returns the next token. No token spans a line break.
func (r *jsonReader) token() (json.Token, error) {
	token, err := r.tokens.Token()
	end := r.tokens.InputOffset()
	r.line += bytes.Count(r.text[r.offset:end], []byte{'\n'})
	r.offset = end
	return token, err
}

func (r *jsonReader) value() (*yaml.Node, error) {
	token, err := r.token()
	if err != nil {
		return nil, err
	}
	node := &yaml.Node{Kind: yaml.ScalarNode, Line: r.line}
	switch token {
	case json.Delim('{'):
		node.Kind = yaml.MappingNode
	case json.Delim('['):
		node.Kind = yaml.SequenceNode
	default:
		node.Value = fmt.Sprint(token)
		return node, nil
	}
	for r.tokens.More() {
		item, err := r.value()
		if err != nil {
			return nil, err
		}
		node.Content = append(node.Content, item)
	}
	_, err = r.token()
	return node, err
}
