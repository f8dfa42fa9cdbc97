package account_test

import (
	"testing"

	"copi.local/store/account"
)

func TestObviousPasswords(t *testing.T) {
	own := []string{"marie.durand", "Marie Durand", "Saint-Denis-lès-Martel", "La boîte de Martel"}
	for _, p := range []string{
		"motdepasse", "MotDePasse1", "M0tdep@sse!", "azertyuiop", "1234567890", "0987654321", "aaaaaaaaaa",
		"1212121212", "bonjour2024", "2024bonjour", "marseille13", "mariedurand", "Durand-1962", "saintdenis46",
		"Saint-Denis-lès-Martel", "soleilsoleil", "azerty12345", "12/07/1962", "06 12 34 56 78", "qwertyuiop!", "jetaimejetaime",
		"doudou123456", "1q2w3e4r5t", "password2026",
	} {
		if !account.TooObvious(p, own...) {
			t.Errorf("%q passes", p)
		}
	}
	for _, p := range []string{
		good, "le chat de la voisine", "tondeuse à gazon verte", "Kp8-vR2-qLm9", "trois petits cochons", "vélo rouge sous la pluie",
	} {
		if account.TooObvious(p, own...) {
			t.Errorf("%q is refused", p)
		}
	}
}
