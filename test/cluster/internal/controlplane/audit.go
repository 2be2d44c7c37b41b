package controlplane

import "os"

// auditPolicy makes the API server record each request once, with its user, when
// the response is known.
const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived, ResponseStarted]
rules:
- level: Metadata
`

func writeAuditPolicy(path string) error {
	return os.WriteFile(path, []byte(auditPolicy), 0o600)
}
