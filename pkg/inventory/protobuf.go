package inventory

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"google.golang.org/protobuf/encoding/protowire"
)

// protobufMagic starts every protobuf object of the Kubernetes API; after it
// comes a runtime.Unknown, the envelope, which holds the object.
var protobufMagic = []byte("k8s\x00")

// Field numbers of the envelope (k8s.io/apimachinery/pkg/runtime), of every
// list and object, and of ObjectMeta (k8s.io/apimachinery/pkg/apis/meta/v1).
const (
	envelopeRaw       protowire.Number = 2
	listMetadata      protowire.Number = 1
	listItems         protowire.Number = 2
	objectMetadata    protowire.Number = 1
	metaManagedFields protowire.Number = 17
	// noSuchField has a tag of the same length and no meaning in ObjectMeta.
	noSuchField protowire.Number = 31
)

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
	var listMeta metav1.ListMeta
	list, err := unwrap(body)
	if err != nil {
		return listMeta, err
	}
	var metadata []byte
	if err := eachField(list, listMetadata, func(_, value []byte) { metadata = value }); err != nil {
		return listMeta, err
	}
	return listMeta, listMeta.Unmarshal(metadata)
}

// decodeList decodes a page. What it returns shares no memory with the body.
func decodeList(d definition, body []byte) (runtime.Object, error) {
	if !bytes.HasPrefix(body, protobufMagic) {
		list, _, err := codecs.UniversalDeserializer().Decode(body, nil, nil)
		return list, err
	}
	// The general decoder would copy the whole page out of its envelope.
	raw, err := unwrap(body)
	if err != nil {
		return nil, err
	}
	list, err := d.newList()
	if err != nil {
		return nil, err
	}
	message, ok := list.(interface{ Unmarshal([]byte) error })
	if !ok {
		return nil, fmt.Errorf("%T has no protobuf form", list)
	}
	if !isConfig(d.gvk.Kind) {
		hideManagedFields(raw)
	}
	return list, message.Unmarshal(raw)
}

// newList is an empty list of what the resource's API serves.
func (d definition) newList() (runtime.Object, error) {
	if d.metadataOnly {
		return &metav1.PartialObjectMetadataList{}, nil
	}
	return scheme.New(d.gvk.GroupVersion().WithKind(d.gvk.Kind + "List"))
}

// unwrap takes a list out of its envelope, without copying it.
func unwrap(body []byte) ([]byte, error) {
	var list []byte
	err := eachField(body[len(protobufMagic):], envelopeRaw, func(_, value []byte) { list = value })
	// Every list has a resourceVersion, so an empty one is the rest of one.
	if err == nil && len(list) == 0 {
		err = errTruncated
	}
	return list, err
}

// hideManagedFields makes the decoder of a protobuf list skip its items'
// managedFields, about half of all bytes, which no audit reads. It changes
// their tags in place; what it does not understand it leaves to the decoder.
func hideManagedFields(list []byte) {
	_ = eachField(list, listItems, func(_, item []byte) {
		_ = eachField(item, objectMetadata, func(_, metadata []byte) {
			_ = eachField(metadata, metaManagedFields, func(tag, _ []byte) {
				if len(tag) == protowire.SizeTag(noSuchField) {
					protowire.AppendTag(tag[:0], noSuchField, protowire.BytesType)
				}
			})
		})
	})
}

// eachField visits the occurrences of a field of bytes, each with its tag, and
// fails where the message is cut short.
func eachField(message []byte, number protowire.Number, visit func(tag, value []byte)) error {
	for len(message) > 0 {
		found, wireType, n := protowire.ConsumeTag(message)
		if n < 0 {
			return errTruncated
		}
		tag, rest := message[:n], message[n:]
		if found == number && wireType == protowire.BytesType {
			value, size := protowire.ConsumeBytes(rest)
			if size < 0 {
				return errTruncated
			}
			visit(tag, value)
			message = rest[size:]
			continue
		}
		if n = protowire.ConsumeFieldValue(found, wireType, rest); n < 0 {
			return errTruncated
		}
		message = rest[n:]
	}
	return nil
}
