package controlplane

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"

	"k8s.io/client-go/util/keyutil"
)

// writeServiceAccountKey writes a new key that signs the tokens of service accounts.
func writeServiceAccountKey(path string) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	pem, err := keyutil.MarshalPrivateKeyToPEM(key)
	if err != nil {
		return err
	}
	return keyutil.WriteKey(path, pem)
}
