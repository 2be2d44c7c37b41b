package cli

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/prodcheck/kubectl-prodcheck/internal/fileerror"
	"github.com/prodcheck/kubectl-prodcheck/internal/source/files"
	"github.com/prodcheck/kubectl-prodcheck/internal/source/live"
	"github.com/prodcheck/kubectl-prodcheck/pkg/api"
	"github.com/prodcheck/kubectl-prodcheck/pkg/mask"
)

// maxErrorMessage limits the text of a server or a file in an error.
const maxErrorMessage = 2048

// errorMessage formats an error on one line, in kubectl's words if kubectl has
// its own for it.
func errorMessage(err error) string {
	// Some libraries write whole paragraphs.
	return api.Text(mask.Text(strings.Join(strings.Fields(kubectlMessage(err)), " ")), maxErrorMessage)
}

// reasonOf formats an error for use within another message.
func reasonOf(err error) string { return strings.TrimPrefix(errorMessage(err), "error: ") }

func kubectlMessage(err error) string {
	var status apierrors.APIStatus
	if errors.As(err, &status) {
		reason := status.Status().Reason
		switch {
		case reason == metav1.StatusReasonUnauthorized:
			return fmt.Sprintf("error: You must be logged in to the server (%s)", status.Status().Message)
		case reason != "":
			return fmt.Sprintf("Error from server (%s): %v", reason, err)
		}
		return fmt.Sprintf("Error from server: %v", err)
	}
	var request *url.Error
	if errors.As(err, &request) {
		if isRefused(err) || strings.Contains(err.Error(), "connection refused") {
			return fmt.Sprintf("The connection to the server %s was refused - did you specify the right host or port?", hostOf(request.URL))
		}
		return fmt.Sprintf("Unable to connect to the server: %v", request.Err)
	}
	return "error: " + strings.TrimPrefix(err.Error(), "error: ") + remedyOf(err)
}

// remedyOf names the flag or command that helps, empty if none does.
func remedyOf(err error) string {
	var empty files.EmptyError
	var unwatchable live.UnwatchableError
	switch {
	case errors.As(err, &empty) && !empty.Recursive:
		return "; directories in it are read with --recursive"
	case errors.As(err, &unwatchable):
		return " (the output of rbac --observe grants it)"
	}
	return ""
}

func hostOf(address string) string {
	if server, err := url.Parse(address); err == nil {
		return server.Host
	}
	return address
}

// ofFile names the file as the user does, whatever name the error has for it.
func ofFile(name string, err error) error {
	return fmt.Errorf("%s: %w", name, fileerror.Cause(err))
}
