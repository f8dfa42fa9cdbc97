package backup

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"copi.local/store/durable"
)

// How many generations are kept, and of what share of the card (OPERATIONS.md
// §1.2).
const (
	daily, weekly = 7, 4
	onStick       = 5
	quotaShare    = 0.10
	quotaLeast    = 256 << 20 // bytes
	leastKept     = 2         // generations, whatever the quota
)

// Prune lets go what is beyond the generations and the quota. The backups of
// another box are never touched, nor what is no backup.
func (s *Shelf) Prune() error {
	list, err := s.List()
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(n Named) bool { return !s.Mine(n) })
	quota, err := s.quota()
	if err != nil {
		return err
	}
	kept := map[string]bool{}
	for i, n := range s.keep(list) {
		info, err := os.Stat(filepath.Join(s.dir, n.File))
		if err != nil {
			return err
		}
		if quota -= info.Size(); quota >= 0 || i < leastKept {
			kept[n.File] = true
		}
	}
	for _, n := range list {
		if !kept[n.File] {
			if err := s.disk.remove(filepath.Join(s.dir, n.File)); err != nil {
				return err
			}
		}
	}
	return s.prunePool(kept)
}

// quota is how many bytes backups may take here.
func (s *Shelf) quota() (int64, error) {
	_, total, err := durable.Room(s.dir)
	return max(int64(quotaShare*float64(total)), quotaLeast), err
}

// prunePool lets go the photos that no backup left here names.
func (s *Shelf) prunePool(kept map[string]bool) error {
	named := map[string]bool{}
	lists, err := filepath.Glob(filepath.Join(s.dir, "*"+poolSuffix))
	if err != nil {
		return err
	}
	for _, list := range lists {
		if !kept[strings.TrimSuffix(filepath.Base(list), poolSuffix)] {
			if err := s.disk.remove(list); err != nil {
				return err
			}
			continue
		}
		text, err := os.ReadFile(list)
		if err != nil {
			return err
		}
		for name := range strings.Lines(string(text)) {
			named[strings.TrimSuffix(name, "\n")] = true
		}
	}
	pool := filepath.Join(s.dir, poolName)
	return filepath.WalkDir(pool, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || d.IsDir() {
			return err
		}
		if rel, err := filepath.Rel(pool, path); err != nil || named[filepath.ToSlash(rel)] {
			return err
		}
		return s.disk.remove(path)
	})
}

// generations are those kept on the card: the last one of each of the last
// seven days, and of each of the last four weeks. The newest is always among
// them, whatever the clock said when they were made.
func generations(list []Named) (kept []Named) {
	days, weeks := map[time.Time]bool{}, map[string]bool{}
	for _, n := range list {
		year, week := n.Day.ISOWeek()
		of := fmt.Sprint(year, "-", week)
		newDay, newWeek := !days[n.Day] && len(days) < daily, !weeks[of] && len(weeks) < weekly
		if newDay {
			days[n.Day] = true
		}
		if newWeek {
			weeks[of] = true
		}
		if newDay || newWeek {
			kept = append(kept, n)
		}
	}
	return kept
}
