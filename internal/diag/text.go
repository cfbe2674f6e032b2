package diag

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"

	"quandary/internal/source"
)

// writeText prints each diagnostic with the line it is about, the place marked
// below it, the hint, and the other places involved; and counts them.
func (r Report) writeText(w io.Writer) error {
	p := printer{color: r.Color}
	for _, d := range r.List {
		p.diagnostic(d)
		p.WriteByte('\n')
	}
	var counts []string
	if n := r.List.Errors(); n > 0 {
		counts = append(counts, Count(n, "error"))
	}
	if n := r.List.Warnings(); n > 0 {
		counts = append(counts, Count(n, "warning"))
	}
	fmt.Fprintf(&p, "%s in %s\n", cmp.Or(strings.Join(counts, ", "), "nothing wrong"), Count(r.Pages, "page"))
	_, err := w.Write(p.Bytes())
	return err
}

// Count says how many there are of something: "1 page", "2 pages".
func Count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return strconv.Itoa(n) + " " + noun
}

// ANSI attributes.
const (
	bold   = "1"
	red    = "1;31"
	yellow = "1;33"
	blue   = "1;34"
)

type printer struct {
	bytes.Buffer
	color  bool
	gutter int // columns the line numbers of the current diagnostic need
}

func (p *printer) diagnostic(d Diagnostic) {
	line := d.Place.Position().Line
	for _, n := range d.Related {
		line = max(line, n.Place.Position().Line)
	}
	p.gutter = len(strconv.Itoa(line))
	tone := map[Severity]string{Error: red, Warning: yellow}[d.Severity]
	p.place(d.Place, tone, d.Severity.String()+"["+d.Code+"]", d.Message, "^")
	if d.Hint != "" {
		fmt.Fprintf(p, "%*s %s %s %s\n", p.gutter, "", p.paint(blue, "="), p.paint(blue, "hint:"), clean(d.Hint))
	}
	for _, n := range d.Related {
		p.place(n.Place, blue, "note", n.Message, "-")
	}
}

// place prints a line that says where and what, and the excerpt: terminals and
// editors make "file:line:column:" at a line's start a link.
func (p *printer) place(at source.Place, tone, label, message, mark string) {
	if at.File != nil {
		from := at.Position()
		fmt.Fprint(p, p.paint(bold, clean(fmt.Sprintf("%s:%d:%d:", at.Path(), from.Line, from.Column))), " ")
	}
	fmt.Fprintln(p, p.paint(tone, label+":"), p.paint(bold, clean(message)))
	if at.File == nil {
		return
	}
	e := ExcerptOf(at)
	before, text := clean(e.Before), clean(e.Text)
	p.bar("", "")
	p.bar(strconv.Itoa(e.Line), before+text+clean(e.After))
	p.bar("", strings.Repeat(" ", columns(before))+p.paint(tone, strings.Repeat(mark, max(1, columns(text)))))
}

// bar prints one line of an excerpt: a number or none, a bar, some text.
func (p *printer) bar(number, text string) {
	bar := p.paint(blue, fmt.Sprintf("%*s |", p.gutter, number))
	fmt.Fprintln(p, strings.TrimRight(bar+" "+text, " "))
}

func (p *printer) paint(attribute, text string) string {
	if !p.color {
		return text
	}
	return "\x1b[" + attribute + "m" + text + "\x1b[0m"
}

// Excerpt is the line on which a place begins, in three parts: what stands
// before the place, the place's own text as far as it is on that line, and what
// stands after it. Of each part no more is kept than what is near, with "…" for
// what is left out. The parts are the writer's text, tabs and oddities included.
type Excerpt struct {
	Line   int    `json:"line"` // counts from 1
	Before string `json:"before"`
	Text   string `json:"text"`
	After  string `json:"after"`
}

// ExcerptOf returns the excerpt for a place, which has a file.
func ExcerptOf(p source.Place) Excerpt {
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

// clean makes text fit for one line of a terminal. It replaces what could move
// the cursor, change colours or reorder the line: a file's text must not be able
// to disguise a message.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control, unicode.Zl, unicode.Zp) {
			return utf8.RuneError
		}
		return r
	}, strings.NewReplacer("\t", "    ", "\n", " ").Replace(text))
}

// columns returns how wide a terminal shows text.
func columns(text string) int { return new(runewidth.Condition).StringWidth(text) }
