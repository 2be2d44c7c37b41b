package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/yaml"
)

// Decode reads a Report, or the reports of a ReportList, from JSON or YAML. The
// result is safe to print, whatever the text contains. Fields of later versions
// are ignored.
func Decode(text []byte) ([]*Report, error) {
	var reports []*Report
	_, err := DecodeEach(text, func(r *Report) error {
		reports = append(reports, r)
		return nil
	})
	return reports, err
}

// DecodeEach is Decode for large lists: it visits one report after the other. It also
// returns the clusters of a list that have no report.
func DecodeEach(text []byte, visit func(*Report) error) ([]Failure, error) {
	if !json.Valid(text) {
		var err error
		if text, err = yaml.YAMLToJSON(text); err != nil {
			return nil, err
		}
	}
	var is struct {
		metav1.TypeMeta
		Items  []json.RawMessage
		Failed []Failure
	}
	if err := json.Unmarshal(text, &is); err != nil {
		return nil, errors.New("not a report: " + err.Error())
	}
	switch {
	case is.APIVersion != APIVersion || is.Kind != Kind && is.Kind != ListKind:
		return nil, fmt.Errorf("not a report: it must be %s %s or %s", APIVersion, Kind, ListKind)
	case is.Kind == Kind:
		is.Items, is.Failed = []json.RawMessage{text}, nil
	}
	for _, item := range is.Items {
		r, err := decodeOne(item)
		if err != nil {
			return nil, fmt.Errorf("not a report: %w", err)
		}
		if err := visit(r); err != nil {
			return nil, err
		}
	}
	for i, f := range is.Failed {
		is.Failed[i] = NewFailure(f.Name, f.Reason)
	}
	return is.Failed, nil
}

func decodeOne(text []byte) (*Report, error) {
	r := New()
	if string(text) == "null" {
		return nil, errors.New("null")
	}
	if err := json.Unmarshal(text, r); err != nil {
		return nil, err
	}
	return r, r.Accept()
}

// Accept makes a report that comes from elsewhere safe to print, or refuses it.
func (r *Report) Accept() error {
	if err := r.validate(); err != nil {
		return err
	}
	r.Sanitize()
	return nil
}

// validate restores the types of evidence. It refuses unknown words in fields
// that are not sanitized because normally only audits fill them in.
func (r *Report) validate() error {
	words := []string{r.Tool.Version, string(r.Summary.Grade), string(r.Summary.CappedBy)}
	var severities []Severity
	if p := r.Policy; p != nil && p.MinSeverity != "" {
		severities = append(severities, p.MinSeverity)
	}
	for _, n := range r.Namespaces {
		words = append(words, string(n.Grade), string(n.CappedBy))
	}
	for _, c := range r.Checks {
		words = append(words, c.ID, c.Category, string(c.Severity), string(c.DefaultSeverity), string(c.Urgency), string(c.Outcome))
	}
	add := func(f *Finding) {
		f.Evidence.retype()
		words = append(append(words, f.Check, f.Fingerprint, string(f.Change)), f.Folded...)
		severities = append(severities, f.Severity)
	}
	for i := range r.Findings {
		add(&r.Findings[i])
	}
	for i := range r.Suppressed {
		add(&r.Suppressed[i].Finding)
	}
	for _, word := range words {
		if Value(word) != word {
			return fmt.Errorf("%q is not a word that an audit writes", Value(word))
		}
	}
	for _, s := range severities {
		if !slices.Contains(Severities, s) {
			return fmt.Errorf("unknown severity %q", Value(string(s)))
		}
	}
	return nil
}

// retype restores the types that facts have in an audit, which JSON does not
// keep. It drops facts that no audit writes.
func (e Evidence) retype() {
	for key, fact := range e {
		if Value(key) != key {
			delete(e, key)
			continue
		}
		switch v := fact.(type) {
		case string, bool, nil:
		case float64:
			if whole := int(v); float64(whole) == v {
				e[key] = whole
			}
		case []any:
			list := make([]string, len(v))
			for i, item := range v {
				list[i] = fmt.Sprint(item)
			}
			e[key] = list
		default:
			delete(e, key)
		}
	}
}
