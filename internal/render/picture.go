package render

import (
	"fmt"
	"html/template"
	"strings"
	"unicode"
)

// pen writes one picture: plain SVG without a single style, so that it works
// under the site's policy and in whatever colours assets/picture.css gives it.
// One unit is one pixel where the picture is shown at its own width.
type pen struct {
	strings.Builder
	root   string // from the page to the site's root
	width  int
	mirror bool // for a page that reads from right to left
}

func newPen(v *View, width int) *pen {
	return &pen{root: v.Root, width: width, mirror: v.Page.Direction == "rtl"}
}

// put writes one piece of markup. Its arguments are numbers made here, and
// text that was escaped before.
func (p *pen) put(format string, args ...any) { fmt.Fprintf(p, format, args...) }

// svg is the picture, once all of it is drawn. attributes say what it is to
// people who do not see it.
func (p *pen) svg(class, attributes string, height int) template.HTML {
	return template.HTML(fmt.Sprintf(`<svg class="%s" viewBox="0 0 %d %d" width="%[2]d" height="%[3]d"%s>%s</svg>`,
		class, p.width, height, attributes, p.String()))
}

// x is where a measure from the side that reading begins at falls.
func (p *pen) x(x int) int {
	if p.mirror {
		return p.width - x
	}
	return x
}

// link opens a link to a page of the site; "</a>" ends it.
func (p *pen) link(ref Ref, more string) {
	p.put(`<a href="%s"%s%s>`, htmlEscape(p.root+escapePath(ref.Path)), accent(ref.Name), more)
}

// accent lets styles give an element the colour of a page.
func accent(name string) string { return attribute("data-name", name) }

func attribute(name, value string) string {
	if value == "" {
		return ""
	}
	return " " + name + `="` + htmlEscape(value) + `"`
}

// text writes lines of text, the first at y. Each is an element of its own, so
// that the words stay apart where they are read out.
func (p *pen) text(class string, x, y, leading int, lines []string) {
	for i, line := range lines {
		p.put(`<text%s x="%d" y="%d">%s</text>`, attribute("class", class), p.x(x), y+i*leading, htmlEscape(line))
	}
}

func (p *pen) dot(class string, x, y int, radius float64) {
	p.put(`<circle%s cx="%d" cy="%d" r="%g"/>`, attribute("class", class), p.x(x), y, radius)
}

// wrap breaks text into lines of at most width units at a size in pixels, as
// even as it can be done. What is too long for most lines ends in an ellipsis.
func wrap(text string, width int, size float64, most int) []string {
	text = strings.Join(strings.Fields(text), " ")
	limit := int(100 * float64(width) / size)
	lines := lay(text, limit)
	for narrower := limit - 50; narrower > limit/2; narrower -= 50 {
		even := lay(text, narrower)
		if len(even) > len(lines) {
			break
		}
		lines = even
	}
	if len(lines) > most {
		lines = lines[:most]
		lines[most-1] += "…"
	}
	return lines
}

// lay puts as many words on each line as there is room for, in hundredths of an
// em. A word longer than a line is broken where the line ends.
func lay(text string, limit int) (lines []string) {
	from, gap, width, since := 0, 0, 0, 0 // since is the width after the last gap
	for i, r := range text {
		if r == ' ' {
			gap, since = i, 0
		}
		if width+advance(r) > limit && r != ' ' {
			if gap <= from {
				gap, since = i, 0
			}
			lines = append(lines, strings.TrimSpace(text[from:gap]))
			from, width = gap, since
		}
		width += advance(r)
		since += advance(r)
	}
	return append(lines, strings.TrimSpace(text[from:]))
}

// advance is about how far a letter moves the pen, in hundredths of an em. Which
// face draws it is the reader's affair, so it reckons with the wider ones.
func advance(r rune) int {
	switch r {
	case 'i', 'l', 'j', 'f', 't', 'I', '.', ',', ':', ';', '\'', '’', '!', '|', '(', ')', '-', ' ':
		return 32
	case 'm', 'w', 'M', 'W', 'O', 'Q', '%', '@', '&', '—':
		return 86
	}
	switch {
	case r > 0x2E80:
		return 100
	case unicode.Is(unicode.Mn, r):
		return 0
	case unicode.IsUpper(r):
		return 72
	}
	return 54
}
