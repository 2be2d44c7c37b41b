package live

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/prodcheck/kubectl-prodcheck/internal/collect"
	"github.com/prodcheck/kubectl-prodcheck/internal/kinds"

	"google.golang.org/protobuf/encoding/protowire"
)

// protobufMagic starts every protobuf object of the Kubernetes API. It is
// followed by a runtime.Unknown, the envelope, which contains the object.
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

// listMetaOf reads only the continue token of a list, so that the next page can
// be requested before this one is decoded.
func listMetaOf(b *body) (metav1.ListMeta, error) {
	isProtobuf, err := b.isProtobuf()
	if err != nil {
		return metav1.ListMeta{}, err
	}
	if !isProtobuf {
		var list struct {
			metav1.ListMeta `json:"metadata"`
		}
		content, err := b.all()
		if err == nil {
			err = json.Unmarshal(content, &list)
		}
		return list.ListMeta, err
	}
	var listMeta metav1.ListMeta
	list, err := b.list()
	if err != nil {
		return listMeta, err
	}
	for {
		number, size, err := list.next()
		switch {
		case errors.Is(err, io.EOF):
			return listMeta, nil
		case err != nil:
			return listMeta, err
		case number == listMetadata:
			metadata, err := list.read(size, nil)
			if err != nil {
				return listMeta, err
			}
			return listMeta, listMeta.Unmarshal(metadata)
		}
		if err := list.skip(size); err != nil {
			return listMeta, err
		}
	}
}

// decode visits the objects of a page one after the other, because all of them
// at once would take many times the memory of the page.
func decode(
	d kinds.Kind, b *body, decodeItem func([]byte) (runtime.Object, error), visit func(runtime.Object) error,
) error {
	isProtobuf, err := b.isProtobuf()
	if err != nil {
		return decodeError{err}
	}
	if isProtobuf && d.Served == nil {
		return b.eachItem(func(item []byte) error {
			obj, err := decodeItem(item)
			if err != nil {
				return decodeError{err}
			}
			return visit(obj)
		})
	}
	content, err := b.all()
	if err != nil {
		return decodeError{err}
	}
	if d.Served != nil {
		return decodeServed(d, content, visit)
	}
	list, _, err := kinds.Codecs.UniversalDeserializer().Decode(content, nil, nil)
	if err != nil {
		return decodeError{err}
	}
	return meta.EachListItem(list, visit)
}

// eachItem visits the encoded objects of a list. Each replaces the one before in
// memory.
func (b *body) eachItem(visit func(item []byte) error) error {
	list, err := b.list()
	if err != nil {
		return decodeError{err}
	}
	var item []byte
	for {
		number, size, err := list.next()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err == nil && number == listItems:
			if item, err = list.read(size, item); err == nil {
				if err := visit(item); err != nil {
					return err
				}
			}
		case err == nil:
			err = list.skip(size)
		}
		if err != nil {
			return decodeError{err}
		}
	}
}

// decodeServed visits the objects of a page in another version, which is JSON.
func decodeServed(d kinds.Kind, body []byte, visit func(runtime.Object) error) error {
	var list struct{ Items []json.RawMessage }
	if err := json.Unmarshal(body, &list); err != nil {
		return decodeError{err}
	}
	gvk := d.GVK()
	for _, item := range list.Items {
		encoded, err := d.Upgrade(d.Served, item)
		if err != nil {
			return decodeError{err}
		}
		obj, _, err := kinds.Codecs.UniversalDeserializer().Decode(encoded, &gvk, nil)
		if err != nil {
			return decodeError{err}
		}
		if err := visit(obj); err != nil {
			return err
		}
	}
	return nil
}

// whole returns a function that decodes all of an object that an audit may keep.
func whole(d kinds.Kind) func(item []byte) (runtime.Object, error) {
	return func(item []byte) (runtime.Object, error) {
		obj, err := d.New()
		if err != nil {
			return nil, err
		}
		message, ok := obj.(interface{ Unmarshal([]byte) error })
		if !ok {
			return nil, fmt.Errorf("%T has no protobuf form", obj)
		}
		if !collect.KeepsManagedFields(d.Name) {
			hideManagedFields(item)
		}
		return obj, message.Unmarshal(item)
	}
}

// unwrap returns the object in an envelope, without copying it.
func unwrap(encoded []byte) ([]byte, error) {
	var object []byte
	err := eachField(encoded[len(protobufMagic):], envelopeRaw, func(_, value []byte) error { object = value; return nil })
	// Every object has metadata, so an empty one is incomplete.
	if err == nil && len(object) == 0 {
		err = errTruncated
	}
	return object, err
}

// hideManagedFields makes the decoder of an object skip its managedFields, which
// are about half of all bytes and which no audit reads. It changes their tags in
// place. It leaves to the decoder what it does not understand.
func hideManagedFields(item []byte) {
	_ = eachField(item, objectMetadata, func(_, metadata []byte) error {
		return eachField(metadata, metaManagedFields, func(tag, _ []byte) error {
			if len(tag) == protowire.SizeTag(noSuchField) {
				protowire.AppendTag(tag[:0], noSuchField, protowire.BytesType)
			}
			return nil
		})
	})
}

// eachField visits the occurrences of a field of bytes, each with its tag. It
// fails if the message is incomplete or the visitor fails.
func eachField(message []byte, number protowire.Number, visit func(tag, value []byte) error) error {
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
			if err := visit(tag, value); err != nil {
				return err
			}
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
