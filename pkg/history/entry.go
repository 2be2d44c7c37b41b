package history

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// An entry is two gzip members, each with a line of JSON: an outline, from which most
// questions are answered, and the whole report.
func writeEntry(w io.Writer, r *api.Report) error {
	buffered := bufio.NewWriter(w)
	return errors.Join(writeMember(buffered, outline(r)), writeMember(buffered, r), buffered.Flush())
}

func writeMember(w io.Writer, r *api.Report) error {
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

// readOutline reads the outline of an entry.
func readOutline(file string) (*api.Report, error) {
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
	reports, err := api.Decode(text)
	switch {
	case err != nil:
		return nil, damaged(err)
	case len(reports) != 1:
		return nil, errors.New("damaged: it must have one report")
	}
	return reports[0], nil
}

func damaged(err error) error {
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("damaged: %w", err)
}
