package diag

import "quandary/internal/source"

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
	line := []rune(p.File.Line(from.Line))
	start, end := min(from.Column-1, len(line)), len(line)
	if to.Line == from.Line {
		end = min(to.Column-1, end)
	}
	e := Excerpt{Line: from.Line, Before: string(line[:start]), Text: string(line[start:end]), After: string(line[end:])}
	if len(line) <= excerptLength {
		return e
	}
	text := min(end-start, excerptLength)
	after := min(len(line)-end, max(excerptLength-text-start, min(afterLength, excerptLength-text)))
	before := min(start, excerptLength-text-after)
	if start+text < end {
		e.Text = string(line[start:start+text]) + "…"
	}
	if end+after < len(line) {
		e.After = string(line[end:end+after]) + "…"
	}
	if before < start {
		e.Before = "…" + string(line[start-before:start])
	}
	return e
}
