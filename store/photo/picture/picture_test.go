package picture_test

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"copi.local/store/photo/picture"
)

// landscape is a picture with soft slopes and some grain, as a camera makes
// them: what compresses like a photo.
func landscape(w, h int) *image.YCbCr {
	img := image.NewYCbCr(image.Rect(0, 0, w, h), image.YCbCrSubsampleRatio420)
	grain := rand.New(rand.NewPCG(1, 2))
	for y := range h {
		for x := range w {
			img.Y[y*img.YStride+x] = uint8(40 + 120*x/w + 60*y/h + grain.IntN(12))
		}
	}
	for i := range img.Cb {
		img.Cb[i], img.Cr[i] = uint8(110+i*20/len(img.Cb)), uint8(140-i*20/len(img.Cb))
	}
	return img
}

func asJPEG(t testing.TB, img image.Image, quality int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// secret stands for a place in the tests: it must not come out.
const secret = "44.9706N 1.8742E chez Lea"

// exif is what a camera says: how it was held, and where.
func exif(orientation int, order binary.AppendByteOrder) []byte {
	mark := "II*\x00"
	if order == binary.AppendByteOrder(binary.BigEndian) {
		mark = "MM\x00*"
	}
	b := order.AppendUint32([]byte(mark), 8)
	b = order.AppendUint16(b, 2)
	for _, e := range []struct{ tag, value int }{{0x010f, 1}, {0x0112, orientation}} {
		b = order.AppendUint16(b, uint16(e.tag))
		b = order.AppendUint16(b, 3)
		b = order.AppendUint32(b, 1)
		b = order.AppendUint16(b, uint16(e.value))
		b = order.AppendUint16(b, 0)
	}
	return append(order.AppendUint32(b, 0), secret...)
}

// withSegment puts a segment behind the first marker of a JPEG.
func withSegment(file []byte, marker byte, body []byte) []byte {
	out := append([]byte{}, file[:2]...)
	out = binary.BigEndian.AppendUint16(append(out, 0xff, marker), uint16(len(body)+2))
	return append(append(out, body...), file[2:]...)
}

func withExif(file []byte, orientation int) []byte {
	return withSegment(file, 0xe1, append([]byte("Exif\x00\x00"), exif(orientation, binary.LittleEndian)...))
}

func mustMake(t testing.TB, file []byte) picture.Picture {
	t.Helper()
	p, err := picture.Make(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// decoded is a rendition as pixels, after a look at what it says of itself.
func decoded(t testing.TB, r picture.Rendition) image.Image {
	t.Helper()
	img, err := jpeg.Decode(bytes.NewReader(r.JPEG))
	if err != nil {
		t.Fatal(err)
	}
	if s := img.Bounds().Size(); s.X != r.Width || s.Y != r.Height {
		t.Errorf("says %dx%d, is %v", r.Width, r.Height, s)
	}
	return img
}

func TestPA4_APhotoLosesItsPlaceAndStandsUpright(t *testing.T) {
	img := landscape(1600, 1200)
	for y := range 600 { // the upper half is dark
		for x := range 1600 {
			img.Y[y*img.YStride+x] = 20
		}
	}
	file := withExif(asJPEG(t, img, 90), 6)
	if !bytes.Contains(file, []byte(secret)) {
		t.Fatal("the test proves nothing")
	}
	p := mustMake(t, file)
	for _, r := range []picture.Rendition{p.Large, p.Thumb} {
		for _, trace := range []string{secret, "Exif", "II*", "ICC", "http"} {
			if bytes.Contains(r.JPEG, []byte(trace)) {
				t.Errorf("%q is still there", trace)
			}
		}
		got := decoded(t, r)
		w, h := r.Width, r.Height
		if h <= w {
			t.Errorf("%dx%d lies on its side", w, h)
		}
		left, right := grey(got, w/4, h/2), grey(got, 3*w/4, h/2)
		if right > 40 || left < 60 { // turned right, what was above is on the right
			t.Errorf("left %d, right %d: not upright", left, right)
		}
	}
	if p.Large.Height != 1280 || p.Large.Width != 960 || p.Thumb.Height != 320 {
		t.Errorf("%dx%d and %dx%d", p.Large.Width, p.Large.Height, p.Thumb.Width, p.Thumb.Height)
	}
}

func grey(img image.Image, x, y int) uint8 {
	return color.GrayModel.Convert(img.At(x, y)).(color.Gray).Y
}

// TestEveryWayToHoldACamera holds the eight orientations against what they mean:
// where the corner that was stored first ends up, and the one stored after it.
func TestEveryWayToHoldACamera(t *testing.T) {
	img := image.NewGray(image.Rect(0, 0, 64, 48)) // first corner white, the next in its row grey
	for y := range 24 {
		for x := range 64 {
			img.Pix[y*img.Stride+x] = 255
			if x >= 32 {
				img.Pix[y*img.Stride+x] = 128
			}
		}
	}
	type corner struct{ right, down bool }
	for o, want := range map[int]struct{ first, second corner }{
		1: {corner{false, false}, corner{true, false}},
		2: {corner{true, false}, corner{false, false}},
		3: {corner{true, true}, corner{false, true}},
		4: {corner{false, true}, corner{true, true}},
		5: {corner{false, false}, corner{false, true}},
		6: {corner{true, false}, corner{true, true}},
		7: {corner{true, true}, corner{true, false}},
		8: {corner{false, true}, corner{false, false}},
	} {
		r := mustMake(t, withExif(asJPEG(t, img, 95), o)).Large
		got := decoded(t, r)
		at := func(c corner) uint8 {
			x, y := r.Width/4, r.Height/4
			if c.right {
				x = 3 * r.Width / 4
			}
			if c.down {
				y = 3 * r.Height / 4
			}
			return grey(got, x, y)
		}
		if a, b := at(want.first), at(want.second); a < 240 || b < 110 || b > 145 {
			t.Errorf("orientation %d: corners are %d and %d", o, a, b)
		}
		if o >= 5 != (r.Height > r.Width) {
			t.Errorf("orientation %d: %dx%d", o, r.Width, r.Height)
		}
	}
}

// chunk is one chunk of a PNG.
func chunk(name string, body []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	b = append(append(b, name...), body...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

// pngHead begins a PNG of 8-bit RGB.
func pngHead(w, h uint32) []byte {
	body := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	return append([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", append(body, 8, 2, 0, 0, 0))...)
}

// inflating is a PNG that says it is small and unpacks to so many bytes.
func inflating(t *testing.T, n int64) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	if _, err := io.CopyN(z, zeros{}, n); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return append(append(pngHead(10, 10), chunk("IDAT", b.Bytes())...), chunk("IEND", nil)...)
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

// frame begins a JPEG of so many pixels.
func frame(marker byte, w, h uint16, sampling ...byte) []byte {
	b := binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16([]byte{8}, h), w)
	b = append(b, byte(len(sampling)))
	for i, s := range sampling {
		b = append(b, byte(i+1), s, 0)
	}
	return append(withSegment([]byte{0xff, 0xd8}, marker, b), 0xff, 0xda)
}

func fromBase64(t testing.TB, s string) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// One pixel each, lossy and lossless.
const (
	webpLossy    = "UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA"
	webpLossless = "UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA=="
)

// extended wraps the chunk of a simple WebP in one that says another size.
func extended(t testing.TB, simple []byte, w, h int) []byte {
	t.Helper()
	x := []byte{0, 0, 0, 0, byte(w - 1), byte((w - 1) >> 8), 0, byte(h - 1), byte((h - 1) >> 8), 0}
	body := append([]byte("WEBPVP8X\x0a\x00\x00\x00"), x...)
	body = append(body, simple[12:]...)
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
}

// lossless is a head of a lossless WebP of so many pixels.
func lossless(w, h uint32) []byte {
	data := binary.LittleEndian.AppendUint32([]byte{0x2f}, (w-1)|(h-1)<<14)
	data = append(data, 0)
	body := append([]byte("WEBPVP8L"), binary.LittleEndian.AppendUint32(nil, uint32(len(data)))...)
	body = append(body, data...)
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
}

func TestWhatIsRefused(t *testing.T) {
	photo := asJPEG(t, landscape(640, 480), 90)
	var moving bytes.Buffer
	if err := gif.Encode(&moving, image.NewPaletted(image.Rect(0, 0, 8, 8), color.Palette{color.White}), nil); err != nil {
		t.Fatal(err)
	}
	wide16 := asPNG(t, image.NewNRGBA64(image.Rect(0, 0, 100, 100)))
	for name, c := range map[string]struct {
		file []byte
		want error
	}{
		"nothing":                  {nil, picture.ErrKind},
		"a text":                   {[]byte("Bonjour"), picture.ErrKind},
		"an SVG with a script":     {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), picture.ErrKind},
		"an SVG in XML":            {[]byte("<?xml version=\"1.0\"?>\n<svg onload=\"alert(1)\"/>"), picture.ErrKind},
		"a page":                   {[]byte("<!doctype html><script>alert(1)</script>"), picture.ErrKind},
		"a GIF":                    {moving.Bytes(), picture.ErrKind},
		"a PDF":                    {[]byte("%PDF-1.7\n"), picture.ErrKind},
		"an iPhone's HEIC":         {[]byte("\x00\x00\x00\x24ftypheic\x00\x00\x00\x00mif1MiHEmiafMiHBheic"), picture.ErrHEIC},
		"an AVIF":                  {[]byte("\x00\x00\x00\x20ftypavif\x00\x00\x00\x00avifmif1"), picture.ErrHEIC},
		"a HEIC under another":     {[]byte("\x00\x00\x00\x1cftypMiHE\x00\x00\x00\x00heic"), picture.ErrHEIC},
		"a film":                   {[]byte("\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41"), picture.ErrKind},
		"a cut JPEG":               {photo[:len(photo)/2], picture.ErrCut},
		"a JPEG without its end":   {photo[:len(photo)-2], picture.ErrCut},
		"a JPEG's first bytes":     {photo[:20], picture.ErrCut},
		"a JPEG without a frame":   {[]byte("\xff\xd8\xff\xd9"), picture.ErrBroken},
		"a JPEG of nothing":        {frame(0xc0, 0, 0, 0x11), picture.ErrBroken},
		"21 megapixels":            {frame(0xc0, 5300, 4000, 0x22, 0x11, 0x11), picture.ErrPixels},
		"65,535 pixels a side":     {frame(0xc0, 65535, 65535, 0x22, 0x11, 0x11), picture.ErrPixels},
		"a strip of 60,000 pixels": {frame(0xc0, 60000, 10, 0x11), picture.ErrPixels},
		"progressive, 12 MP 4:4:4": {frame(0xc2, 4000, 3000, 0x11, 0x11, 0x11), picture.ErrCost},
		"a 40-megapixel PNG":       {asPNG(t, image.NewGray(image.Rect(0, 0, 8000, 5000))), picture.ErrPixels},
		"a bomb of a PNG":          {append(pngHead(16000, 16000), chunk("IDAT", []byte{0})...), picture.ErrPixels},
		"a PNG past 2^31":          {append(pngHead(1<<31-1, 1<<31-1), chunk("IDAT", []byte{0})...), picture.ErrBroken},
		"a PNG that inflates":      {inflating(t, 64<<20), picture.ErrBroken},
		"a cut PNG":                {wide16[:len(wide16)/2], picture.ErrCut},
		"a PNG of 16 bits":         {deep(wide16, 4000, 3200), picture.ErrPixels},
		"16 bits, interlaced":      {deep(wide16, 4000, 2600, 1), picture.ErrCost},
		"13 MP WebP":               {lossless(3700, 3700), picture.ErrPixels},
		"the largest WebP":         {lossless(1<<14, 1<<14), picture.ErrPixels},
		"a WebP that lies":         {extended(t, lossless(1<<14, 1<<14), 10, 10), picture.ErrBroken},
		"a cut WebP":               {fromBase64(t, webpLossy)[:30], picture.ErrCut},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := picture.Make(bytes.NewReader(c.file)); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

// deep rewrites the head of a PNG of 16 bits to another size.
func deep(file []byte, w, h uint32, interlaced ...byte) []byte {
	body := append([]byte{}, file[16:29]...)
	binary.BigEndian.PutUint32(body, w)
	binary.BigEndian.PutUint32(body[4:], h)
	if len(interlaced) > 0 {
		body[12] = interlaced[0]
	}
	return append(append(append([]byte{}, file[:8]...), chunk("IHDR", body)...), file[33:]...)
}

// TestAPolyglotIsDrawnAnew: a file that is a photo and a page, or an archive,
// comes out as a photo alone.
func TestAPolyglotIsDrawnAnew(t *testing.T) {
	photo := asJPEG(t, landscape(400, 300), 90)
	page := []byte("<script>alert(document.cookie)</script>")
	file := append(withSegment(photo, 0xfe, page), append(page, "PK\x03\x04 an archive"...)...)
	p := mustMake(t, file)
	for _, r := range []picture.Rendition{p.Large, p.Thumb} {
		for _, trace := range []string{"script", "PK\x03\x04", "alert"} {
			if bytes.Contains(r.JPEG, []byte(trace)) {
				t.Errorf("%q is still there", trace)
			}
		}
		if !bytes.HasSuffix(r.JPEG, []byte("\xff\xd9")) {
			t.Error("something hangs behind the picture")
		}
	}
	again := mustMake(t, append(photo, "tail"...))
	if !bytes.Equal(again.Large.JPEG, p.Large.JPEG) {
		t.Error("the same photo comes out different: it would be kept twice")
	}
}

// TestEveryKindOfPixels draws the same colour from every kind of file.
func TestEveryKindOfPixels(t *testing.T) {
	orange := color.NRGBA{R: 230, G: 120, B: 40, A: 255}
	r := image.Rect(0, 0, 50, 30)
	files := map[string][]byte{}
	for name, img := range map[string]interface {
		image.Image
		Set(x, y int, c color.Color)
	}{
		"RGBA": image.NewRGBA(r), "NRGBA": image.NewNRGBA(r), "RGBA64": image.NewRGBA64(r), "NRGBA64": image.NewNRGBA64(r),
		"paletted": image.NewPaletted(r, color.Palette{color.White, orange}),
	} {
		for y := range 30 {
			for x := range 50 {
				img.Set(x, y, orange)
			}
		}
		files[name] = asPNG(t, img)
		if name != "paletted" {
			files["JPEG of "+name] = asJPEG(t, img, 95)
		}
	}
	for name, file := range files {
		got := color.NRGBAModel.Convert(decoded(t, mustMake(t, file).Large).At(25, 15)).(color.NRGBA)
		if far(got.R, orange.R) || far(got.G, orange.G) || far(got.B, orange.B) {
			t.Errorf("%s: %v", name, got)
		}
	}
	for _, file := range []string{webpLossy, webpLossless} {
		if p := mustMake(t, fromBase64(t, file)); p.Large.Width != 1 || p.Thumb.Height != 1 {
			t.Errorf("a WebP of one pixel: %+v", p)
		}
	}
	clear := image.NewNRGBA(r) // nothing of it is drawn
	if g := grey(decoded(t, mustMake(t, asPNG(t, clear)).Large), 10, 10); g < 253 {
		t.Errorf("what shows through is %d, not white", g)
	}
	if g := grey(decoded(t, mustMake(t, asJPEG(t, image.NewGray(r), 95)).Large), 10, 10); g > 3 {
		t.Errorf("black is %d", g)
	}
}

func far(a, b uint8) bool { return max(a, b)-min(a, b) > 4 }

func TestExifStandsInPNGAndWebPToo(t *testing.T) {
	img := image.NewGray(image.Rect(0, 0, 40, 20))
	file := asPNG(t, img)
	file = append(append(append([]byte{}, file[:33]...), chunk("eXIf", exif(8, binary.BigEndian))...), file[33:]...)
	if p := mustMake(t, file); p.Large.Width != 20 || p.Large.Height != 40 {
		t.Errorf("the PNG is %dx%d", p.Large.Width, p.Large.Height)
	}
	simple := fromBase64(t, webpLossy)
	e := exif(6, binary.LittleEndian)
	tail := append(binary.LittleEndian.AppendUint32([]byte("EXIF"), uint32(len(e))), e...)
	h, err := picture.Inspect(bytes.NewReader(append(extended(t, simple, 1, 1), tail...)))
	if err != nil || h.Orientation != 6 {
		t.Errorf("the WebP: %+v, %v", h, err)
	}
}

func TestNothingIsMadeLarger(t *testing.T) {
	for _, c := range []struct{ w, h, lw, lh, tw, th int }{
		{1, 1, 1, 1, 1, 1},
		{3, 2, 3, 2, 3, 2},
		{320, 200, 320, 200, 320, 200},
		{1280, 960, 1280, 960, 320, 240},
		{1281, 10, 1280, 10, 320, 3},
		{5000, 2, 1280, 1, 320, 1},
		{2, 3000, 1, 1280, 1, 320},
	} {
		p := mustMake(t, asJPEG(t, landscape(c.w, c.h), 80))
		if p.Large.Width != c.lw || p.Large.Height != c.lh || p.Thumb.Width != c.tw || p.Thumb.Height != c.th {
			t.Errorf("%dx%d: %dx%d and %dx%d", c.w, c.h, p.Large.Width, p.Large.Height, p.Thumb.Width, p.Thumb.Height)
		}
		decoded(t, p.Large)
		decoded(t, p.Thumb)
	}
}

// TestErrorsOfReadingStayWhatTheyAre: a card that cannot be read is no fault of
// the photo.
func TestErrorsOfReadingStayWhatTheyAre(t *testing.T) {
	boom := errors.New("input/output error")
	_, err := picture.Make(struct {
		io.Reader
		io.Seeker
	}{io.MultiReader(strings.NewReader(""), failing{boom}), strings.NewReader("")})
	if !errors.Is(err, boom) {
		t.Errorf("got %v", err)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
