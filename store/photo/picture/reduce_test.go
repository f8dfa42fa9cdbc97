package picture

import (
	"image"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// TestShrinkingIsTheAverageOfWhatIsCovered compares with the definition.
func TestShrinkingIsTheAverageOfWhatIsCovered(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		side := rapid.IntRange(1, 24)
		from := image.Pt(side.Draw(t, "w"), side.Draw(t, "h"))
		to := image.Pt(side.Draw(t, "tw"), side.Draw(t, "th"))
		in := rapid.SliceOfN(rapid.Byte(), from.X*from.Y, from.X*from.Y).Draw(t, "pixels")
		out := make([]uint8, to.X*to.Y)
		reducePlane(in, from.X, from, out, to.X, to)
		for y := range to.Y {
			for x := range to.X {
				if want := covered(in, from, to, x, y); math.Abs(want-float64(out[y*to.X+x])) > 0.51 {
					t.Fatalf("%v to %v at %d,%d: %d, want %.2f", from, to, x, y, out[y*to.X+x], want)
				}
			}
		}
	})
}

// covered is the average of the part of the picture that pixel x,y stands for.
func covered(in []uint8, from, to image.Point, x, y int) float64 {
	overlap := func(k, i, from, to int) float64 {
		scale := float64(from) / float64(to)
		return max(0, min(float64(k+1), float64(i+1)*scale)-max(float64(k), float64(i)*scale))
	}
	var sum, all float64
	for v := range from.Y {
		for u := range from.X {
			w := overlap(u, x, from.X, to.X) * overlap(v, y, from.Y, to.Y)
			sum, all = sum+w*float64(in[v*from.X+u]), all+w
		}
	}
	return sum / all
}
