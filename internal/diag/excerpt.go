package diag

import (
	"unicode/utf8"

	"quandary/internal/source"
)

// Excerpt is the line on which a place begins, in three parts: what stands
// before the place, the place's own text as far as it is on that line, and what
// stands after it. A long line is cut around the place, with "…" for what is
// left out. The parts are the writer's text, tabs and oddities included.
type Excerpt struct {
	Line   int    `json:"line"` // counts from 1; 0 where there is no file
	Before string `json:"before"`
	Text   string `json:"text"`
	After  string `json:"after"`
}

// excerptLength is how many code points of a line an excerpt shows at most, and
// afterLength how many it keeps of what follows the place before it cuts there.
const (
	excerptLength = 100
	afterLength   = 20
)

// ExcerptOf returns the excerpt for a place, and the zero Excerpt for a place
// without a file.
func ExcerptOf(p source.Place) Excerpt {
	if p.File == nil {
		return Excerpt{}
	}
	from, to := p.Position(), p.End()
	before, rest := cut(p.File.Line(from.Line), from.Column-1)
	text, after := rest, ""
	if to.Line == from.Line {
		text, after = cut(rest, to.Column-from.Column)
	}
	return shorten(Excerpt{Line: from.Line, Before: before, Text: text, After: after})
}

// cut parts s after n code points.
func cut(s string, n int) (head, tail string) {
	for i := range s {
		if n <= 0 {
			return s[:i], s[i:]
		}
		n--
	}
	return s, ""
}

// shorten leaves an excerpt as it is when it fits, and else keeps the place and
// what is nearest to it.
func shorten(e Excerpt) Excerpt {
	before, text, after := utf8.RuneCountInString(e.Before), utf8.RuneCountInString(e.Text), utf8.RuneCountInString(e.After)
	if before+text+after <= excerptLength {
		return e
	}
	text = min(text, excerptLength)
	after = min(after, max(excerptLength-text-before, min(afterLength, excerptLength-text)))
	e.Text = headOf(e.Text, text)
	e.After = headOf(e.After, after)
	e.Before = tailOf(e.Before, excerptLength-text-after)
	return e
}

func headOf(s string, n int) string {
	head, tail := cut(s, n)
	if tail == "" {
		return head
	}
	return head + "…"
}

func tailOf(s string, n int) string {
	head, tail := cut(s, utf8.RuneCountInString(s)-n)
	if head == "" {
		return tail
	}
	return "…" + tail
}
