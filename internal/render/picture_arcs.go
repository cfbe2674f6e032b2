package render

import (
	"html/template"
	"strconv"
)

// Measures of the map for a phone.
const (
	arcWidth  = 360
	arcMargin = 58 // at a side where ties run
	arcHead   = 44 // above the first row of a column, where it has a title
)

// drawArcs draws the map in one column, kind below kind, with ties as arcs in
// the margins: those of neighbouring kinds take turns between the two sides.
func (c *chart) drawArcs(v *View) template.HTML {
	p := newPen(v, arcWidth)
	var used [2]bool
	for _, t := range c.ties {
		used[c.side(t)] = true
	}
	left, right := 2, arcWidth-2
	if used[0] {
		left = arcMargin
	}
	if used[1] {
		right -= arcMargin
	}
	rows, height := c.stack(right - left)
	c.drawTies(p, "mn", func(attributes string, t tie) {
		x, out := left-portOutside, -1
		if c.side(t) == 1 {
			x, out = right+portOutside, 1
		}
		y1, y2 := rows[t.from].middle(), rows[t.to].middle()
		bend := min(16+max(y1-y2, y2-y1)/13, (arcMargin-portOutside-2)*4/3)
		p.curve(attributes, x, y1, x, y2, out*bend)
	})
	for _, col := range c.columns {
		c.head(p, col, left, rows[col.from].y-13)
		for at := col.from; at < col.to; at++ {
			c.row(p, "mn", at, rows[at], left, right-left, c.arcSides(at))
		}
	}
	c.rules(p, rows, right-left, func(int) int { return left })
	return p.svg("map slim", "", height+1)
}

// side is the margin that a tie runs in.
func (c *chart) side(t tie) int {
	return min(c.places[t.from].column, c.places[t.to].column) % 2
}

func (c *chart) arcSides(at int) (sides [2]bool) {
	for _, t := range c.ties {
		if t.from == at || t.to == at {
			sides[c.side(t)] = true
		}
	}
	return sides
}

// stack lays every place below the one before it.
func (c *chart) stack(width int) (rows []row, y int) {
	rows = make([]row, len(c.places))
	for _, col := range c.columns {
		if col.ref.Title != "" {
			y += arcHead
		}
		for at := col.from; at < col.to; at++ {
			w := row{title: wrap(c.places[at].Title, c.room(at, width), mapTitle, 4), y: y}
			if n := c.places[at].pages; n > 0 {
				w.note = []string{strconv.Itoa(n)}
			}
			w.height = len(w.title)*mapRow + len(w.note)*mapNote + 2*mapPadding - 2
			rows[at] = w
			y += w.height
		}
	}
	return rows, y
}
