package images

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestAPackedImageIsTheImage(t *testing.T) {
	dir := t.TempDir()
	image := bytes.Repeat([]byte("a card, mostly empty"+strings.Repeat("\x00", 4076)), 700)
	name := filepath.Join(dir, "copi.img")
	write(t, name, image)
	p, err := Pack(t.Context(), name, filepath.Join(dir, "copi.img.gz"))
	if err != nil {
		t.Fatal(err)
	}
	packed, err := os.ReadFile(p.File)
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(z); err != nil || !bytes.Equal(got, image) {
		t.Errorf("%d bytes come out, %v", len(got), err)
	}
	sum := func(b []byte) string { s := sha256.Sum256(b); return hex.EncodeToString(s[:]) }
	if p.Whole != int64(len(image)) || p.Size != int64(len(packed)) || p.Sum != sum(image) || p.SumOfIt != sum(packed) {
		t.Errorf("%+v", p)
	}
	again, err := Pack(t.Context(), name, filepath.Join(dir, "again.img.gz"))
	if err != nil || again.SumOfIt != p.SumOfIt {
		t.Errorf("packed again: %+v, %v", again, err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Pack(gone, name, filepath.Join(dir, "half.img.gz")); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "half*")); len(left) > 0 {
		t.Errorf("%v is left", left)
	}
}

// TestTheManifestHasWhatImagerAsksFor, by the list of its schema.
func TestTheManifestHasWhatImagerAsksFor(t *testing.T) {
	p := Packed{File: "dist/copi.img.gz", Size: 73e6, Whole: 2 << 30, Sum: strings.Repeat("a", 64), SumOfIt: strings.Repeat("b", 64)}
	for url, want := range map[string]string{"https://exemple.invalid/copi.img.gz": "https://exemple.invalid/copi.img.gz", "": "file:///"} {
		text, err := Manifest(p, "1.4.0", url, time.Unix(1780000000, 0))
		if err != nil {
			t.Fatal(err)
		}
		var list struct {
			Systems []map[string]any `json:"os_list"`
		}
		if err := json.Unmarshal(text, &list); err != nil || len(list.Systems) != 1 {
			t.Fatalf("%v\n%s", err, text)
		}
		s := list.Systems[0]
		for _, key := range []string{"name", "description", "icon", "url", "extract_size", "extract_sha256", "image_download_size", "release_date", "devices"} {
			if s[key] == nil || s[key] == "" {
				t.Errorf("no %s", key)
			}
		}
		if got, _ := s["url"].(string); !strings.HasPrefix(got, want) || s["release_date"] != "2026-05-28" || s["extract_size"] != float64(2<<30) {
			t.Errorf("%v", s)
		}
	}
}
