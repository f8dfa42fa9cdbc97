package tally

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
)

// Sortition draws a lot anybody can draw again: ids in the order of the
// SHA-256 of the seed, a vertical bar and the id. The first are drawn, the
// next stand in for who declines. The roll, or its hash (RollHash), must be
// public before the seed can be known.
func Sortition(seed string, ids []string) []string {
	type drawn struct {
		id   string
		hash [sha256.Size]byte
	}
	all := make([]drawn, 0, len(ids))
	for _, id := range ids {
		all = append(all, drawn{id, sha256.Sum256([]byte(seed + "|" + id))})
	}
	slices.SortFunc(all, func(a, b drawn) int {
		return cmp.Or(bytes.Compare(a.hash[:], b.hash[:]), cmp.Compare(a.id, b.id))
	})
	out := make([]string, 0, len(all))
	for _, d := range all {
		out = append(out, d.id)
	}
	return out
}

// SortitionHash is what Sortition sorts an id by, in hexadecimal, to print
// beside it.
func SortitionHash(seed, id string) string {
	h := sha256.Sum256([]byte(seed + "|" + id))
	return hex.EncodeToString(h[:])
}

// RollHash is the SHA-256, in hexadecimal, of the ids in the order of their
// bytes, one to a line with a line feed after each.
func RollHash(ids []string) string {
	sorted := slices.Sorted(slices.Values(ids))
	var lines strings.Builder
	for _, id := range sorted {
		lines.WriteString(id)
		lines.WriteByte('\n')
	}
	h := sha256.Sum256([]byte(lines.String()))
	return hex.EncodeToString(h[:])
}

// lot is Sortition of the options' indexes.
func lot(seed string, options int) []int {
	ids := make([]string, options)
	for i := range ids {
		ids[i] = strconv.Itoa(i)
	}
	out := make([]int, 0, options)
	for _, id := range Sortition(seed, ids) {
		n, _ := strconv.Atoi(id)
		out = append(out, n)
	}
	return out
}
