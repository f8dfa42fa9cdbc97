package bundle

import "copi.local/store"

// Pictures says which pictures travel in a bundle.
type Pictures string

// The choices. Small is the small picture of each photo.
const (
	NoPictures    Pictures = "none"
	SmallPictures Pictures = "small"
	AllPictures   Pictures = "all"
)

// ParsePictures fails with kind Invalid, at the field "pictures", for what is
// none of the choices.
func ParsePictures(text string) (Pictures, error) {
	switch p := Pictures(text); p {
	case NoPictures, SmallPictures, AllPictures:
		return p, nil
	}
	return "", store.E(store.Invalid, "err.neighbour.bundle_pictures").At("pictures")
}

// Size is how many pictures there are, and their bytes.
type Size struct {
	Pictures int
	Bytes    int64
}

// Add counts one more picture.
func (s *Size) Add(bytes int64) {
	s.Pictures++
	s.Bytes += bytes
}
