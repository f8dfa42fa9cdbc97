package install

import (
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"regexp"
	"strings"
)

// gpioGroup may open the lines of the board on Raspberry Pi OS.
const gpioGroup = "gpio"

// Settings are the flags of copi serve that are kept in the service.
type Settings struct {
	Data     string // directory, absolute
	HTTP     string // address of the pages
	Peer     string // address for neighbouring boxes
	Hostname string // on the local network, before .local
}

var usual = Settings{Data: Data, HTTP: ":80", Peer: ":4001", Hostname: "copi"}

// or fills what is empty.
func (s Settings) or(o Settings) Settings {
	for _, f := range []struct{ to, from *string }{{&s.Data, &o.Data}, {&s.HTTP, &o.HTTP}, {&s.Peer, &o.Peer}, {&s.Hostname, &o.Hostname}} {
		if *f.to == "" {
			*f.to = *f.from
		}
	}
	return s
}

// Shapes of settings: a line of the service holds them unquoted.
var (
	plainPath = regexp.MustCompile(`^/[A-Za-z0-9._/-]+$`)
	plainName = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)
)

// hidden are where the service sees nothing, or what is gone at a restart.
var hidden = []string{"/home/", "/root/", "/run/", "/tmp/", "/var/tmp/", "/proc/", "/sys/", "/dev/"}

// shared are directories of the system, which cannot be one service's.
var shared = []string{"/var", "/var/lib", "/srv", "/opt", "/mnt", "/media", "/usr", "/etc", "/usr/local", "/boot"}

func (s Settings) check() error {
	data := filepath.Clean(s.Data)
	if !plainPath.MatchString(s.Data) || data != s.Data {
		return fmt.Errorf("the data directory %q: write it from the root, in letters, digits, and . _ - /", s.Data)
	}
	for _, dir := range shared {
		if data == dir {
			return fmt.Errorf("the data directory %s belongs to the system: name one of the box's own in it", data)
		}
	}
	for _, dir := range hidden {
		if strings.HasPrefix(data+"/", dir) {
			return fmt.Errorf("the data directory %s: a service has no place there; move the data, for example to %s", data, Data)
		}
	}
	for _, address := range []string{s.HTTP, s.Peer} {
		if _, port, err := net.SplitHostPort(address); err != nil || port == "" || strings.ContainsAny(address, " \t\n%\"'\\$") {
			return fmt.Errorf("the address %q: write it as :80 or 192.168.1.20:80", address)
		}
	}
	if !plainName.MatchString(s.Hostname) {
		return errors.New("the name on the network: small letters, digits and hyphens, at most 63")
	}
	return nil
}

// settingsOf reads what unit wrote.
func settingsOf(text string) (s Settings) {
	for line := range strings.Lines(text) {
		command, ok := strings.CutPrefix(strings.TrimSpace(line), "ExecStart=")
		if !ok {
			continue
		}
		words := strings.Fields(command)
		for k, word := range words[:max(0, len(words)-1)] {
			for flag, to := range map[string]*string{"--data": &s.Data, "--http": &s.HTTP, "--peer": &s.Peer, "--hostname": &s.Hostname} {
				if word == flag {
					*to = words[k+1]
				}
			}
		}
	}
	return s
}

// Unit is the service of the settings, filled up with the usual ones. It fails
// when a setting is wrong.
func Unit(s Settings) (string, error) {
	s = s.or(usual)
	if err := s.check(); err != nil {
		return "", err
	}
	return unit(s, nil), nil
}

// unit is the service (systemd.service(5), systemd.exec(5)): an ordinary user
// who sees a system it cannot change, writes to its data and to what is plugged
// in, opens the lines of the board and no other device, and calls nothing of
// the kernel that a server has no need of.
func unit(s Settings, groups []string) string {
	return fmt.Sprintf(`# Written by copi install; copi install writes it anew.
[Unit]
Description=CoPi, the commune's own network
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=%s serve --data %s --http %s --peer %s --hostname %s
User=%s
SupplementaryGroups=%s
UMask=0077
Restart=always
RestartSec=2

# What it may write.
ProtectSystem=strict
ReadWritePaths=%s -/media -/mnt
ProtectHome=yes
PrivateTmp=yes
RemoveIPC=yes

# What it may touch: ports below 1024, the lines of the board, no other device.
AmbientCapabilities=CAP_NET_BIND_SERVICE
CapabilityBoundingSet=CAP_NET_BIND_SERVICE
DevicePolicy=closed
DeviceAllow=char-gpiochip rw
NoNewPrivileges=yes
RestrictSUIDSGID=yes

# What it may ask of the kernel.
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
ProtectProc=invisible
LockPersonality=yes
MemoryDenyWriteExecute=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources
SystemCallErrorNumber=EPERM

[Install]
WantedBy=multi-user.target
`, program, s.Data, s.HTTP, s.Peer, s.Hostname, account, strings.Join(groups, " "), s.Data)
}
