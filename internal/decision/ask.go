package decision

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// WriteResult writes what a leaf has to say: the page, why, what did not
// matter, what would change it, and what else to read.
func (t *Tree) WriteResult(w io.Writer, leaf *Node, pages []Page) error {
	s := &teller{Writer: bufio.NewWriter(w), d: t.Decision, pages: pages}
	e := t.Explain(leaf.Path)
	page := pages[t.Decision.Landings[leaf.Landing].Page]
	fmt.Fprintf(s, "%s\n%s\n", oneLine(page.Title), page.File.Path)
	s.list("Why", e.Why)
	s.list("What did not matter", e.DidNotMatter)
	if len(e.Changes) > 0 {
		fmt.Fprint(s, "\nWhat would change it\n")
	}
	for _, c := range e.Changes {
		fmt.Fprintf(s, "  %s, if\n", oneLine(pages[t.Decision.Landings[c.Landing].Page].Title))
		for _, choice := range append(c.Changed, c.Assuming...) {
			fmt.Fprintf(s, "    %s\n", s.say(choice))
		}
	}
	s.mentions(e.Mentions)
	return s.Flush()
}

// teller writes answers and pages in the author's words.
type teller struct {
	*bufio.Writer
	d     *Decision
	pages []Page
}

func (s *teller) list(heading string, choices []Choice) {
	if len(choices) > 0 {
		fmt.Fprintf(s, "\n%s\n", heading)
	}
	for _, c := range choices {
		fmt.Fprintf(s, "  %s\n", s.say(c))
	}
}

func (s *teller) say(c Choice) string {
	return oneLine(s.d.Questions[c.Question].Ask) + " " + s.d.label(c)
}

func (s *teller) mentions(mentions []Mention) {
	if len(mentions) > 0 {
		fmt.Fprint(s, "\nKeep in mind\n")
	}
	for _, m := range mentions {
		title := oneLine(s.pages[s.d.Mentions[m.Rule].Page].Title)
		if m.Sure {
			fmt.Fprintf(s, "  %s\n", title)
		}
		for _, when := range m.If {
			fmt.Fprintf(s, "  %s, if\n", title)
			for _, c := range when {
				fmt.Fprintf(s, "    %s %s\n", oneLine(s.d.Questions[c.Question].Ask), s.either(c))
			}
		}
	}
}

// either names the answers of a condition.
func (s *teller) either(c Condition) string {
	var labels []string
	for a := range s.d.Questions[c.Question].Answers {
		if c.Answers.Has(a) {
			labels = append(labels, s.d.label(Choice{c.Question, a}))
		}
	}
	return strings.Join(labels, " or ")
}
