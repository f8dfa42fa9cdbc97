package ui

import "strings"

// What one text has that another has not, shown line by line and in words.

// maxTable bounds the table two texts are compared in, in cells: what is larger
// is shown as taken out and put in whole.
const maxTable = 1 << 20

// change is a line of two texts compared.
type change struct {
	Kind  string // "same", "out" or "in"
	Text  string // whole
	Parts []part // of the line, word by word; nil when the whole line is new or gone
}

// part is some words of a line that changed: those of this line alone are
// marked.
type part struct {
	Text   string
	Marked bool
}

// article is a heading and what stands under it, as far as it changed.
type article struct {
	Heading string // empty before the first
	Changes []change
}

// articlesChanged lists the articles of a text of passages that two versions of
// it do not have in common, each whole.
func articlesChanged(before, after string) []article {
	var list []article
	here, differs := article{}, false
	flush := func() {
		if differs {
			list = append(list, here)
		}
	}
	for _, c := range pairWords(compare(textLines(before), textLines(after))) {
		heading, ok := strings.CutPrefix(c.Text, "# ")
		if ok && c.Kind != "out" {
			flush()
			here, differs = article{Heading: heading}, c.Kind == "in"
			continue
		}
		if ok {
			c.Text = heading
		}
		differs = differs || c.Kind != "same"
		here.Changes = append(here.Changes, c)
	}
	flush()
	return list
}

// textLines are the lines of a text that hold something, an item with a point
// before it.
func textLines(text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if item, ok := strings.CutPrefix(line, "- "); ok {
			line = "• " + item
		}
		if line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// compare is the shortest way from one list to the other, what goes before what
// comes.
func compare(before, after []string) []change {
	var out []change
	i := 0
	for ; i < len(before) && i < len(after) && before[i] == after[i]; i++ {
		out = append(out, change{Kind: "same", Text: before[i]})
	}
	tail := 0
	for tail < len(before)-i && tail < len(after)-i && before[len(before)-1-tail] == after[len(after)-1-tail] {
		tail++
	}
	out = append(out, compareMiddle(before[i:len(before)-tail], after[i:len(after)-tail])...)
	for _, line := range before[len(before)-tail:] {
		out = append(out, change{Kind: "same", Text: line})
	}
	return out
}

// compareMiddle finds the longest list that both have in common.
func compareMiddle(a, b []string) []change {
	var out []change
	common := make([][]uint16, len(a)+1) // longest from here to the ends
	if len(a)*len(b) <= maxTable {
		cells := make([]uint16, (len(a)+1)*(len(b)+1))
		for i := range common {
			common[i] = cells[i*(len(b)+1) : (i+1)*(len(b)+1)]
		}
		for i := len(a) - 1; i >= 0; i-- {
			for j := len(b) - 1; j >= 0; j-- {
				if a[i] == b[j] {
					common[i][j] = common[i+1][j+1] + 1
				} else {
					common[i][j] = max(common[i+1][j], common[i][j+1])
				}
			}
		}
	}
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			out = append(out, change{Kind: "same", Text: a[i]})
			i, j = i+1, j+1
		case i < len(a) && (j == len(b) || common[0] == nil || common[i+1][j] >= common[i][j+1]):
			out = append(out, change{Kind: "out", Text: a[i]})
			i++
		default:
			out = append(out, change{Kind: "in", Text: b[j]})
			j++
		}
	}
	return out
}

// pairWords marks the words that changed in a line that stands for another: as
// many lines came as went, and half of their words stayed.
func pairWords(list []change) []change {
	for i := 0; i < len(list); {
		if list[i].Kind == "same" {
			i++
			continue
		}
		out := i
		for i < len(list) && list[i].Kind == "out" {
			i++
		}
		in := i
		for i < len(list) && list[i].Kind == "in" {
			i++
		}
		if in-out == i-in {
			for k := range in - out {
				list[out+k].Parts, list[in+k].Parts = compareWords(list[out+k].Text, list[in+k].Text)
			}
		}
	}
	return list
}

// compareWords is both lines word by word; nil when they have little in common.
func compareWords(before, after string) (out, in []part) {
	a, b := strings.Fields(before), strings.Fields(after)
	same := 0
	for _, c := range compare(a, b) {
		switch c.Kind {
		case "same":
			same++
			out, in = addPart(out, c.Text, false), addPart(in, c.Text, false)
		case "out":
			out = addPart(out, c.Text, true)
		default:
			in = addPart(in, c.Text, true)
		}
	}
	if 2*same < min(len(a), len(b)) {
		return nil, nil
	}
	return out, in
}

func addPart(list []part, word string, marked bool) []part {
	if n := len(list); n > 0 && list[n-1].Marked == marked {
		list[n-1].Text += " " + word
		return list
	}
	return append(list, part{word, marked})
}
