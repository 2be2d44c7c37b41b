package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v2"
)

// expansion limits how many times larger than its YAML the JSON may be, because
// an alias stands for a copy.
const expansion = 4

// yamlToJSON reads YAML as kubectl does.
func yamlToJSON(text []byte, line int, limit Limit) ([]byte, error) {
	var value any
	if err := yaml.Unmarshal(bytes.ToValidUTF8(text, []byte("\ufffd")), &value); err != nil {
		return nil, syntaxError(err, text, line)
	}
	e := jsonEncoder{limit: limit}
	if err := e.encode(value); err != nil {
		return nil, err
	}
	return e.out, nil
}

// Template is the Reason of a text from which a program makes YAML.
const Template = "a template, not a Kubernetes object"

var errKey = errors.New("a key that is neither text nor a number")

var yamlLine = regexp.MustCompile(`^yaml: (?:unmarshal errors:\s*)?(?:line (\d+): )?`)

// syntaxError returns the library's message, with the line of the stream.
func syntaxError(err error, text []byte, line int) error {
	message := err.Error()
	match := yamlLine.FindStringSubmatch(message)
	if match == nil {
		return err
	}
	p := &Problem{Line: line, Reason: "not YAML: " + message[len(match[0]):]}
	if n, err := strconv.Atoi(match[1]); err == nil {
		p.Line = max(line, 1) + n - 1
	}
	switch {
	case bytes.Contains(text, []byte("{{")):
		p.Reason = Template
	case strings.Contains(message, "invalid map key"):
		p.Reason = errKey.Error()
	}
	return p
}

// jsonEncoder writes what a YAML library decodes, including maps with keys of
// any kind.
type jsonEncoder struct {
	out   []byte
	limit Limit
}

func (e *jsonEncoder) encode(value any) error {
	if e.limit.Exceeded(int64(len(e.out)) / expansion) {
		return fmt.Errorf("its aliases expand to far more than %s", e.limit)
	}
	switch v := value.(type) {
	case map[any]any:
		return e.mapping(v)
	case []any:
		e.out = append(e.out, '[')
		for i, item := range v {
			if i > 0 {
				e.out = append(e.out, ',')
			}
			if err := e.encode(item); err != nil {
				return err
			}
		}
		e.out = append(e.out, ']')
		return nil
	case string:
		return e.text(v)
	}
	scalar, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("a value that JSON does not have: %v", value)
	}
	e.out = append(e.out, scalar...)
	return nil
}

func (e *jsonEncoder) mapping(m map[any]any) error {
	e.out = append(e.out, '{')
	begun := false
	for key, value := range m {
		name, err := keyText(key)
		if err != nil {
			return err
		}
		if begun {
			e.out = append(e.out, ',')
		}
		begun = true
		if err := e.text(name); err != nil {
			return err
		}
		e.out = append(e.out, ':')
		if err := e.encode(value); err != nil {
			return err
		}
	}
	e.out = append(e.out, '}')
	return nil
}

// text writes a string, which mostly needs no escapes.
func (e *jsonEncoder) text(s string) error {
	if !slices.ContainsFunc([]byte(s), func(c byte) bool { return c < ' ' || c > '~' || c == '"' || c == '\\' }) {
		e.out = append(append(append(e.out, '"'), s...), '"')
		return nil
	}
	quoted, err := json.Marshal(s)
	e.out = append(e.out, quoted...)
	return err
}

// keyText returns a key as kubectl reads it.
func keyText(key any) (string, error) {
	switch k := key.(type) {
	case string:
		return k, nil
	case int:
		return strconv.Itoa(k), nil
	case int64:
		return strconv.FormatInt(k, 10), nil
	case bool:
		return strconv.FormatBool(k), nil
	case float64:
		return strconv.FormatFloat(k, 'g', -1, 32), nil
	}
	return "", errKey
}
