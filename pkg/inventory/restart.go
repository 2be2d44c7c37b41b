package inventory

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// StartsAgain reports whether the kubelet starts a container again after a
// termination, according to the container's own rules and policy or the pod's.
func (p *Pod) StartsAgain(c *Container, end *Termination) bool {
	policy := p.Template.Spec.RestartPolicy
	if spec := p.Template.Container(c.Name); spec != nil && spec.RestartPolicy != nil {
		policy = corev1.RestartPolicy(*spec.RestartPolicy)
		if slices.ContainsFunc(spec.RestartPolicyRules, func(rule corev1.ContainerRestartRule) bool { return restarts(rule, end) }) {
			return true
		}
	}
	switch {
	case c.Kind == Ephemeral || policy == corev1.RestartPolicyNever:
		return false
	case c.Kind == Init || policy == corev1.RestartPolicyOnFailure:
		return end.ExitCode != 0
	}
	return true
}

// restarts reports whether a rule about exit codes applies to a termination.
func restarts(rule corev1.ContainerRestartRule, end *Termination) bool {
	if rule.ExitCodes == nil {
		return false
	}
	named := slices.Contains(rule.ExitCodes.Values, end.ExitCode)
	return named == (rule.ExitCodes.Operator == corev1.ContainerRestartRuleOnExitCodesOpIn)
}
