package picture

import "image"

// shrinker reduces one plane of a picture, fed row by row, to the average of
// what each of its pixels covers. It counts in whole units: a source row is
// `to` units long and high, a row of the result `from`.
type shrinker struct {
	from, to  image.Point
	out       []uint8 // what is still to be filled
	stride    int
	line      []uint64 // one source row, reduced in width
	sum       []uint64 // the row of the result being filled
	remaining int      // units this row still takes in
}

func newShrinker(from, to image.Point, out []uint8, stride int) *shrinker {
	return &shrinker{
		from: from, to: to, out: out, stride: stride,
		line: make([]uint64, to.X), sum: make([]uint64, to.X), remaining: from.Y,
	}
}

// add takes in the next row.
func (s *shrinker) add(row []uint8) {
	s.narrow(row)
	for units := s.to.Y; units > 0; {
		n := min(units, s.remaining)
		for i, v := range s.line {
			s.sum[i] += v * uint64(n)
		}
		units -= n
		if s.remaining -= n; s.remaining == 0 {
			s.emit()
		}
	}
}

// narrow sums up the pixels of a row under each pixel of the result.
func (s *shrinker) narrow(row []uint8) {
	k, have := 0, s.to.X // the source pixel, and what is left of it
	for i := range s.line {
		need := s.from.X
		n := min(need, have)
		sum := uint64(row[k]) * uint64(n)
		need -= n
		if have -= n; have == 0 {
			k, have = k+1, s.to.X
		}
		if need == 0 {
			s.line[i] = sum
			continue
		}
		whole := need / s.to.X
		var t uint32
		for _, v := range row[k : k+whole] {
			t += uint32(v)
		}
		sum += uint64(t) * uint64(s.to.X)
		k += whole
		if need -= whole * s.to.X; need > 0 {
			sum += uint64(row[k]) * uint64(need)
			have -= need
		}
		s.line[i] = sum
	}
}

// emit writes the row that is full.
func (s *shrinker) emit() {
	all := uint64(s.from.X) * uint64(s.from.Y)
	for i, v := range s.sum {
		s.out[i] = uint8((v + all/2) / all)
		s.sum[i] = 0
	}
	s.remaining = s.from.Y
	s.out = s.out[min(s.stride, len(s.out)):]
}

// fit is the size of a picture whose longer side is at most side.
func fit(size image.Point, side int) image.Point {
	longer := max(size.X, size.Y)
	if longer <= side {
		return size
	}
	scale := func(n int) int { return max(1, (n*side+longer/2)/longer) }
	return image.Pt(scale(size.X), scale(size.Y))
}

// half is the size of a plane of colour beside one of light.
func half(p image.Point) image.Point { return image.Pt((p.X+1)/2, (p.Y+1)/2) }

// reduced is img at most so large, as a new picture.
func reduced(img image.Image, side int) *image.YCbCr {
	from := img.Bounds().Size()
	to := fit(from, side)
	out := image.NewYCbCr(image.Rectangle{Max: to}, image.YCbCrSubsampleRatio420)
	switch img := img.(type) {
	case *image.YCbCr:
		reducePlane(img.Y, img.YStride, from, out.Y, out.YStride, to)
		colours := planeSize(img)
		reducePlane(img.Cb, img.CStride, colours, out.Cb, out.CStride, half(to))
		reducePlane(img.Cr, img.CStride, colours, out.Cr, out.CStride, half(to))
	case *image.Gray:
		reducePlane(img.Pix, img.Stride, from, out.Y, out.YStride, to)
		for i := range out.Cb {
			out.Cb[i], out.Cr[i] = 128, 128
		}
	default:
		reduceRows(img, from, out, to)
	}
	return out
}

// planeSize is the size of the planes of colour.
func planeSize(img *image.YCbCr) image.Point {
	size := img.Rect.Size()
	x, y := 1, 1
	switch img.SubsampleRatio {
	case image.YCbCrSubsampleRatio422:
		x = 2
	case image.YCbCrSubsampleRatio420:
		x, y = 2, 2
	case image.YCbCrSubsampleRatio440:
		y = 2
	case image.YCbCrSubsampleRatio411:
		x = 4
	case image.YCbCrSubsampleRatio410:
		x, y = 4, 2
	case image.YCbCrSubsampleRatio444:
	}
	return image.Pt((size.X+x-1)/x, (size.Y+y-1)/y)
}

func reducePlane(pix []uint8, stride int, from image.Point, out []uint8, outStride int, to image.Point) {
	s := newShrinker(from, to, out, outStride)
	for y := range from.Y {
		s.add(pix[y*stride : y*stride+from.X])
	}
}

// reduceRows turns a picture of any kind into light and colours, a row at a
// time.
func reduceRows(img image.Image, from image.Point, out *image.YCbCr, to image.Point) {
	planes := [3]*shrinker{
		newShrinker(from, to, out.Y, out.YStride),
		newShrinker(from, half(to), out.Cb, out.CStride),
		newShrinker(from, half(to), out.Cr, out.CStride),
	}
	var rows [3][]uint8
	for i := range rows {
		rows[i] = make([]uint8, from.X)
	}
	read := rowReader(img)
	for y := range from.Y {
		read(y, rows[0], rows[1], rows[2])
		for i, p := range planes {
			p.add(rows[i])
		}
	}
}
