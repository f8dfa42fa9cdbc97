package appliance

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// picture is a root directory as Linux shows it on a machine; the SD card's
// number stands at the device that data lies on.
func picture(t *testing.T, data string, files map[string]string, cid string) string {
	t.Helper()
	root := t.TempDir()
	write := func(name, text string) {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range files {
		write(name, text)
	}
	if cid != "" {
		var st unix.Stat_t
		if err := unix.Stat(data, &st); err != nil {
			t.Fatal(err)
		}
		write("sys/devices/mmc0/block/mmcblk0/device/cid", cid+"\n")
		write("sys/devices/mmc0/block/mmcblk0/mmcblk0p2/size", "1\n")
		link := filepath.Join(root, fmt.Sprintf(blockDevice, unix.Major(st.Dev), unix.Minor(st.Dev)))
		if err := os.MkdirAll(filepath.Dir(link), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(filepath.Join(root, "sys/devices/mmc0/block/mmcblk0/mmcblk0p2"), link); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func TestMachineIsBoardAndCard(t *testing.T) {
	data := t.TempDir()
	pi := map[string]string{boardSerial: "10000000abcd\x00", machineID: "1\n"}
	of := func(files map[string]string, cid string) string {
		return machineOf(picture(t, data, files, cid), data).String()
	}
	here := of(pi, "card1")
	for name, other := range map[string]string{
		"another board":         of(map[string]string{boardSerial: "10000000abce\x00", machineID: "1\n"}, "card1"),
		"another card":          of(pi, "card2"),
		"no card":               of(pi, ""),
		"a machine without one": of(nil, "card1"),
	} {
		if other == here {
			t.Errorf("%s is the same machine", name)
		}
	}
	if of(pi, "card1") != here {
		t.Error("the same machine is another the next time")
	}
	if of(map[string]string{boardSerial: "10000000abcd\x00", machineID: "2\n"}, "card1") != here {
		t.Error("a system written anew makes another machine of the same board")
	}
	if of(map[string]string{machineID: "1\n"}, "") == of(map[string]string{machineID: "2\n"}, "") {
		t.Error("two PCs are the same machine")
	}
}
