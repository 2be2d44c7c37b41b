package inventory

import (
	"bytes"
	"encoding/json"
	"errors"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"google.golang.org/protobuf/encoding/protowire"
)

// protobufMagic starts every protobuf object of the Kubernetes API.
var protobufMagic = []byte("k8s\x00")

var errTruncated = errors.New("the list is cut short")

// listMetaOf reads the continue token of a list and nothing else, so that the
// next page can be asked for before this one is decoded.
func listMetaOf(body []byte) (metav1.ListMeta, error) {
	if !bytes.HasPrefix(body, protobufMagic) {
		var list struct {
			metav1.ListMeta `json:"metadata"`
		}
		err := json.Unmarshal(body, &list)
		return list.ListMeta, err
	}
	var envelope runtime.Unknown
	var listMeta metav1.ListMeta
	if err := envelope.Unmarshal(body[len(protobufMagic):]); err != nil {
		return listMeta, err
	}
	// In every list of the API, field 1 is the metadata.
	for rest := envelope.Raw; len(rest) > 0; {
		number, wireType, n := protowire.ConsumeTag(rest)
		if n < 0 {
			return listMeta, errTruncated
		}
		rest = rest[n:]
		if number == 1 && wireType == protowire.BytesType {
			value, n := protowire.ConsumeBytes(rest)
			if n < 0 {
				return listMeta, errTruncated
			}
			return listMeta, listMeta.Unmarshal(value)
		}
		n = protowire.ConsumeFieldValue(number, wireType, rest)
		if n < 0 {
			return listMeta, errTruncated
		}
		rest = rest[n:]
	}
	return listMeta, nil
}
