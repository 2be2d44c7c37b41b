package collect

import (
	"regexp"
	"strings"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

// Messages of the kubelet (pkg/kubelet/kubelet_pods.go, pkg/volume).
var (
	objectNotFound = regexp.MustCompile(`(configmap|secret) "([^"]+)" not found`)
	keyNotFound    = regexp.MustCompile(`couldn't find key (.+?) in (ConfigMap|Secret) [^/\s]+/(\S+)`)
	mountedKey     = regexp.MustCompile(`for volume "([^"]+)" : .*references non-existent (config|secret) key: (\S+)`)
	pullSecrets    = regexp.MustCompile(`some image pull secrets \(([^)]+)\)`)
	absentKinds    = map[string]string{
		"configmap": configMapKind, "config": configMapKind, configMapKind: configMapKind, "secret": secretKind, secretKind: secretKind,
	}
)

// absencesReportedBy returns the objects that a Warning of a kubelet reports as
// missing.
func absencesReportedBy(reason, message string) []inventory.Absence {
	switch reason {
	case "FailedMount", inventory.FailedPullSecret:
		return absences(message)
	}
	return nil
}

// absenceReportedBy returns the object for which a container waits, nil if the
// kubelet names none.
func absenceReportedBy(reason, message string) *inventory.Absence {
	if reason != "CreateContainerConfigError" {
		return nil
	}
	for _, a := range absences(message) {
		return &a
	}
	return nil
}

func absences(message string) []inventory.Absence {
	var all []inventory.Absence
	for _, match := range objectNotFound.FindAllStringSubmatch(message, -1) {
		all = append(all, inventory.Absence{Kind: absentKinds[match[1]], Name: match[2]})
	}
	for _, match := range keyNotFound.FindAllStringSubmatch(message, -1) {
		all = append(all, inventory.Absence{Kind: absentKinds[match[2]], Name: match[3], Key: match[1]})
	}
	if match := pullSecrets.FindStringSubmatch(message); match != nil {
		for _, name := range strings.FieldsFunc(match[1], func(r rune) bool { return r == ',' || r == ' ' }) {
			all = append(all, inventory.Absence{Kind: secretKind, Name: name})
		}
	}
	if match := mountedKey.FindStringSubmatch(message); match != nil {
		all = append(all, inventory.Absence{Kind: absentKinds[match[2]], Key: match[3], Volume: match[1]})
	}
	return all
}
