package render

import (
	"fmt"
	"html/template"
	"strconv"
)

// Measures of the map with columns, in pixels.
const (
	mapWidth    = 1040
	mapHead     = 30 // above the first row
	mapRow      = 20 // a line of a title
	mapNote     = 17 // a line of a summary
	mapPadding  = 9  // above and below the text of a row
	mapNumber   = 24 // beside it
	mapTitle    = 15.5
	mapSummary  = 14 // 12.5, of a face that is wider
	portOutside = 7  // from a row's end to where its ties begin
)

// row is one place of a column, laid out.
type row struct {
	title, note []string
	y, height   int
}

func (w row) middle() int { return w.y + w.height/2 }

// drawColumns draws the map with its kinds side by side, as ruled lists that
// curves join.
func (c *chart) drawColumns(v *View) template.HTML {
	p := newPen(v, mapWidth)
	gutter := []int{0, 0, 260, 132, 92, 64}[len(c.columns)]
	width := (mapWidth - gutter*(len(c.columns)-1)) / len(c.columns)
	rows, height := c.layRows(width)
	left := func(place int) int { return c.places[place].column * (width + gutter) }

	c.drawTies(p, "mw", func(attributes string, t tie) {
		from, to := t.from, t.to
		if c.places[from].column > c.places[to].column {
			from, to = to, from
		}
		if c.places[from].column == c.places[to].column {
			x := left(from) + width + portOutside
			p.curve(attributes, x, rows[from].middle(), x, rows[to].middle(), gutter/2)
			return
		}
		p.put(`<path%s d="%s"/>`, attributes, c.route(p, rows, from, to, width, gutter))
	})
	for i, col := range c.columns {
		c.head(p, col, i*(width+gutter), 16)
		for at := col.from; at < col.to; at++ {
			c.row(p, "mw", at, rows[at], left(at), width, c.sides(at))
		}
	}
	c.rules(p, rows, width, left)
	return p.svg("map broad", "", height+1)
}

// route is the path of a tie from one column to a later one. It passes columns
// between them along one of their rules.
func (c *chart) route(p *pen, rows []row, from, to, width, gutter int) string {
	first, last := c.places[from].column, c.places[to].column
	y, x := rows[from].middle(), first*(width+gutter)+width+portOutside
	d := fmt.Sprintf("M%d %d", p.x(x), y)
	for col := first + 1; col <= last; col++ {
		next, end := rows[to].middle(), col*(width+gutter)-portOutside
		if col < last {
			next = c.nearestRule(rows, c.columns[col], y+(next-y)/(last-col+1))
		}
		middle := p.x((x + end) / 2)
		d += fmt.Sprintf("C%d %d %d %d %d %d", middle, y, middle, next, p.x(end), next)
		y, x = next, end+width+2*portOutside
		if col < last {
			d += fmt.Sprintf("H%d", p.x(x))
		}
	}
	return d
}

// nearestRule is the height of the rule of a column that is nearest to y.
func (c *chart) nearestRule(rows []row, col column, y int) int {
	best := rows[col.to-1].y + rows[col.to-1].height
	for _, w := range rows[col.from:col.to] {
		if max(w.y-y, y-w.y) < max(best-y, y-best) {
			best = w.y
		}
	}
	return best
}

func (c *chart) head(p *pen, col column, x, y int) {
	if col.ref.Title == "" {
		return
	}
	p.link(Ref{Path: col.ref.Path}, ` class="head"`)
	p.text("", x, y, 0, []string{col.ref.Title})
	p.put("</a>\n")
}

