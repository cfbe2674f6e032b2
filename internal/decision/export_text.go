package decision

import (
	"bufio"
	"fmt"
	"io"
	"math/big"
	"strings"
	"unicode"
)

// Summary says how long the tree is: "never more than 3 questions, 2.5 on
// average". It is "" where no tree was found.
func (t *Tree) Summary() string {
	if t.Average == nil {
		return ""
	}
	noun := "questions"
	if t.Worst == 1 {
		noun = "question"
	}
	return fmt.Sprintf("never more than %d %s, %s on average", t.Worst, noun, twoPlaces(t.Average))
}

// twoPlaces writes a number with at most two places.
func twoPlaces(r *big.Rat) string {
	return strings.TrimSuffix(strings.TrimRight(r.FloatString(2), "0"), ".")
}

// WriteText draws trees with lines: an answer, and the question or the page it
// leads to. Trees that are nil are left out, here and by the other writers.
func WriteText(w io.Writer, pages []Page, trees []*Tree) error {
	b := bufio.NewWriter(w)
	for i, t := range drawn(trees) {
		if i > 0 {
			fmt.Fprintln(b)
		}
		fmt.Fprintln(b, oneLine(pages[t.Decision.Page].Title))
		if s := t.Summary(); s != "" {
			fmt.Fprintln(b, s)
		}
		if t.Root == nil {
			fmt.Fprintf(b, "\nnot drawn: %s\n", t.TooLarge)
			continue
		}
		fmt.Fprintf(b, "\n%s\n", t.caption(t.Root, pages))
		t.branches(b, t.Root, "", pages)
	}
	return b.Flush()
}

func drawn(trees []*Tree) []*Tree { return keep(trees, func(t *Tree) bool { return t != nil }) }

func (t *Tree) branches(b *bufio.Writer, n *Node, indent string, pages []Page) {
	kids := n.kids()
	for i, k := range kids {
		fork, under := "├── ", "│   "
		if i == len(kids)-1 {
			fork, under = "└── ", "    "
		}
		fmt.Fprintf(b, "%s%s%s → %s\n", indent, fork, t.edge(k), t.caption(k, pages))
		t.branches(b, k, indent+under, pages)
	}
}

// caption is what a node asks, or the title of the page it shows.
func (t *Tree) caption(n *Node, pages []Page) string {
	if n.Question < 0 {
		return oneLine(pages[t.Decision.Landings[n.Landing].Page].Title)
	}
	return oneLine(t.Decision.Questions[n.Question].Ask)
}

// edge is the label of the answer that led to a node.
func (t *Tree) edge(n *Node) string { return t.Decision.label(n.Path[len(n.Path)-1]) }

func (d *Decision) label(c Choice) string {
	return oneLine(d.Questions[c.Question].Answers[c.Answer].Label)
}

// oneLine returns text on one line, without characters that could move the
// cursor of a terminal or turn the direction of what follows.
func oneLine(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, text)
	return strings.Join(strings.Fields(strings.ToValidUTF8(text, "\uFFFD")), " ")
}
