package history

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// entry is the outline of a run, from which most questions are answered.
type entry struct {
	*api.Report
	Memory memory `json:"memory,omitzero"`
}

// An entry in a file is two gzip members, each with a line of JSON: the outline and the whole
// report.
func writeEntry(w io.Writer, outline *entry, r *api.Report) error {
	buffered := bufio.NewWriter(w)
	return errors.Join(writeMember(buffered, outline), writeMember(buffered, r), buffered.Flush())
}

func writeMember(w io.Writer, r any) error {
	packed := gzip.NewWriter(w)
	encoder := json.NewEncoder(packed)
	encoder.SetEscapeHTML(false)
	return errors.Join(encoder.Encode(r), packed.Close())
}

// outline is a report without what is only for people.
func outline(r *api.Report) *api.Report {
	out := *r
	out.Policy, out.Gate, out.Changes = nil, nil, nil
	if r.Policy != nil && r.Policy.MinSeverity != "" {
		out.Policy = &api.Policy{MinSeverity: r.Policy.MinSeverity}
	}
	out.Findings = make([]api.Finding, len(r.Findings))
	for i := range r.Findings {
		out.Findings[i] = outlined(&r.Findings[i])
	}
	out.Suppressed = make([]api.Suppressed, len(r.Suppressed))
	for i := range r.Suppressed {
		out.Suppressed[i].Finding = outlined(&r.Suppressed[i].Finding)
	}
	return &out
}

func outlined(f *api.Finding) api.Finding {
	return api.Finding{
		Check: f.Check, Severity: f.Severity, Object: f.Object, Folded: f.Folded, Fingerprint: f.Fingerprint,
		FirstSeen: f.FirstSeen, OpenSince: f.OpenSince,
	}
}

// readEntry reads the outline of an entry, with what it knows.
func readEntry(file string) (*entry, error) {
	text, err := readMember(file)
	if err != nil {
		return nil, err
	}
	e := &entry{Report: &api.Report{}}
	if err := json.Unmarshal(text, e); err != nil {
		return nil, damaged(err)
	}
	if e.APIVersion != api.APIVersion || e.Kind != api.Kind {
		return nil, errors.New("damaged: it begins with no report")
	}
	for _, r := range []*api.Report{e.Report, {Findings: e.Memory.Unjudged}, {Findings: e.Memory.Gone}} {
		if err := r.Accept(); err != nil {
			return nil, damaged(err)
		}
	}
	return e, nil
}

// readMember reads the first member of a file.
func readMember(file string) ([]byte, error) {
	in, err := os.Open(file)
	if err != nil {
		return nil, reasonOf(err)
	}
	defer in.Close()
	packed, err := gzip.NewReader(bufio.NewReader(in))
	if err != nil {
		return nil, damaged(err)
	}
	packed.Multistream(false)
	text, err := io.ReadAll(packed)
	if err != nil {
		return nil, damaged(err)
	}
	return text, nil
}

func reasonOf(err error) error {
	var of *fs.PathError
	if errors.As(err, &of) {
		return of.Err
	}
	return err
}

func damaged(err error) error {
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("damaged: %w", err)
}
