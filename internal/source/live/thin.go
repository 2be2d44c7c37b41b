package live

import (
	"bytes"
	"hash/maphash"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/prodcheck/kubectl-prodcheck/internal/collect"
	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"

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
	statusFields    = fields{
		1: nil, 3: nil, 4: nil, 7: nil, 12: nil, // phase, message, reason, startTime, podIPs
		2: {1: nil, 2: nil, 4: nil, 5: nil, 6: nil},                                    // type, status, lastTransitionTime, reason and message of conditions
		8: containerStatusFields, 10: containerStatusFields, 13: containerStatusFields, // those of all, init and ephemeral containers
	}
	containerStatusFields = fields{
		1: nil, 2: nil, 3: nil, 4: nil, 5: nil, // name, state, lastState, ready, restartCount
		6: nil, 7: nil, 9: nil, 11: {1: nil}, // image, imageID, started, the limits in resources
	}

	// unlikeFields are read from a pod that differs from its template, labeledFields from
	// one that only has other labels, and alikeFields from all others.
	unlikeFields = fields{
		objectMetadata: {1: nil, 3: nil, 5: nil, 8: nil, 9: nil, 11: nil, 13: nil, 14: nil}, // alikeFields, and labels
		podSpec:        {2: containerFields, 10: nil, 20: containerFields, 40: nil},         // containers, nodeName, initContainers, resources
		podStatus:      statusFields,
	}
	labeledFields = fields{objectMetadata: unlikeFields[objectMetadata], podSpec: {10: nil}, podStatus: statusFields}
	alikeFields   = fields{
		objectMetadata: {1: nil, 3: nil, 5: nil, 8: nil, 9: nil, 13: nil, 14: nil}, // name, namespace, uid, both timestamps, owners, finalizers
		podSpec:        {10: nil}, podStatus: statusFields,
	}

	// These tell the revision of a pod, and whether it differs from its template.
	revisionFields = fields{3: nil, 13: nil} // namespace, owners
	templateFields = fields{podSpec: {2: containerFields, 20: containerFields, 40: nil}}
	labelFields    = fields{objectMetadata: {metaLabels: nil}}
)

// Field numbers of pods, of ObjectMeta, and of the entry of a map.
const (
	podSpec       protowire.Number = 2
	podStatus     protowire.Number = 3
	metaNamespace protowire.Number = 3
	metaLabels    protowire.Number = 11
	mapKey        protowire.Number = 1
)

// each visits the wanted fields of a message, with what is wanted within them.
func (f fields) each(message []byte, visit func(tag, field []byte, within fields) error) error {
	for len(message) > 0 {
		number, wireType, size := protowire.ConsumeField(message)
		if size < 0 {
			return errTruncated
		}
		field := message[:size]
		message = message[size:]
		within, wanted := f[number]
		if !wanted {
			continue
		}
		if wireType != protowire.BytesType {
			within = nil
		}
		_, _, tag := protowire.ConsumeTag(field)
		if err := visit(field[:tag], field, within); err != nil {
			return err
		}
	}
	return nil
}

// of keeps only the wanted fields of a message, in its own memory: the end of
// what is written never overtakes what is still to be read.
func (f fields) of(message []byte) ([]byte, error) {
	wanted := message[:0]
	err := f.each(message, func(tag, field []byte, within fields) error {
		if within == nil {
			wanted = append(wanted, field...)
			return nil
		}
		value, _ := protowire.ConsumeBytes(field[len(tag):])
		inner, err := within.of(value)
		wanted = protowire.AppendBytes(append(wanted, tag...), inner)
		return err
	})
	return wanted, err
}

// write adds the wanted fields of a message to a sum.
func (f fields) write(sum *maphash.Hash, message []byte) error {
	return f.each(message, func(tag, field []byte, within fields) error {
		if within == nil {
			_, _ = sum.Write(field)
			return nil
		}
		value, _ := protowire.ConsumeBytes(field[len(tag):])
		_, _ = sum.Write(tag)
		err := within.write(sum, value)
		// No field begins like that.
		_ = sum.WriteByte(0)
		return err
	})
}

var sumSeed = maphash.MakeSeed()

func (f fields) sum(message []byte) (uint64, error) {
	var sum maphash.Hash
	sum.SetSeed(sumSeed)
	err := f.write(&sum, message)
	return sum.Sum64(), err
}

