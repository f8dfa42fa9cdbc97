package images

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

// edit replaces old by new in one file of gok's sources, exactly count times.
type edit struct {
	file     string
	old, new string
	count    int
}

// sameBytes makes gok's output depend on its input alone. As published it
// writes the time of the build and of the download into every file entry, and
// copies the certificates and the time zone of the machine it runs on. The
// counts hold for the pinned version; another one fails loudly here.
var sameBytes = []edit{
	// One moment for every file: SOURCE_DATE_EPOCH.
	{"internal/packer/write.go", "time.Now()", "sourceDate()", 7},
	{"internal/packer/write.go", "st.ModTime()", "sourceDate(st)", 3},
	{"internal/packer/packerprepare.go", "time.Now().Format", "sourceDate().Format", 1},
	// The pinned certificates, not the machine's.
	{"internal/packer/cacerts_linux.go", "var certFiles = []string{", "var certFiles, _ = []string{}, []string{", 1},
	{"internal/packer/cacerts.go", `filepath.Join(home, ".config", "gokrazy", "cacert.pem")`, `filepath.Join(home, os.DevNull, "cacert.pem")`, 1},
	// No time zone, not the machine's: the box knows the commune's by itself.
	{"internal/packer/localtime.go", `hostLocaltime := "/etc/localtime"`, `hostLocaltime := ""`, 1},
	// No path of the machine in the bill of materials.
	{"internal/packer/sbom.go", "Path: config.InstanceConfigPath(),", `Path: "config.json",`, 1},
}

// sourceDate is added to gok.
const sourceDate = `package packer

import (
	"os"
	"strconv"
	"time"
)

// sourceDate is the one moment the whole image shows, whatever a file's own is.
func sourceDate(...os.FileInfo) time.Time {
	seconds, err := strconv.ParseInt(os.Getenv("SOURCE_DATE_EPOCH"), 10, 64)
	if err != nil {
		panic("SOURCE_DATE_EPOCH is not set")
	}
	return time.Unix(seconds, 0).UTC()
}
`

// patchedTools copies gok's sources from to the new directory to and edits them.
func patchedTools(from, to string) (err error) {
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		return err
	}
	dir, err := os.OpenRoot(to)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, dir.Close()) }()
	for _, e := range sameBytes {
		if err := e.apply(dir); err != nil {
			return err
		}
	}
	return dir.WriteFile("internal/packer/sourcedate.go", []byte(sourceDate), 0o600)
}

func (e edit) apply(dir *os.Root) error {
	b, err := dir.ReadFile(e.file)
	if err != nil {
		return err
	}
	if n := strings.Count(string(b), e.old); n != e.count {
		return fmt.Errorf("gok has changed: %q is %d times in %s, not %d", e.old, n, e.file, e.count)
	}
	return dir.WriteFile(e.file, []byte(strings.ReplaceAll(string(b), e.old, e.new)), 0o600)
}
