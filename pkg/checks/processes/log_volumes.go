package processes

import (
	"path"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/prodcheck/kubectl-prodcheck/pkg/inventory"
)

func unseenVolumes(t *inventory.Template, c *corev1.Container, paths []string) []string {
	var by []string
	for i := range c.VolumeMounts {
		m := &c.VolumeMounts[i]
		if !m.ReadOnly && below(m.MountPath, paths) && forLogs(t, m.Name) && !mountedElsewhere(t, c, m.Name) {
			by = append(by, "volume "+m.Name+" at "+m.MountPath)
		}
	}
	return by
}

// below reports whether a directory is one of others, or in one.
func below(dir string, others []string) bool {
	dir = path.Clean(dir)
	return slices.ContainsFunc(others, func(other string) bool {
		other = path.Clean(other)
		return dir == other || strings.HasPrefix(dir, strings.TrimSuffix(other, "/")+"/")
	})
}

// forLogs reports whether files that a program writes to a volume stay there
// unread: log collectors look for files on the node.
func forLogs(t *inventory.Template, volume string) bool {
	v := volumeNamed(t, volume)
	// Claim templates of a StatefulSet are not among the volumes of its template.
	return v == nil || v.HostPath == nil && v.ConfigMap == nil && v.Secret == nil && v.Projected == nil && v.DownwardAPI == nil
}

func volumeNamed(t *inventory.Template, name string) *corev1.Volume {
	if i := slices.IndexFunc(t.Spec.Volumes, func(v corev1.Volume) bool { return v.Name == name }); i >= 0 {
		return &t.Spec.Volumes[i]
	}
	return nil
}

// shared reports whether another container mounts the volume that contains a
// file, or log collectors find it on the node. If the file is not known, any
// volume counts.
func shared(t *inventory.Template, c *corev1.Container, file string, paths []string) bool {
	volume, depth := "", -1
	for i := range c.VolumeMounts {
		m := &c.VolumeMounts[i]
		if m.ReadOnly {
			continue
		}
		if !path.IsAbs(file) {
			v := volumeNamed(t, m.Name)
			if mountedElsewhere(t, c, m.Name) || v != nil && v.HostPath != nil && below(v.HostPath.Path, paths) {
				return true
			}
		} else if below(file, []string{m.MountPath}) && len(m.MountPath) > depth {
			volume, depth = m.Name, len(m.MountPath)
		}
	}
	v := volumeNamed(t, volume)
	return v != nil && v.HostPath != nil || volume != "" && mountedElsewhere(t, c, volume)
}

func mountedElsewhere(t *inventory.Template, c *corev1.Container, volume string) bool {
	return slices.ContainsFunc(t.LongRunning(), func(other *corev1.Container) bool {
		return other.Name != c.Name && slices.ContainsFunc(other.VolumeMounts, func(m corev1.VolumeMount) bool { return m.Name == volume })
	})
}
