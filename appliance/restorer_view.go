package appliance

import (
	"os"
	"path/filepath"

	"copi.local/appliance/backup"
	"copi.local/store"
	"copi.local/ui"
)

// aboutView is what a backup holds, for the page.
func aboutView(a *backup.About) ui.BackupHolds {
	return ui.BackupHolds{
		Commune: a.Commune, Name: a.Name, MadeAt: a.MadeAt, Sure: store.ClockQuality(a.Clock).Sure(), Bytes: a.Bytes, Photos: int64(a.Photos),
		People: a.Tables["account_people"], Events: a.Tables["agenda_events"], Ads: a.Tables["ads_ads"], Elements: a.Tables["directory_elements"],
	}
}

// Kept lists the backups on the card, the newest first.
func (r *restorer) Kept() (list []ui.BackupFile, err error) {
	names, err := r.vault.shelf().List()
	for _, n := range names {
		info, err := os.Stat(filepath.Join(r.vault.shelf().Dir(), n.File))
		if err != nil {
			continue // it went meanwhile
		}
		list = append(list, ui.BackupFile{Name: n.File, Day: n.Day, Bytes: info.Size()})
	}
	return list, err
}

// Last is how the last restore went.
func (r *restorer) Last() (ui.RestoreNote, error) {
	n, err := backup.LastNote(r.vault.dir)
	return ui.RestoreNote{Missing: n.Missing, Erased: n.Erased}, err
}

// Asides lists what lay in the box before restores.
func (r *restorer) Asides() (list []ui.Aside, err error) {
	found, err := backup.Asides(r.vault.dir)
	for _, a := range found {
		list = append(list, ui.Aside(a))
	}
	return list, err
}

// DropAside deletes one for good.
func (r *restorer) DropAside(name string) error { return backup.DropAside(r.vault.dir, name) }
