package load

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// started is the start time of everything.
var started = metav1.NewTime(time.Date(2026, 11, 21, 6, 0, 0, 0, time.UTC))

func resources(cpu, memory string) corev1.ResourceList {
	return corev1.ResourceList{corev1.ResourceCPU: resource.MustParse(cpu), corev1.ResourceMemory: resource.MustParse(memory)}
}

func image(name string) string { return "registry.example/team/" + name + ":1.4.2" }

func digest(n int) string { return fmt.Sprintf("sha256:%064x", n+1) }

func address(n int) string { return fmt.Sprintf("10.%d.%d.%d", 128+n>>16, n>>8&255, n&255) }

// timeOf is a different time for each number, within a day.
func timeOf(n int) time.Duration { return time.Duration(n%86_400) * time.Second }
