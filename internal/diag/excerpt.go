package diag

import "quandary/internal/source"

// Excerpt is the line on which a place begins, in three parts: what stands
// before the place, the place's own text as far as it is on that line, and what
// stands after it. Of each part no more is kept than what is near, with "…" for
// what is left out. The parts are the writer's text, tabs and oddities included.
type Excerpt struct {
	Line   int    `json:"line"` // counts from 1; 0 where there is no file
	Before string `json:"before"`
	Text   string `json:"text"`
	After  string `json:"after"`
}

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
	const near = 50
	e := Excerpt{from.Line, string(line[:start]), string(line[start:end]), string(line[end:])}
	if start > near {
		e.Before = "…" + string(line[start-near:start])
	}
	if end-start > near {
		e.Text = string(line[start:start+near]) + "…"
	}
	if len(line)-end > near {
		e.After = string(line[end:end+near]) + "…"
	}
	return e
}
