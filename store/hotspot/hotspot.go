// Package hotspot keeps what the operator decided about the box's own Wi-Fi,
// and knows by which questions phones look for the internet behind it
// (FRONT §5). What a radio needs beside is package appliance/hotspot's.
package hotspot

import (
	"slices"
	"strings"
	"unicode/utf8"

	"copi.local/store"
)

// Mode is what the box does with its Wi-Fi.
type Mode string

// The modes. They stand in the database and in forms.
const (
	Off      Mode = "off"     // the cable only
	Portal   Mode = "portail" // a welcome page comes up by itself
	Discreet Mode = "discret" // nothing comes up: the address and the poster only
)

// Modes lists them, the usual one first.
var Modes = []Mode{Off, Portal, Discreet}

// Bounds of what Wi-Fi takes: of the name in bytes (IEEE 802.11), of the
// passphrase in characters of ASCII (WPA2), and the channels of 2.4 GHz that
// everybody's phone knows.
const (
	MaxSSID       = 32
	MinPassphrase = 8
	MaxPassphrase = 63
)

// Channels are those that do not cover each other.
var Channels = []int{1, 6, 11}

// Phones is how many phones the radio of a Raspberry Pi serves with the
// firmware it is delivered with.
const Phones = 8

// Settings are what the operator decided.
type Settings struct {
	Mode       Mode
	SSID       string
	Passphrase string
	Channel    int
	Country    string // ISO 3166, two capital letters: whose rules of radio hold
}

// On tells whether the box is to have a Wi-Fi of its own.
func (s Settings) On() bool { return s.Mode != Off }

// Of are the settings in force.
func Of(tx *store.Tx) (Settings, error) {
	return store.One(tx, func(r store.Row) (s Settings, err error) {
		err = r.Scan(&s.Mode, &s.SSID, &s.Passphrase, &s.Channel, &s.Country)
		return s, err
	}, sqlGet)
}

// Set changes them, for an operator. It fails with kind Invalid, a fault a
// field; a Wi-Fi that stays off may lack name and passphrase.
func Set(tx *store.Tx, s Settings) error {
	if err := tx.Actor.Need(store.Operator); err != nil {
		return err
	}
	if err := s.Check(); err != nil {
		return err
	}
	_, err := tx.Exec(sqlSet, s.Mode, s.SSID, s.Passphrase, s.Channel, s.Country)
	return err
}

// Check tells what a radio or a phone would not take.
func (s Settings) Check() error {
	var bad store.Errors
	if !slices.Contains(Modes, s.Mode) {
		bad.Add(store.E(store.Invalid, "err.hotspot.mode").At("mode"))
	}
	if !slices.Contains(Channels, s.Channel) {
		bad.Add(store.E(store.Invalid, "err.hotspot.channel").At("channel"))
	}
	if len(s.Country) != 2 || strings.Trim(s.Country, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		bad.Add(store.E(store.Invalid, "err.hotspot.country").At("country"))
	}
	s.checkName(&bad)
	s.checkPassphrase(&bad)
	return bad.OrNil()
}

func (s Settings) checkName(bad *store.Errors) {
	switch {
	case s.SSID == "" && s.On():
		bad.Add(store.E(store.Invalid, "err.hotspot.ssid_missing").At("ssid"))
	case len(s.SSID) > MaxSSID:
		bad.Add(store.E(store.Invalid, "err.hotspot.ssid_long", "max", MaxSSID).At("ssid"))
	case !utf8.ValidString(s.SSID) || strings.ContainsFunc(s.SSID, func(r rune) bool { return r < ' ' || r == 0x7f }):
		bad.Add(store.E(store.Invalid, "err.hotspot.ssid").At("ssid"))
	}
}

func (s Settings) checkPassphrase(bad *store.Errors) {
	n := len(s.Passphrase)
	switch {
	case n == 0 && !s.On():
	case strings.ContainsFunc(s.Passphrase, func(r rune) bool { return r < ' ' || r > '~' }):
		bad.Add(store.E(store.Invalid, "err.hotspot.passphrase").At("passphrase"))
	case n < MinPassphrase:
		bad.Add(store.E(store.Invalid, "err.hotspot.passphrase_short", "min", MinPassphrase).At("passphrase"))
	case n > MaxPassphrase:
		bad.Add(store.E(store.Invalid, "err.hotspot.passphrase_long", "max", MaxPassphrase).At("passphrase"))
	}
}

// NameFor proposes a name of the Wi-Fi of a commune: "CoPi Saint-Aubin", as much
// of it as fits.
func NameFor(commune string) string {
	name := strings.TrimSpace("CoPi " + commune)
	for len(name) > MaxSSID {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	return strings.TrimSpace(name)
}

// Join is what a phone's camera reads to join the Wi-Fi. The form is the one of
// the ZXing project, which all phones follow; a backslash stands before what
// means something in it.
func (s Settings) Join() string {
	escape := strings.NewReplacer(`\`, `\\`, `;`, `\;`, `,`, `\,`, `:`, `\:`, `"`, `\"`)
	return "WIFI:T:WPA;S:" + escape.Replace(s.SSID) + ";P:" + escape.Replace(s.Passphrase) + ";;"
}
