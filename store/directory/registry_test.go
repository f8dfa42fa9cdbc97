package directory_test

import (
	"testing"

	"copi.local/store/directory"
)

func TestDI2_RNA(t *testing.T) {
	for in, want := range map[string]string{
		"W463001234": "W463001234", "w46 300 1234": "W463001234", "W2A1000119": "W2A1000119", "w9j1003281": "W9J1003281",
		"W2B1000119": "W2B1000119", "": "", "  ": "", "W 463\u00a0001\u202f234": "W463001234",
		"W46300123": "refused", "W4630012345": "refused", "463001234": "refused", "W2C1000119": "refused", "W46300123A": "refused",
		"X463001234": "refused", "W463001é34": "refused", "W9": "refused",
	} {
		got, err := directory.NormalizeRNA(in)
		if err != nil {
			got = "refused"
		}
		if got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestDI3_SIRET(t *testing.T) {
	for in, want := range map[string]struct {
		siret string
		doubt bool
	}{
		"732 829 320 00074": {"73282932000074", false}, "73282932000074": {"73282932000074", false}, "": {"", false},
		"732 829 320 00075": {"refused", false}, "7328293200007": {"refused", false}, "7328293200007A": {"refused", false},
		"356 000 000 00048": {"35600000000048", false}, "356 000 000 49837": {"35600000049837", true},
	} {
		got, doubt, err := directory.NormalizeSIRET(in)
		if err != nil {
			got = "refused"
		}
		if got != want.siret || doubt != want.doubt {
			t.Errorf("%q: %q %v, want %v", in, got, doubt, want)
		}
	}
	if got := directory.SIREN("73282932000074"); got != "732829320" {
		t.Errorf("SIREN %q", got)
	}
}
