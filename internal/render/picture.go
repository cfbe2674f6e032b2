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
	return p.strip(class, attributes, 0, height)
}

// strip is a picture that begins at a height other than 0: the next piece of one
// that is drawn in pieces.
func (p *pen) strip(class, attributes string, from, to int) template.HTML {
	return template.HTML(fmt.Sprintf(`<svg class="%s" viewBox="0 %d %d %d" width="%[3]d" height="%[4]d"%s>%s</svg>`,
		class, from, p.width, to-from, attributes, p.String()))
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

// arc is a path from one point to another below it, by way of the side.
func (p *pen) arc(x, y1, y2, bend int) string {
	return fmt.Sprintf("M%d %dC%d %d %[3]d %[5]d %[1]d %[5]d", p.x(x), y1, p.x(x+bend), y1, y2)
}

// wrap breaks text into lines of at most width units at a size in pixels, as
// even as it can be done. What is too long for most lines ends in an ellipsis.
func wrap(text string, width int, size float64, most int) []string {
	limit := int(100 * float64(width) / size)
	words := pieces(strings.Fields(text), limit)
	ends := fill(words, limit)
	if len(ends) > most {
		ends = fill(words, limit-60)[:most]
	} else {
		for narrower := limit - 50; narrower > limit/2; narrower -= 50 {
			even := fill(words, narrower)
			if len(even) > len(ends) {
				break
			}
			ends = even
		}
	}
	lines := make([]string, len(ends))
	from := 0
	for i, end := range ends {
		var line strings.Builder
		for j, w := range words[from:end] {
			if j > 0 {
				line.WriteByte(' ')
			}
			line.WriteString(w.text)
		}
		lines[i], from = line.String(), end
	}
	if from < len(words) {
		lines[len(lines)-1] += "…"
	}
	return lines
}

// piece is a word, or a part of one that is wider than a line, and how wide it
// is, in hundredths of an em.
type piece struct {
	text  string
	width int
}

func pieces(words []string, limit int) []piece {
	list := make([]piece, 0, len(words))
	for _, w := range words {
		from, width := 0, 0
		for i, r := range w {
			if width+advance(r) > limit && i > from {
				list = append(list, piece{w[from:i], width})
				from, width = i, 0
			}
			width += advance(r)
		}
		list = append(list, piece{w[from:], width})
	}
	return list
}

// fill puts as many words on each line as there is room for, and returns where
// each line ends.
func fill(words []piece, limit int) (ends []int) {
	room := 0
	for i, w := range words {
		if room -= advance(' ') + w.width; room < 0 || i == 0 {
			if i > 0 {
				ends = append(ends, i)
			}
			room = limit - w.width
		}
	}
	return append(ends, len(words))
}

// measure is about how wide text is, in hundredths of an em.
func measure(text string) (width int) {
	for _, r := range text {
		width += advance(r)
	}
	return width
}

// advance is how far a letter moves the pen, in hundredths of an em. Which face
// draws it is the reader's affair, so it reckons with the wider ones.
func advance(r rune) int {
	switch {
	case r < 128:
		return int(advances[r])
	case unicode.Is(unicode.Mn, r):
		return 0
	case r > 0x2E80:
		return 100
	case unicode.IsUpper(r) || r == '—' || r == '…':
		return 80
	}
	return 56
}

// advances are those of ASCII.
var advances = func() (table [128]uint8) {
	for r := range table {
		table[r] = 56
		switch c := rune(r); {
		case strings.ContainsRune("iljftI.,:;'!|()[]- ", c):
			table[r] = 32
		case strings.ContainsRune("rszcJ?*", c):
			table[r] = 45
		case strings.ContainsRune("mwMWOQ%@&", c):
			table[r] = 86
		case c >= 'A' && c <= 'Z':
			table[r] = 70
		}
	}
	return table
}()
