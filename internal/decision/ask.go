package decision

import (
	"io"
	"slices"
	"strings"
)

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
