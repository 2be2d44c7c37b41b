package live

import "context"

// Reach asks the server for its version. It returns nil once there is an answer, which
// needs next to no memory: so many clusters can be reached while few are read.
func (l *Source) Reach(ctx context.Context) error {
	if err := l.connect(); err != nil {
		return err
	}
	_, err := l.serverVersion(ctx)
	return ignoreForbidden(err)
}