// row draws a place: a rule, its text, and a dot on each side where ties arrive.
func (c *chart) row(p *pen, picture string, at int, w row, x, width int, sides [2]bool) {
	here := c.places[at]
	p.link(here.Ref, "")
	p.plate(picture, at, x, w.y, width, w.height)
	c.lights(p, picture, at)
	y := w.y + (w.height-len(w.title)*mapRow-len(w.note)*mapNote)/2 + 15
	text := x
	if here.Number > 0 {
		p.text("soft", x+2, y, 0, []string{strconv.Itoa(here.Number)})
		text += mapNumber
	}
	p.text("", text, y, mapRow, w.title)
	p.text("soft", text, y+len(w.title)*mapRow-1, mapNote, w.note)
	if sides[0] {
		p.dot("", x-portOutside, w.middle(), 3)
	}
	if sides[1] {
		p.dot("", x+width+portOutside, w.middle(), 3)
	}
	p.put("</a>\n")
}

// plate is the ground of a place, which lights up with it.
func (p *pen) plate(picture string, at, x, y, width, height int) {
	if p.mirror {
		x += width
	}
	p.put(`<g class="plate"><rect id="%s%d" x="%d" y="%d" width="%d" height="%d"/></g>`, picture, at, p.x(x), y+2, width, height-4)
}

// rules draws the lines between the rows of every column.
func (c *chart) rules(p *pen, rows []row, width int, left func(place int) int) {
	p.put(`<path class="rules" d="`)
	for _, col := range c.columns {
		for at := col.from; at < col.to; at++ {
			p.put("M%d %dH%d", p.x(left(at)), rows[at].y, p.x(left(at)+width))
		}
		last := col.to - 1
		p.put("M%d %dH%d", p.x(left(last)), rows[last].y+rows[last].height, p.x(left(last)+width))
	}
	p.put(`"/>`)
}

// sides tells on which sides of its column a place has ties.
func (c *chart) sides(at int) (sides [2]bool) {
	for _, t := range c.ties {
		if t.from == at || t.to == at {
			other := c.places[t.from+t.to-at].column
			sides[0] = sides[0] || other < c.places[at].column
			sides[1] = sides[1] || other >= c.places[at].column
		}
	}
	return sides
}

// layRows gives every place its height and its words. All columns are as high
// as the highest; where that leaves room in a column, its pages show their
// summaries.
func (c *chart) layRows(width int) (rows []row, height int) {
	rows = make([]row, len(c.places))
	full := make([]int, len(c.columns))
	for i, col := range c.columns {
		for at := col.from; at < col.to; at++ {
			here := c.places[at]
			rows[at].title = wrap(here.Title, c.room(at, width), mapTitle, 3)
			if here.pages > 0 {
				rows[at].note = []string{strconv.Itoa(here.pages)}
			}
			rows[at].height = len(rows[at].title)*mapRow + len(rows[at].note)*mapNote + 2*mapPadding
			full[i] += rows[at].height
		}
		height = max(height, full[i])
	}
	for i, col := range c.columns {
		c.stretch(rows, col, width, height-full[i])
	}
	return rows, mapHead + height
}

// room is how wide the text of a place may be.
func (c *chart) room(at, width int) int {
	if c.places[at].Number > 0 {
		width -= mapNumber
	}
	return width - 8
}

// stretch shares out what is left of a column's height.
func (c *chart) stretch(rows []row, col column, width, left int) {
	notes, need := make([][]string, len(rows)), 0
	for at := col.from; at < col.to && c.places[at].pages == 0; at++ {
		notes[at] = wrap(c.places[at].Summary, c.room(at, width), mapSummary, 5)
		need += len(notes[at])*mapNote + 2
	}
	if need <= left {
		for at := col.from; at < col.to && c.places[at].pages == 0; at++ {
			rows[at].note = notes[at]
			rows[at].height += len(notes[at])*mapNote + 2
		}
		left -= need
	}
	y := mapHead
	if c.places[col.from].pages > 0 { // one place for all: it is not drawn out
		y += left / 2
		left = 0
	}
	for at := col.from; at < col.to; at++ {
		share := left / (col.to - at)
		rows[at].y = y
		rows[at].height += share
		left -= share
		y += rows[at].height
	}
}
