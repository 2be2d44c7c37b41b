package history

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/prodcheck/kubectl-prodcheck/internal/fileerror"
	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// entry is the outline of a run, from which most questions are answered.
type entry struct {
	*api.Report
	Memory memory `json:"memory,omitzero"`
}

// An entry in a file is three gzip members, each with a line of JSON: the sums, the outline
// and the whole report. So a question reads no more than it needs.
func writeEntry(w io.Writer, sums *sums, outline *entry, r *api.Report) error {
	buffered := bufio.NewWriter(w)
	return errors.Join(writeMember(buffered, sums), writeMember(buffered, outline), writeMember(buffered, r), buffered.Flush())
}

const (
	sumsMember = iota
	outlineMember
)

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

// readOutline reads the outline of an entry, with what it knows.
func readOutline(file string) (*entry, error) {
	e := &entry{Report: &api.Report{}}
	if err := readReport(file, outlineMember, e, e.Report); err != nil {
		return nil, err
	}
	for _, findings := range [][]api.Finding{e.Memory.Unjudged, e.Memory.Gone} {
		if err := (&api.Report{Findings: findings}).Accept(); err != nil {
			return nil, damaged(err)
		}
	}
	return e, nil
}

// readReport reads a member with a report, and what it may have beside that.
func readReport(file string, member int, all any, r *api.Report) error {
	text, err := readMember(file, member)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, all); err != nil {
		return damaged(err)
	}
	if r.APIVersion != api.APIVersion || r.Kind != api.Kind {
		return errors.New("damaged: it does not begin with a report")
	}
	if err := r.Accept(); err != nil {
		return damaged(err)
	}
	return nil
}

// readMember reads one member of a file.
func readMember(file string, number int) ([]byte, error) {
	in, err := os.Open(file)
	if err != nil {
		return nil, fileerror.Cause(err)
	}
	defer in.Close()
	buffered := bufio.NewReader(in)
	packed, err := gzip.NewReader(buffered)
	for range number {
		if err != nil {
			break
		}
		packed.Multistream(false)
		if _, err = io.Copy(io.Discard, packed); err == nil {
			err = packed.Reset(buffered)
		}
	}
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

func damaged(err error) error {
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("damaged: %w", err)
}
