package controlplane

import "os"

// auditPolicy has the API server record who asked for what, once per request, when the answer is known.
const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived, ResponseStarted]
rules:
- level: Metadata
`

func writeAuditPolicy(path string) error {
	return os.WriteFile(path, []byte(auditPolicy), 0o600)
}
