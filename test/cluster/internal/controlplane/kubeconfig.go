package controlplane

import (
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// writeKubeconfig writes a kubeconfig that needs no other file: the certificate and the token are part of it.
func writeKubeconfig(path, server string, ca []byte, u user) error {
	const name = "prodcheck"
	config := api.NewConfig()
	config.Clusters[name] = &api.Cluster{Server: server, CertificateAuthorityData: ca}
	config.AuthInfos[u.name] = &api.AuthInfo{Token: u.token}
	config.Contexts[name] = &api.Context{Cluster: name, AuthInfo: u.name}
	config.CurrentContext = name
	return clientcmd.WriteToFile(*config, path)
}
