package availability

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Kubernetes reads what is written as the selector that was meant.
func TestSelectorText(t *testing.T) {
	for _, selector := range []*metav1.LabelSelector{
		{MatchLabels: map[string]string{"app": "cart"}},
		{MatchLabels: map[string]string{"tier": "web", "app": "cart"}},
		{
			MatchLabels: map[string]string{"app": "cart"},
			MatchExpressions: []metav1.LabelSelectorRequirement{
				{Key: "tier", Operator: metav1.LabelSelectorOpIn, Values: []string{"api", "web"}},
				{Key: "zone", Operator: metav1.LabelSelectorOpNotIn, Values: []string{"a", "b"}},
				{Key: "team", Operator: metav1.LabelSelectorOpExists},
				{Key: "canary", Operator: metav1.LabelSelectorOpDoesNotExist},
			},
		},
	} {
		text := selectorText(selector)
		read, err := metav1.ParseToLabelSelector(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got, want := metav1.FormatLabelSelector(read), metav1.FormatLabelSelector(selector); got != want {
			t.Errorf("%s reads as %s, want %s", text, got, want)
		}
	}
}
