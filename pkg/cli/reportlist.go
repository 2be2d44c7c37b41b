package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
)

// eachInList visits the reports of a list in JSON while it is read, and returns the
// clusters without one.
func eachInList(in io.Reader, visit func(*api.Report) error) ([]api.Failure, error) {
	var failed []api.Failure
	decoder := json.NewDecoder(in)
	err := eachValue(decoder, func(key json.Token) error {
		switch key {
		case "items":
			return eachValue(decoder, func(json.Token) error { return visitNext(decoder, visit) })
		case "failed":
			return decoder.Decode(&failed)
		}
		return decoder.Decode(new(json.RawMessage))
	})
	if err == nil && decoder.More() {
		err = errors.New("not a report: unexpected text after the list")
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("not a report: the list is cut short")
	}
	for i, f := range failed {
		failed[i] = api.NewFailure(f.Name, f.Reason)
	}
	return failed, err
}

// visitNext decodes the next value as reports.
func visitNext(decoder *json.Decoder, visit func(*api.Report) error) error {
	var text json.RawMessage
	if err := decoder.Decode(&text); err != nil {
		return err
	}
	_, err := api.DecodeEach(text, visit)
	return err
}

// eachValue reads an object or an array, whose values the function decodes. Values of an
// object come with their keys.
func eachValue(decoder *json.Decoder, decode func(key json.Token) error) error {
	opening, err := decoder.Token()
	if err != nil {
		return err
	}
	if opening != json.Delim('{') && opening != json.Delim('[') {
		return fmt.Errorf("not a report: %v is neither an object nor an array", opening)
	}
	for decoder.More() {
		var key json.Token
		if opening == json.Delim('{') {
			if key, err = decoder.Token(); err != nil {
				return err
			}
		}
		if err := decode(key); err != nil {
			return err
		}
	}
	_, err = decoder.Token()
	return err
}
