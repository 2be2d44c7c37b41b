package inventory

import (
	"bytes"

	"google.golang.org/protobuf/encoding/protowire"
)

// Field numbers of the API's protobuf: those of every list and object, and of
// ObjectMeta (k8s.io/apimachinery/pkg/apis/meta/v1/generated.proto).
const (
	listItems         protowire.Number = 2
	objectMetadata    protowire.Number = 1
	metaManagedFields protowire.Number = 17
	// noSuchField has a tag of the same length and no meaning in ObjectMeta.
	noSuchField protowire.Number = 31
)

// hideManagedFields makes the decoder of a protobuf list skip its items'
// managedFields, about half of all bytes, which no audit reads. It changes
// their tags in place; what it does not understand it leaves to the decoder.
func hideManagedFields(body []byte) {
	if !bytes.HasPrefix(body, protobufMagic) {
		return
	}
	list := fieldIn(body[len(protobufMagic):], envelopeRaw)
	eachField(list, listItems, func(_, item []byte) {
		eachField(item, objectMetadata, func(_, meta []byte) {
			eachField(meta, metaManagedFields, func(tag, _ []byte) {
				if len(tag) == protowire.SizeTag(noSuchField) {
					protowire.AppendTag(tag[:0], noSuchField, protowire.BytesType)
				}
			})
		})
	})
}

// envelopeRaw is the field of runtime.Unknown that holds the object.
const envelopeRaw protowire.Number = 2

// fieldIn is the first occurrence of a field, nil without any.
func fieldIn(message []byte, number protowire.Number) []byte {
	var found []byte
	eachField(message, number, func(_, value []byte) {
		if found == nil {
			found = value
		}
	})
	return found
}

// eachField visits the occurrences of a field of bytes, each with its tag. It
// ends where the message is broken.
func eachField(message []byte, number protowire.Number, visit func(tag, value []byte)) {
	for len(message) > 0 {
		found, wireType, n := protowire.ConsumeTag(message)
		if n < 0 {
			return
		}
		tag, rest := message[:n], message[n:]
		if found == number && wireType == protowire.BytesType {
			value, size := protowire.ConsumeBytes(rest)
			if size < 0 {
				return
			}
			visit(tag, value)
			message = rest[size:]
			continue
		}
		if n = protowire.ConsumeFieldValue(found, wireType, rest); n < 0 {
			return
		}
		message = rest[n:]
	}
}