// thinner removes from encoded pods what their template says, once the template is
// known.
type thinner struct {
	facts *collect.Facts
	// only are the namespaces whose objects become facts, nil for all.
	only map[string]bool
	// first are the first pods of each revision, by a sum of what tells it.
	first map[uint64]*firstPod
	// unsaid lists what the last pod leaves open.
	unsaid collect.Unsaid
	// pod is decoded again and again: nothing keeps a pod that is thin.
	pod corev1.Pod
	// order is the order of the objects so far.
	order namespaceOrder
}

// firstPod holds sums of what the first pod of a revision says.
type firstPod struct {
	namespace          string
	containers, labels uint64
	// template is nil until a second pod asks for it.
	template *inventory.Template
}

func newThinner(facts *collect.Facts) *thinner {
	return &thinner{facts: facts, first: map[uint64]*firstPod{}}
}

// decode decodes what the template of a pod does not say.
func (t *thinner) decode(item []byte) (runtime.Object, error) {
	hideManagedFields(item)
	part, thin, err := t.thin(item)
	if err != nil {
		return nil, err
	}
	if !thin {
		pod := &corev1.Pod{}
		return pod, pod.Unmarshal(part)
	}
	t.pod = corev1.Pod{Status: corev1.PodStatus{
		Conditions: t.pod.Status.Conditions[:0], ContainerStatuses: t.pod.Status.ContainerStatuses[:0],
	}}
	return &t.pod, t.pod.Unmarshal(part)
}

// thin keeps only what is needed from a pod, in its own memory.
func (t *thinner) thin(pod []byte) (part []byte, thin bool, err error) {
	t.unsaid = collect.Unsaid{}
	// Mirror pods are no controller's.
	if bytes.Contains(pod, []byte(corev1.MirrorPodAnnotationKey)) {
		return pod, false, nil
	}
	revision, err := revisionSum(pod)
	if err != nil {
		return nil, false, err
	}
	containers, err := templateFields.sum(pod)
	if err != nil {
		return nil, false, err
	}
	labels, err := labelFields.sum(pod)
	if err != nil {
		return nil, false, err
	}
	first := t.first[revision]
	if first == nil {
		t.first[revision] = &firstPod{namespace: namespaceOf(pod), containers: containers, labels: labels}
		return pod, false, nil
	}
	if first.template == nil {
		var m metav1.PartialObjectMetadata
		if err := m.Unmarshal(pod); err != nil {
			return nil, false, err
		}
		if first.template = t.facts.TemplateOf(&m); first.template == nil {
			return pod, false, nil
		}
	}
	if containers != first.containers {
		part, err = unlikeFields.of(pod)
		return part, true, err
	}
	t.unsaid.Containers = first.template
	if labels != first.labels {
		part, err = labeledFields.of(pod)
		return part, true, err
	}
	t.unsaid.Labels = true
	part, err = alikeFields.of(pod)
	return part, true, err
}

// forget gives up the templates of namespaces to which a list does not come back.
func (t *thinner) forget() {
	if t.order.first != "" {
		return
	}
	for revision, first := range t.first {
		if first.namespace != t.order.last {
			delete(t.first, revision)
		}
	}
}

// namespaceOf returns the namespace of an encoded object.
func namespaceOf(object []byte) string {
	namespace := ""
	_ = eachField(object, objectMetadata, func(_, metadata []byte) error {
		return eachField(metadata, metaNamespace, func(_, value []byte) error { namespace = string(value); return nil })
	})
	return namespace
}

// revisionSum is equal for pods of the same revision. It covers the namespace, the
// owners, and the label by which some owners tell their revisions apart.
func revisionSum(pod []byte) (uint64, error) {
	var sum maphash.Hash
	sum.SetSeed(sumSeed)
	err := eachField(pod, objectMetadata, func(_, metadata []byte) error {
		if err := revisionFields.write(&sum, metadata); err != nil {
			return err
		}
		return eachField(metadata, metaLabels, func(_, label []byte) error {
			return eachField(label, mapKey, func(_, key []byte) error {
				if string(key) == appsv1.ControllerRevisionHashLabelKey {
					_, _ = sum.Write(label)
				}
				return nil
			})
		})
	})
	return sum.Sum64(), err
}
