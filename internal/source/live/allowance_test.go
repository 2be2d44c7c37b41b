package live

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// Only requests spend the time of a budget: a list may wait for others as long as they need.
func TestWaitingSpendsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := Budget{Time: 10 * time.Second}.allowance()
		_, spent := a.spend(t.Context())
		time.Sleep(4 * time.Second)
		spent()
		time.Sleep(time.Hour)
		request, spent := a.spend(t.Context())
		time.Sleep(5 * time.Second)
		if err := request.Err(); err != nil {
			t.Errorf("after 9 of 10 seconds: %v", err)
		}
		time.Sleep(2 * time.Second)
		if err := context.Cause(request); !errors.Is(err, errOverBudget) {
			t.Errorf("after 11 of 10 seconds: %v", err)
		}
		spent()
		request, spent = a.spend(t.Context())
		defer spent()
		if err := context.Cause(request); !errors.Is(err, errOverBudget) {
			t.Errorf("another request: %v", err)
		}
	})
}

func TestNoBudgetOfTime(t *testing.T) {
	request, spent := Budget{Objects: 1}.allowance().spend(t.Context())
	defer spent()
	if _, limited := request.Deadline(); limited {
		t.Error("there is a deadline")
	}
}
