package invitation_test

import (
	"bytes"
	"testing"

	"copi.local/store/invitation"
)

func TestACodeIsReadHoweverItIsTyped(t *testing.T) {
	code := invitation.Code("3k7qm0ax90pdzzzz")
	if code != "3K7Q-M0AX-90PD" {
		t.Fatalf("printed as %q", code)
	}
	for _, typed := range []string{"3K7Q-M0AX-90PD", " 3k7q moax 9OpD ", "3k7qm0ax90pd", "\t3k7q-m0ax-90pd\n"} {
		if got := invitation.Tidy(typed); got != code {
			t.Errorf("%q is read as %q", typed, got)
		}
		if !bytes.Equal(invitation.Hash("group", typed), invitation.Hash("group", code)) {
			t.Errorf("%q has another hash", typed)
		}
	}
	for _, typed := range []string{"", "3K7Q-M0AX", "3K7Q-M0AX-90PDZ", "3K7Q-M0AX-90PU", "3K7Q-M0AX-90Pé"} {
		if got := invitation.Tidy(typed); got != "" {
			t.Errorf("%q is read as %q", typed, got)
		}
	}
	if bytes.Equal(invitation.Hash("group", code), invitation.Hash("directory", code)) {
		t.Error("a code of one module opens the door of another")
	}
}

func TestAStateSaysWhyAnInvitationIsOfNoUse(t *testing.T) {
	for state, want := range map[invitation.State]string{
		invitation.Accepted: "err.invitation.used", invitation.Declined: "err.invitation.declined", invitation.Revoked: "err.invitation.revoked",
		invitation.Expired: "err.invitation.expired", invitation.Pending: "err.invitation.pending",
	} {
		if got := state.Why(); got != want {
			t.Errorf("%s: %s", state, got)
		}
		if live := state.Live(); live != (state == invitation.Pending || state == invitation.Expired) {
			t.Errorf("%s: live %v", state, live)
		}
	}
}
