package kube

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// AuditEvent is a request that the API server answered.
type AuditEvent struct {
	User        string
	UserAgent   string
	Verb        string // As in RBAC: get, list, watch, create, …
	Resource    string // Empty, like the next three, for a RequestURI that is not a resource, such as /version.
	Subresource string
	Namespace   string
	Name        string
	RequestURI  string
	Code        int       // The HTTP status of the answer.
	At          time.Time // The time of the answer.
}

// Audited returns the requests of a user, or for "" of all users, to the API server, in order. A request
// appears when its response has arrived; a watch, when it has ended.
func (c *Cluster) Audited(user string) ([]AuditEvent, error) {
	log, err := os.Open(c.AuditLog)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	var events []AuditEvent
	for decoder := json.NewDecoder(log); ; {
		var line auditLine
		err := decoder.Decode(&line)
		// The server may be in the middle of the next line.
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return events, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", c.AuditLog, err)
		}
		if user == "" || line.User.Username == user {
			events = append(events, line.event())
		}
	}
}

// auditLine is the part of an audit.k8s.io/v1 Event that tests read.
type auditLine struct {
	Verb       string `json:"verb"`
	RequestURI string `json:"requestURI"`
	UserAgent  string `json:"userAgent"`
	User       struct {
		Username string `json:"username"`
	} `json:"user"`
	ObjectRef struct {
		Resource    string `json:"resource"`
		Subresource string `json:"subresource"`
		Namespace   string `json:"namespace"`
		Name        string `json:"name"`
	} `json:"objectRef"`
	StageTimestamp time.Time `json:"stageTimestamp"`
	ResponseStatus struct {
		Code int `json:"code"`
	} `json:"responseStatus"`
}

func (l auditLine) event() AuditEvent {
	return AuditEvent{
		User:        l.User.Username,
		UserAgent:   l.UserAgent,
		Verb:        l.Verb,
		Resource:    l.ObjectRef.Resource,
		Subresource: l.ObjectRef.Subresource,
		Namespace:   l.ObjectRef.Namespace,
		Name:        l.ObjectRef.Name,
		RequestURI:  l.RequestURI,
		Code:        l.ResponseStatus.Code,
		At:          l.StageTimestamp,
	}
}
