package hotspot

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"copi.local/store/hotspot"
)

// hostapdPlaces are where the program may be; gokrazy has no PATH.
var hostapdPlaces = []string{"/usr/sbin/hostapd", "/sbin/hostapd", "/usr/bin/hostapd", "/usr/local/sbin/hostapd"}

// hostapdWithin is how long it may take to end when it is told to.
const hostapdWithin = 3 * time.Second

// hostapdConfig is what hostapd reads: WPA2 with one passphrase, phones kept
// apart from each other. Name and passphrase were checked (no line ends); the
// name goes in as hexadecimal, so that any character can be in it.
func hostapdConfig(iface string, s hotspot.Settings, phones int) string {
	return fmt.Sprintf(`interface=%s
driver=nl80211
ssid2=%x
utf8_ssid=1
country_code=%s
ieee80211d=1
hw_mode=g
channel=%d
ieee80211n=1
wmm_enabled=1
auth_algs=1
wpa=2
wpa_key_mgmt=WPA-PSK
rsn_pairwise=CCMP
wpa_passphrase=%s
ap_isolate=1
max_num_sta=%d
`, iface, s.SSID, s.Country, s.Channel, s.Passphrase, phones)
}

// findHostapd is the path of the program.
func findHostapd() (string, error) {
	if path, err := exec.LookPath("hostapd"); err == nil {
		return path, nil
	}
	for _, path := range hostapdPlaces {
		if info, err := os.Stat(path); err == nil && info.Mode()&0o111 != 0 {
			return path, nil
		}
	}
	return "", ErrNoProgram
}

// runHostapd runs the program until ctx ends or it does; up is called when
// phones can join. The settings reach it through a pipe: the passphrase is in no
// file, and in no list of processes.
func runHostapd(ctx context.Context, program, config string, up func()) error {
	runtime.LockOSThread() // the program ends with the thread that started it: see start
	defer runtime.UnlockOSThread()
	read, write, err := os.Pipe()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, program, "/proc/self/fd/3")
	cmd.ExtraFiles = []*os.File{read}
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = hostapdWithin
	out, in := io.Pipe()
	cmd.Stdout, cmd.Stderr = in, in
	told := make(chan string, 1)
	go func() { // ends with the program
		told <- follow(out, up)
	}()
	err = start(cmd)
	_ = read.Close() // it has its own
	if err == nil {
		_, err = io.WriteString(write, config) // shorter than a pipe holds
	}
	err = errors.Join(err, write.Close())
	if cmd.Process != nil {
		err = errors.Join(err, cmd.Wait())
	}
	_ = in.Close() // never fails
	said := <-told
	if ctx.Err() != nil {
		return nil
	}
	return fmt.Errorf("hostapd: %s: %w", said, errors.Join(err, errEnded))
}

var errEnded = errors.New("the program ended")

// follow reads what the program says and gives the line that tells most about
// its end: the first, since phones could join where they could. Lines about
// phones are dropped: who came is nobody's affair.
func follow(out io.Reader, up func()) (said string) {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		switch line := lines.Text(); {
		case strings.Contains(line, "AP-ENABLED"):
			up()
			said = ""
		case strings.Contains(line, " STA ") || strings.Contains(line, "AP-STA") || strings.Contains(line, "interface state"):
		case said == "":
			said = line
		}
	}
	_, _ = io.Copy(io.Discard, out) // after a line too long for a scanner
	return said
}
