package live

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/internal/collect"

	"google.golang.org/protobuf/encoding/protowire"
)

// fields selects fields of a protobuf message by number: completely, or only the
// listed fields within.
type fields map[protowire.Number]fields

// Most of a pod repeats its template, which is kept once. From all other pods,
// only these fields are decoded. The numbers are those of k8s.io/api/core/v1 and
// of k8s.io/apimachinery/pkg/apis/meta/v1.
var (
	containerFields = fields{1: nil /* name */, 8: nil /* resources */, 24: nil /* restartPolicy */}
	instanceFields  = fields{
		1: nil, // metadata
		2: { // spec
			2: containerFields, 20: containerFields, // containers, initContainers
			10: nil, 40: nil, // nodeName, resources
		},
		3: nil, // status
	}
)

// of keeps only the wanted fields of a message, in its own memory: the end of
// what is written never overtakes what is still to be read.
func (f fields) of(message []byte) ([]byte, error) {
	wanted := message[:0]
	for len(message) > 0 {
		number, wireType, size := protowire.ConsumeField(message)
		if size < 0 {
			return nil, errTruncated
		}
		field := message[:size]
		message = message[size:]
		part, found := f[number]
		switch {
		case !found:
		case part == nil || wireType != protowire.BytesType:
			wanted = append(wanted, field...)
		default:
			_, _, tag := protowire.ConsumeTag(field)
			value, _ := protowire.ConsumeBytes(field[tag:])
			inner, err := part.of(value)
			if err != nil {
				return nil, err
			}
			wanted = protowire.AppendBytes(append(wanted, field[:tag]...), inner)
		}
	}
	return wanted, nil
}

// thin removes from an encoded pod what its template says, if the template is
// known.
func thin(facts *collect.Facts, pod []byte) ([]byte, error) {
	var m metav1.PartialObjectMetadata
	if err := m.Unmarshal(pod); err != nil {
		return nil, err
	}
	if !facts.KnowsTemplate(&m) {
		return pod, nil
	}
	return instanceFields.of(pod)
}
