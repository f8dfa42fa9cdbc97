package message_test

import (
	"testing"
	"time"

	"copi.local/store"
	"copi.local/store/directory"
	"copi.local/store/message"
	"copi.local/store/storetest"
)

// FO-5: a question to the town hall lands on a desk, and is answered there.
func TestFO5_TheOperatorsAnswerForADeskWithoutAdministrators(t *testing.T) {
	v := newVillage(t)
	v.update(store.Actor{}, func(tx *store.Tx) error {
		_, err := tx.Exec(`INSERT INTO account_people (id, login, name, name_folded, hamlet, role, created_at) VALUES ('head', 'head', 'head', 'head', '', 3, 0)`)
		return err
	})
	hall := v.committee(ana)
	early := v.begin(bob, hall, "À Ana seule")
	v.update(ana, func(tx *store.Tx) error { return directory.Personal.Erase(tx, ana.ID, store.KeepUnnamed) })
	_, err := v.open(zoe, hall, "Il y a quelqu'un ?")
	v.wantKey("nobody reads", err, "err.message.nobody")
	v.clock.Add(time.Hour)
	v.wantKey("a moderator", v.try(mod, func(tx *store.Tx) error { return message.KeepDesk(tx, hall.Element, true) }), "err.forbidden")
	v.update(head, func(tx *store.Tx) error { return message.KeepDesk(tx, hall.Element, true) })

	asked := v.begin(zoe, hall, "Quand ouvre la mairie ?")
	v.want("an operator reads it", v.read(head, asked), "Quand ouvre la mairie ?")
	v.want("nobody else", v.read(mod, asked)+" "+v.read(ana, asked), "not found not found")
	v.want("nor what was written before", v.read(head, early), "not found")
	v.want("in the list", v.mine(head), "1 threads, 1 unread, 1 notices")
	v.want("it waits", v.questions(head), "Quand ouvre la mairie ?")
	v.want("for operators alone", v.questions(mod)+v.questions(zoe), "")
	if err := v.write(head, asked, "Le mardi"); err != nil {
		t.Fatal(err)
	}
	v.want("answered", v.read(zoe, asked), "Quand ouvre la mairie ? / Le mardi")
	v.want("it waits no more", v.questions(head), "")
	if err := v.write(zoe, asked, "Et le samedi ?"); err != nil {
		t.Fatal(err)
	}
	v.want("it waits again", v.questions(head), "Et le samedi ?")

	v.update(head, func(tx *store.Tx) error { return message.KeepDesk(tx, hall.Element, false) })
	v.want("no desk any more", v.read(head, asked)+v.questions(head), "not found")
}

func TestFO5_TheAdministratorsOfADeskAnswerAlone(t *testing.T) {
	v := newVillage(t)
	hall := v.committee(ana)
	v.update(head, func(tx *store.Tx) error { return message.KeepDesk(tx, hall.Element, true) })
	asked := v.begin(bob, hall, "Quand ?")
	v.want("who administers it", v.questions(ana), "Quand ?")
	v.want("and no operator", v.questions(head)+v.read(head, asked), "not found")
}

// questions are the last words of what waits for somebody's answer.
func (v *village) questions(who store.Actor) (out string) {
	v.t.Helper()
	storetest.View(v.t, v.DB, who, func(tx *store.Tx) error {
		list, err := message.Questions(tx, 10)
		for _, t := range list {
			out += t.Last.Text
		}
		return err
	})
	return out
}
