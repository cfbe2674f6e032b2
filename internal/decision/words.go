package decision

import (
	"cmp"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// terms says something of every question that a box narrows.
func (d *Decision) terms(box Cube, say func(q int) string) string {
	var terms []string
	for q, set := range box {
		if set != d.whole[q] {
			terms = append(terms, say(q))
		}
	}
	return strings.Join(terms, ", ")
}

// rule returns a box as an entry of `when`: {impact: none, team: [new, split]}.
func (d *Decision) rule(box Cube) string {
	return "{" + d.terms(box, func(q int) string {
		text := strings.Join(each(d.ids(q, box[q]), scalar), ", ")
		if box[q].Count() != 1 {
			text = "[" + text + "]"
		}
		return scalar(d.Questions[q].ID) + ": " + text
	}) + "}"
}

// ids returns the names of some answers.
func (d *Decision) ids(q int, set Answers) []string {
	names := []string{}
	for i, a := range d.Questions[q].Answers {
		if set.Has(i) {
			names = append(names, a.ID)
		}
	}
	return names
}

// reader names a reader of a box by the answers to the questions that the box
// narrows: ", for example: impact = none, team = new".
func (d *Decision) reader(box, cell Cube) string {
	return ", for example: " + cmp.Or(d.terms(box, func(q int) string {
		return d.Questions[q].ID + " = " + d.ids(q, cell[q])[0]
	}), "any reader at all")
}

var plain = regexp.MustCompile(`^[\pL\pN_]([\pL\pN_./+ -]*[\pL\pN_./+-])?$`)

// scalar writes an id so that YAML reads it back as written.
func scalar(id string) string {
	if id == "~" || plain.MatchString(id) {
		return id
	}
	return strconv.Quote(id)
}

// and lists words: "a", "a and b", "a, b and c"; of many only the first few,
// and how many more there are.
func and(words []string) string {
	if n := len(words) - maxNamed; n > 0 {
		words = append(slices.Clone(words[:maxNamed]), strconv.Itoa(n)+" more")
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// plural is a word for n of what it names.
func plural(n int, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}

// WriteResult writes what a leaf has to say: the page, why, what did not
// matter, what would change it, and what else to read.
func (t *Tree) WriteResult(w io.Writer, leaf *Node, pages []Page) error {
	d, e := t.Decision, t.Explain(leaf.Path)
	title := func(r Rule) string { return oneLine(pages[r.Page].Title) }
	say := func(c Choice) string { return d.either(Condition{c.Question, 1 << c.Answer}) }
	type page struct {
		Title string
		If    []string
	}
	var changes, mentions []page
	for _, c := range e.Changes {
		changes = append(changes, page{title(d.Landings[c.Landing]), each(slices.Concat(c.Changed, c.Assuming), say)})
	}
	for _, m := range e.Mentions {
		for _, when := range m.If {
			mentions = append(mentions, page{title(d.Mentions[m.Rule]), each(when, d.either)})
		}
	}
	lands := d.Landings[leaf.Landing]
	return layouts.ExecuteTemplate(w, "result", map[string]any{
		"Title": title(lands), "Path": pages[lands.Page].File.Path, "Why": each(e.Why, say),
		"Rest": each(e.DidNotMatter, say), "Changes": changes, "Mentions": mentions,
	})
}

// either names a question, and some of its answers.
func (d *Decision) either(c Condition) string {
	var labels []string
	for a := range d.Questions[c.Question].Answers {
		if c.Answers.Has(a) {
			labels = append(labels, d.label(Choice{c.Question, a}))
		}
	}
	return oneLine(d.Questions[c.Question].Ask) + " " + strings.Join(labels, " or ")
}
