package picture

import (
	"image"
	"image/color"
)

// rowReader reads rows of a picture of any kind as light and colours. What
// shows through is laid on white, as on paper.
func rowReader(img image.Image) func(y int, l, cb, cr []uint8) {
	switch img := img.(type) {
	case *image.NRGBA:
		return func(y int, l, cb, cr []uint8) {
			pix := img.Pix[y*img.Stride:]
			for x := range l {
				p := pix[4*x : 4*x+4 : 4*x+4]
				a := p[3]
				l[x], cb[x], cr[x] = color.RGBToYCbCr(onWhite(p[0], a), onWhite(p[1], a), onWhite(p[2], a))
			}
		}
	case *image.RGBA:
		return func(y int, l, cb, cr []uint8) {
			pix := img.Pix[y*img.Stride:]
			for x := range l {
				p := pix[4*x : 4*x+4 : 4*x+4]
				white := 255 - p[3]
				l[x], cb[x], cr[x] = color.RGBToYCbCr(p[0]+white, p[1]+white, p[2]+white)
			}
		}
	case *image.Paletted:
		return palettedRows(img)
	case *image.CMYK:
		return func(y int, l, cb, cr []uint8) {
			pix := img.Pix[y*img.Stride:]
			for x := range l {
				l[x], cb[x], cr[x] = color.RGBToYCbCr(color.CMYKToRGB(pix[4*x], pix[4*x+1], pix[4*x+2], pix[4*x+3]))
			}
		}
	case image.RGBA64Image:
		return func(y int, l, cb, cr []uint8) {
			b := img.Bounds().Min
			for x := range l {
				l[x], cb[x], cr[x] = light(img.RGBA64At(b.X+x, b.Y+y))
			}
		}
	default:
		return func(y int, l, cb, cr []uint8) {
			b := img.Bounds().Min
			for x := range l {
				r, g, bl, a := img.At(b.X+x, b.Y+y).RGBA()
				l[x], cb[x], cr[x] = light(color.RGBA64{R: uint16(r), G: uint16(g), B: uint16(bl), A: uint16(a)})
			}
		}
	}
}

// palettedRows works its few colours out once.
func palettedRows(img *image.Paletted) func(y int, l, cb, cr []uint8) {
	var table [256][3]uint8
	for i, c := range img.Palette {
		if i == len(table) {
			break
		}
		r, g, b, a := c.RGBA()
		table[i][0], table[i][1], table[i][2] = light(color.RGBA64{R: uint16(r), G: uint16(g), B: uint16(b), A: uint16(a)})
	}
	return func(y int, l, cb, cr []uint8) {
		pix := img.Pix[y*img.Stride:]
		for x := range l {
			c := &table[pix[x]]
			l[x], cb[x], cr[x] = c[0], c[1], c[2]
		}
	}
}

// light is a colour, already mixed with its share, on white.
func light(c color.RGBA64) (l, cb, cr uint8) {
	white := 0xffff - c.A
	return color.RGBToYCbCr(uint8((c.R+white)>>8), uint8((c.G+white)>>8), uint8((c.B+white)>>8))
}

// onWhite lays a colour of share a on white.
func onWhite(v, a uint8) uint8 {
	if a == 255 {
		return v
	}
	return uint8((uint32(v)*uint32(a) + 255*uint32(255-a) + 127) / 255)
}

// upright turns a picture as EXIF says it was held.
func upright(img *image.YCbCr, orientation int) *image.YCbCr {
	if orientation < 2 || orientation > 8 {
		return img
	}
	size := img.Rect.Size()
	turned := size
	if orientation >= 5 {
		turned = image.Pt(size.Y, size.X)
	}
	out := image.NewYCbCr(image.Rectangle{Max: turned}, image.YCbCrSubsampleRatio420)
	turnPlane(img.Y, img.YStride, out.Y, out.YStride, turned, orientation)
	turnPlane(img.Cb, img.CStride, out.Cb, out.CStride, half(turned), orientation)
	turnPlane(img.Cr, img.CStride, out.Cr, out.CStride, half(turned), orientation)
	return out
}

// turnPlane fills a plane of size to; the source has its sides swapped from
// orientation 5 on.
func turnPlane(in []uint8, stride int, out []uint8, outStride int, to image.Point, orientation int) {
	for y := range to.Y {
		for x := range to.X {
			u, v := x, y
			switch orientation {
			case 2:
				u = to.X - 1 - x
			case 3:
				u, v = to.X-1-x, to.Y-1-y
			case 4:
				v = to.Y - 1 - y
			case 5:
				u, v = y, x
			case 6:
				u, v = y, to.X-1-x
			case 7:
				u, v = to.Y-1-y, to.X-1-x
			case 8:
				u, v = to.Y-1-y, x
			}
			out[y*outStride+x] = in[v*stride+u]
		}
	}
}
