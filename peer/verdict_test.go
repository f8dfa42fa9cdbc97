package peer

import (
	"errors"
	"fmt"
	"testing"

	"copi.local/peer/wire"
	"copi.local/store"
)

func TestJudgeKnowsEveryKind(t *testing.T) {
	want := map[store.Kind]Verdict{
		store.Internal: Retry, store.Invalid: Suspend, store.Unauthenticated: Suspend, store.Forbidden: Refuse,
		store.NotFound: Refuse, store.Conflict: Retry, store.Busy: Retry,
	}
	for k := store.Kind(0); k.String() != fmt.Sprintf("kind(%d)", k); k++ {
		v, ok := want[k]
		if !ok {
			t.Errorf("no verdict is expected for kind %v: decide", k)
		}
		if got := Judge(fmt.Errorf("wrapped: %w", store.E(k, "err.any"))); got != v {
			t.Errorf("%v: verdict %d, want %d", k, got, v)
		}
	}
	for err, v := range map[error]Verdict{
		nil: Keep, wire.ErrForm: Suspend, wire.ErrSignature: Suspend, errors.New("a full disk"): Retry,
	} {
		if got := Judge(err); got != v {
			t.Errorf("%v: verdict %d, want %d", err, got, v)
		}
	}
}
