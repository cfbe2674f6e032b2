package diag

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"

	"quandary/internal/source"
)

// Style says how text is printed. The zero Style is plain.
type Style struct {
	Color bool // mark severities and places with ANSI colours
}

// WriteText prints each diagnostic with the line it is about, the place marked
// below it, the hint, and the other places involved. It returns w's error.
func WriteText(w io.Writer, list List, style Style) error {
	p := printer{out: bufio.NewWriter(w), color: style.Color}
	for i, d := range list {
		if i > 0 {
			p.out.WriteByte('\n')
		}
		p.diagnostic(d)
	}
	return p.out.Flush()
}

// Summary counts what is wrong in a site of so many pages, as in
// "2 errors, 1 warning in 20 pages".
func Summary(list List, pages int) string {
	var counts []string
	if n := list.Errors(); n > 0 {
		counts = append(counts, counted(n, "error"))
	}
	if n := list.Warnings(); n > 0 {
		counts = append(counts, counted(n, "warning"))
	}
	return cmp.Or(strings.Join(counts, ", "), "nothing wrong") + " in " + counted(pages, "page")
}

func counted(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return strconv.Itoa(n) + " " + noun
}

// ANSI attributes.
const (
	bold   = "1"
	red    = "1;31"
	green  = "1;32"
	yellow = "1;33"
	blue   = "1;34"
	cyan   = "1;36"
)

// A printer relies on out to remember the first error.
type printer struct {
	out    *bufio.Writer
	color  bool
	gutter int // columns the line numbers of the current diagnostic need
}

func (p *printer) diagnostic(d Diagnostic) {
	tone := red
	if d.Severity == Warning {
		tone = yellow
	}
	line := d.Place.Position().Line
	for _, n := range d.Related {
		line = max(line, n.Place.Position().Line)
	}
	p.gutter = len(strconv.Itoa(line))
	p.place(d.Place, tone, d.Severity.String()+"["+d.Code+"]", d.Message, "^")
	if d.Hint != "" {
		fmt.Fprintf(p.out, "%*s %s %s %s\n", p.gutter, "", p.paint(blue, "="), p.paint(green, "hint:"), clean(d.Hint))
	}
	for _, n := range d.Related {
		p.place(n.Place, cyan, "note", n.Message, "-")
	}
}

// place prints a line that says where and what, and the excerpt: terminals and
// editors make "file:line:column:" at a line's start a link.
func (p *printer) place(at source.Place, tone, label, message, mark string) {
	if at.File != nil {
		fmt.Fprint(p.out, p.paint(bold, clean(location(at))+":"), " ")
	}
	fmt.Fprintln(p.out, p.paint(tone, label+":"), p.paint(bold, clean(message)))
	if at.File == nil {
		return
	}
	e := ExcerptOf(at)
	before, from := expand(e.Before, 0)
	text, to := expand(e.Text, from)
	after, _ := expand(e.After, to)
	p.bar("", "")
	p.bar(strconv.Itoa(e.Line), before+text+after)
	p.bar("", strings.Repeat(" ", from)+p.paint(tone, strings.Repeat(mark, max(1, to-from))))
}

// bar prints one line of an excerpt: a number or none, a bar, some text.
func (p *printer) bar(number, text string) {
	bar := p.paint(blue, fmt.Sprintf("%*s |", p.gutter, number))
	fmt.Fprintln(p.out, strings.TrimRight(bar+" "+text, " "))
}

func (p *printer) paint(attribute, text string) string {
	if !p.color {
		return text
	}
	return "\x1b[" + attribute + "m" + text + "\x1b[0m"
}

// location returns "file:line:column".
func location(at source.Place) string {
	p := at.Position()
	return fmt.Sprintf("%s:%d:%d", at.Path(), p.Line, p.Column)
}

const tabStop = 4

// expand returns text as a terminal shows it when it begins in the given
// column, and the column after it. Tabs become spaces, so that the marks in the
// line below stand where they should.
func expand(text string, column int) (shown string, end int) {
	for _, r := range text {
		if r == '\t' {
			n := tabStop - column%tabStop
			shown += strings.Repeat(" ", n)
			column += n
			continue
		}
		shown += string(visible(r))
		column += columns(r)
	}
	return shown, column
}

// clean makes text fit for one line of a terminal.
func clean(text string) string { return strings.Map(visible, text) }

// visible replaces what could move the cursor, change colours or reorder the
// line: a file's text must not be able to disguise a message.
func visible(r rune) rune {
	switch {
	case r == '\n' || r == '\t':
		return ' '
	case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == '\u2028', r == '\u2029':
		return utf8.RuneError
	}
	return r
}

// columns returns how wide a terminal shows r: combining marks and joiners take
// no room, East Asian wide characters and most emoji take two columns.
func columns(r rune) int {
	if unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf) {
		return 0
	}
	if k := width.LookupRune(r).Kind(); k == width.EastAsianWide || k == width.EastAsianFullwidth {
		return 2
	}
	return 1
}
