// Package mdns makes the box findable on the local network without any other
// machine's help: as http://copi.local, and in the lists of browsers, phones
// and neighbouring boxes.
//
// Services (what avahi-browse lists) are announced by grandcat/zeroconf. It
// does not answer a plain question for the host's address, nor notice that
// another box has the same name; the responder here does both, after RFC 6762:
// it probes for the name, takes the next one (copi-2) when it is held by
// somebody else, announces, answers, defends, and says goodbye.
//
// The rules are pure: answer (answer.go) says what a question gets, engine
// (engine.go) what happens when. Announcer (announcer.go) does the input and
// output around them.
package mdns

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/miekg/dns"
)

const (
	maxLabel = 63
	domain   = "local."
)

// hostName is the name after n-1 conflicts: copi.local., copi-2.local., …
func hostName(label string, n int) string {
	if n < 2 {
		return label + "." + domain
	}
	suffix := "-" + strconv.Itoa(n)
	return label[:min(len(label), maxLabel-len(suffix))] + suffix + "." + domain
}

// checkLabel refuses what is no host name: letters, digits and inner dashes
// only, so that it can be read aloud and typed anywhere.
func checkLabel(label string) error {
	bad := strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-")
	if label == "" || len(label) > maxLabel || bad != "" || label[0] == '-' || label[len(label)-1] == '-' {
		return fmt.Errorf("mdns: %q is no host name: a-z, 0-9 and dashes inside, at most 63", label)
	}
	return nil
}

// instanceLabel writes the name of a service, which may hold anything, as the
// dns package writes labels it has read: zeroconf compares these texts.
func instanceLabel(name string) (string, error) {
	if name == "" || len(name) > maxLabel {
		return "", fmt.Errorf("mdns: service name %q: want 1 to 63 bytes", name)
	}
	wire := append([]byte{byte(len(name))}, name...)
	label, _, err := dns.UnpackDomainName(append(wire, 0), 0)
	if err != nil {
		return "", fmt.Errorf("mdns: service name %q: %w", name, err)
	}
	return strings.TrimSuffix(label, "."), nil
}

// numbered is the name of a service of the n-th box of that name: "CoPi (2)".
// It is cut at a rune so that all of it fits.
func numbered(name string, n int) string {
	if n < 2 {
		return cut(name, maxLabel)
	}
	suffix := fmt.Sprintf(" (%d)", n)
	return cut(name, maxLabel-len(suffix)) + suffix
}

// cut shortens text to at most n bytes, whole runes only.
func cut(text string, n int) string {
	end := 0
	for i, r := range text {
		if i+len(string(r)) > n {
			break
		}
		end = i + len(string(r))
	}
	return text[:end]
}
