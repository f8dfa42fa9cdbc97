package images

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// What the trial types. The commune is one of the national list, the rest is
// invented.
const (
	communeName  = "Rocamadour"
	communeINSEE = "46240"
	operatorName = "Camille Essai"
	passphrase   = "quatre mots bien longs"
	eventTitle   = "Bal des Essais"
	eventDay     = "2031-06-21" // after every clock the box may believe in
)

// firstDay is what happens on a new card: the operator sets the box up with the
// code it shows, and publishes an event. The plug is pulled at the answer.
func (t *trial) firstDay(ctx context.Context, m *vm, operator *visitor) error {
	if err := closed(ctx, m); err != nil {
		return err
	}
	t.progress("setting the box up")
	var code string
	err := m.await(ctx, "the set-up code on the console", func(context.Context) (err error) {
		code, err = setUpCode(m.console())
		return err
	})
	if err != nil {
		return err
	}
	if err := setUp(ctx, operator, code); err != nil {
		return err
	}
	t.progress("publishing an event, then pulling the plug")
	t.event, err = publish(ctx, operator)
	return err
}

// nextDay is what the village finds after the power cut.
func (t *trial) nextDay(ctx context.Context, m *vm, operator *visitor) error {
	return stillThere(ctx, newVisitor(m.web, nil), operator, t.event)
}

// stillThere checks what anyone, and the operator, see of the box's past.
func stillThere(ctx context.Context, anyone, operator *visitor, event string) error {
	for _, path := range []string{event, "/agenda", "/api/v1/listings"} {
		p, err := anyone.get(ctx, path)
		if err != nil {
			return err
		}
		if !strings.Contains(p.body, eventTitle) {
			return fmt.Errorf("%s does not show the event published before the power cut", path)
		}
	}
	if _, err := operator.get(ctx, "/admin"); err != nil {
		return fmt.Errorf("the operator is no longer signed in: %w", err)
	}
	if p, err := anyone.get(ctx, "/installation"); err == nil || p.status != http.StatusNotFound {
		return fmt.Errorf("the box asks to be set up again: status %d at %s", p.status, p.url.Path)
	}
	return nil
}

// publish puts an event in the agenda and gives its address.
func publish(ctx context.Context, operator *visitor) (string, error) {
	p, err := operator.get(ctx, "/agenda/nouveau")
	if err != nil {
		return "", err
	}
	p, err = operator.fill(ctx, p, "title", answer{"title", eventTitle}, answer{"place", "Salle des fêtes"},
		answer{"starts", eventDay}, answer{"starts_time", "20:30"})
	if err != nil {
		return "", err
	}
	p, err = operator.fill(ctx, p, "title", answer{"do", "publish"})
	if err != nil {
		return "", err
	}
	return p.url.Path, nil
}

// setUp goes through the steps of a new box, as its operator would.
func setUp(ctx context.Context, operator *visitor, code string) error {
	p, err := operator.get(ctx, "/installation")
	if err != nil {
		return err
	}
	if p, err = operator.fill(ctx, p, "code", answer{"code", code}); err != nil {
		return err
	}
	if strings.HasSuffix(p.url.Path, "/heure") { // asked on a machine without a clock: its guess will do
		if p, err = operator.fill(ctx, p, "day"); err != nil {
			return err
		}
	}
	for _, step := range []struct {
		field   string
		answers []answer
	}{
		{"q", []answer{{"q", communeName}}},
		{"commune", []answer{{"commune", communeINSEE}}},
		{"box_name", nil},
		{"publisher", []answer{
			{"publisher", "Commune d’essai"},
			{"publisher_address", "1 place de la Mairie"},
			{"publisher_phone", "05 00 00 00 00"},
			{"director", operatorName},
		}},
		{"host", nil},
		{"charter", nil},
		{"login", []answer{{"login", "camille"}, {"name", operatorName}, {"password", passphrase}}},
		{"make", []answer{{"make", "1"}}},
	} {
		if p, err = operator.fill(ctx, p, step.field, step.answers...); err != nil {
			return err
		}
	}
	first, second, err := wordsAskedFor(p.body)
	if err != nil {
		return err
	}
	if p, err = operator.fill(ctx, p, "first", answer{"first", first}, answer{"second", second}); err != nil {
		return err
	}
	_, err = operator.fill(ctx, p, "charter", answer{"charter", "1"})
	return err
}

// shownCode is how copi serve writes the set-up code of a box without LED.
var shownCode = regexp.MustCompile(`set-up code: ([0-9A-Z]{4}-?[0-9A-Z]{4})`)

// setUpCode finds the code in the console's output; the last one counts.
func setUpCode(console string) (string, error) {
	found := shownCode.FindAllStringSubmatch(console, -1)
	if len(found) == 0 {
		return "", errors.New("not shown yet")
	}
	return found[len(found)-1][1], nil
}

// wordsAskedFor reads the recovery sheet as a person reads it back: the page
// shows the words in a numbered list and asks for two of them by number.
func wordsAskedFor(body string) (first, second string, err error) {
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		return "", "", err
	}
	words := numberedList(doc)
	word := func(field string) string {
		n, err := strconv.Atoi(number.FindString(labelOf(doc, field)))
		if err != nil || n < 1 || n > len(words) {
			return ""
		}
		return words[n-1]
	}
	if first, second = word("first"), word("second"); first == "" || second == "" {
		return "", "", fmt.Errorf("the page with %d words asks for none of them", len(words))
	}
	return first, second, nil
}

var number = regexp.MustCompile(`\d+`)

// sheetWords is how many words a recovery sheet has.
const sheetWords = 24

// numberedList is the list of the recovery sheet's words.
func numberedList(doc *html.Node) []string {
	for list := range doc.Descendants() {
		var items []string
		for n := range list.ChildNodes() {
			if list.Data == "ol" && n.Data == "li" {
				items = append(items, strings.TrimSpace(text(n)))
			}
		}
		if len(items) == sheetWords {
			return items
		}
	}
	return nil
}

// labelOf is what stands before a field.
func labelOf(doc *html.Node, field string) string {
	id := ""
	for n := range doc.Descendants() {
		if n.Data == "input" && attr(n, "name") == field {
			id = attr(n, "id")
		}
	}
	for n := range doc.Descendants() {
		if n.Data == "label" && attr(n, "for") == id {
			return text(n)
		}
	}
	return ""
}
