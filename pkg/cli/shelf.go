package cli

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// shelf is a temporary file with the reports of many clusters, from where they are read
// when they are printed. Memory does not grow with their number.
type shelf struct {
	file *os.File

	mu  sync.Mutex
	end int64
}

func newShelf() (*shelf, error) {
	file, err := os.CreateTemp("", "prodcheck-*")
	if err != nil {
		return nil, ofFile("the reports of several clusters need a temporary file (see TMPDIR or, on Windows, TMP)", err)
	}
	// Except on Windows, nothing is left even if this process is killed.
	_ = os.Remove(file.Name())
	return &shelf{file: file}, nil
}

// close removes the reports. A nil shelf has none.
func (s *shelf) close() {
	if s == nil {
		return
	}
	_ = s.file.Close()
	_ = os.Remove(s.file.Name())
}

// put writes a report, and returns a function that reads it.
func (s *shelf) put(r *api.Report) (func() (*api.Report, error), error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	place := io.NewOffsetWriter(s.file, s.end)
	buffered := bufio.NewWriter(place)
	// Temporary files are often in memory.
	packed, err := gzip.NewWriterLevel(buffered, gzip.BestSpeed)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(printJSON(packed, r), packed.Close(), buffered.Flush()); err != nil {
		return nil, fmt.Errorf("its report cannot be kept: %w", err)
	}
	length, err := place.Seek(0, io.SeekCurrent)
	if err != nil {
		return nil, err
	}
	from := s.end
	s.end += length
	return func() (*api.Report, error) { return s.read(from, length) }, nil
}

func (s *shelf) read(from, length int64) (*api.Report, error) {
	packed, err := gzip.NewReader(bufio.NewReader(io.NewSectionReader(s.file, from, length)))
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(packed)
	if err != nil {
		return nil, err
	}
	reports, err := api.Decode(text)
	if err != nil {
		return nil, err
	}
	return reports[0], nil
}
