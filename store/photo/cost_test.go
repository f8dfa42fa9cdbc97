package photo

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/photo/picture"
	"copi.local/store/storetest"
)

// What a photo of 12 megapixels may cost (FRONT.md §4, DESIGN.md §8).
const (
	mostMemory = 64 << 20
	mostCPU    = 400 * time.Millisecond
)

// twelveMegapixels is a photo as a phone takes it: slopes, grain, 2.5 MB.
func twelveMegapixels(t testing.TB) []byte {
	t.Helper()
	img := image.NewYCbCr(image.Rect(0, 0, 4000, 3000), image.YCbCrSubsampleRatio420)
	grain := rand.New(rand.NewPCG(1, 2))
	for y := range 3000 {
		for x := range 4000 {
			img.Y[y*img.YStride+x] = uint8(40 + 120*x/4000 + 60*y/3000 + grain.IntN(24))
		}
	}
	for i := range img.Cb {
		img.Cb[i], img.Cr[i] = uint8(110+i*20/len(img.Cb)), uint8(140-i*20/len(img.Cb))
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 88}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestATwelveMegapixelPhotoFitsASmallBox keeps one, and ten at once, in a
// process of its own and asks the kernel what it cost, beside the same process
// keeping none.
func TestATwelveMegapixelPhotoFitsASmallBox(t *testing.T) {
	if testing.Short() {
		t.Skip("measures a whole process, which the race detector makes another")
	}
	file := filepath.Join(t.TempDir(), "photo.jpg")
	photo := twelveMegapixels(t)
	if err := os.WriteFile(file, photo, 0o600); err != nil {
		t.Fatal(err)
	}
	none, one, ten := costOf(t, file, 0), costOf(t, file, 1), costOf(t, file, 10)
	t.Logf("a photo of %.1f MB: %.1f MB and %v; ten at once %.1f MB and %v; the process alone %.1f MB",
		mb(int64(len(photo))), mb(one.memory-none.memory), one.cpu-none.cpu, mb(ten.memory-none.memory), ten.cpu-none.cpu, mb(none.memory))
	if m := one.memory - none.memory; m > mostMemory {
		t.Errorf("takes %.1f MB", mb(m))
	}
	if m := ten.memory - one.memory; m > mostMemory/8 {
		t.Errorf("ten at once take %.1f MB more than one", mb(m))
	}
	if c := min(one.cpu-none.cpu, (ten.cpu-none.cpu)/10); c > mostCPU { // others use the machine, too
		t.Errorf("takes %v of CPU", c)
	}
}

func mb(n int64) float64 { return float64(n) / 1e6 }

type cost struct {
	memory int64
	cpu    time.Duration
}

// costChild names the photo and how many times to keep it.
const costChild = "COPI_TEST_PHOTO_COST"

func costOf(t *testing.T, file string, n int) cost {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKeepInAProcessOfItsOwn$", "-test.count=1")
	cmd.Env = append(os.Environ(), costChild+"="+strconv.Itoa(n)+" "+file, "GOGC=40") // as appliance has it
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	_, peak, _ := strings.Cut(string(out), "VmHWM:")
	kB, err := strconv.ParseInt(strings.TrimSpace(strings.Split(peak, "kB")[0]), 10, 64)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return cost{kB << 10, cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
}

// TestKeepInAProcessOfItsOwn is the process of the test above.
func TestKeepInAProcessOfItsOwn(t *testing.T) {
	times, file, ok := strings.Cut(os.Getenv(costChild), " ")
	if !ok {
		t.Skip("part of TestATwelveMegapixelPhotoFitsASmallBox")
	}
	n, err := strconv.Atoi(times)
	if err != nil {
		t.Fatal(err)
	}
	db, _ := storetest.Open(t)
	a := NewAlbum(db, nil)
	var all sync.WaitGroup
	for range n {
		all.Go(func() {
			in, err := os.Open(file)
			if err != nil {
				t.Error(err)
				return
			}
			defer func() { _ = in.Close() }()
			spool, err := a.Receive(in)
			if err != nil {
				t.Error(err)
				return
			}
			defer func() { _ = spool.Close() }()
			at := ref(store.NewID())
			ctx := store.As(context.Background(), lea)
			err = a.Keep(ctx, spool, func(f File) error {
				return db.Update(ctx, func(tx *store.Tx) error { _, err := Attach(tx, at, f, "la salle", false); return err })
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	status, err := os.ReadFile("/proc/self/status") // what wait4 tells counts the parent in
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stdout.Write(status); err != nil {
		t.Fatal(err)
	}
}

// BenchmarkTwelveMegapixels is a whole photo, beside nothing but decoding it.
func BenchmarkTwelveMegapixels(b *testing.B) {
	photo := twelveMegapixels(b)
	b.Run("decode only", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := jpeg.Decode(bytes.NewReader(photo)); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("both sizes", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := picture.Make(bytes.NewReader(photo)); err != nil {
				b.Fatal(err)
			}
		}
	})
}
