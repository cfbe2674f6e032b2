package render

import (
	"fmt"
	"html/template"
	"strconv"
)

// Measures of a map, in pixels.
const (
	mapWidth    = 1040
	mapHead     = 30 // above the first row
	mapRow      = 20 // a line of a title
	mapNote     = 17 // a line of a summary
	mapPadding  = 9  // above and below the text of a row
	mapDigit    = 8  // of the number before a title
	mapTitle    = 15.5
	mapSummary  = 14 // 12.5, of a face that is wider
	portOutside = 7  // from a row's end to where its ties begin
)

// sheet is a chart being drawn: where its rows stand, and the name that the ids
// in this picture begin with.
type sheet struct {
	*chart
	*pen
	name   string
	rows   []row
	width  int                  // of a row
	left   func(column int) int // where the rows of a column begin
	indent int                  // of titles, where a number stands before them
}

// row is one place, laid out.
type row struct {
	title, note []string
	y, height   int
}

func (w row) middle() int { return w.y + w.height/2 }

// drawColumns draws the map with its kinds side by side, as ruled lists that
// curves join.
func (c *chart) drawColumns(v *View) template.HTML {
	gutter := []int{0, 0, 260, 132, 92, 64}[len(c.columns)]
	s := &sheet{chart: c, pen: newPen(v, mapWidth), name: "mw", width: (mapWidth - gutter*(len(c.columns)-1)) / len(c.columns)}
	s.left = func(column int) int { return column * (s.width + gutter) }
	s.layRows()
	height := s.align()
	s.drawTies(func(t tie) string {
		from, to := t.from, t.to
		if c.places[from].column > c.places[to].column {
			from, to = to, from
		}
		if c.places[from].column == c.places[to].column {
			return s.arc(s.left(c.places[from].column)+s.width+portOutside, s.rows[from].middle(), s.rows[to].middle(), gutter/2)
		}
		return s.route(from, to)
	})
	s.drawRows(func(t tie, at int) int {
		if c.places[t.from+t.to-at].column < c.places[at].column {
			return 0
		}
		return 1
	})
	return s.svg("map broad", "", height+1)
}

// layRows gives every place its words and the height that they need.
func (s *sheet) layRows() {
	for _, here := range s.places {
		s.indent = max(s.indent, 16+mapDigit*len(strconv.Itoa(here.number())))
	}
	for at, here := range s.places {
		w := row{title: wrap(here.Title, s.room(at), mapTitle, 4)}
		w.height = len(w.title)*mapRow + 2*mapPadding
		s.rows = append(s.rows, w)
	}
}

// room is how wide the text of a place may be.
func (s *sheet) room(at int) int {
	if s.places[at].number() > 0 {
		return s.width - s.indent - 8
	}
	return s.width - 8
}

// align makes all columns as high as the highest, which it returns. Where that
// leaves room in a column, its pages show their summaries.
func (s *sheet) align() (height int) {
	need := func(col column) (sum int) {
		for _, w := range s.rows[col.from:col.to] {
			sum += w.height
		}
		return sum
	}
	for _, col := range s.columns {
		height = max(height, need(col))
	}
	for _, col := range s.columns {
		s.summarise(col, height-need(col))
		y, left := mapHead, height-need(col)
		if s.places[col.from].pages > 0 { // one place for all: it is not drawn out
			y, left = y+left/2, 0
		}
		for at := col.from; at < col.to; at++ {
			share := left / (col.to - at)
			left -= share
			s.rows[at].y, s.rows[at].height = y, s.rows[at].height+share
			y += s.rows[at].height
		}
	}
	return mapHead + height
}

// summarise adds the summaries of a column's pages, if all fit.
func (s *sheet) summarise(col column, left int) {
	notes := make([][]string, 0, col.to-col.from)
	for at := col.from; at < col.to; at++ {
		notes = append(notes, wrap(s.places[at].Summary, s.room(at), mapSummary, 5))
		left -= len(notes[at-col.from]) * mapNote
	}
	if left < 0 || s.places[col.from].pages > 0 {
		return
	}
	for i, note := range notes {
		s.rows[col.from+i].note = note
		s.rows[col.from+i].height += len(note) * mapNote
	}
}

// route is the path of a tie from one column to a later one. It passes columns
// between them along one of their rules.
func (s *sheet) route(from, to int) string {
	first, last := s.places[from].column, s.places[to].column
	y, x := s.rows[from].middle(), s.left(first)+s.width+portOutside
	d := fmt.Sprintf("M%d %d", s.x(x), y)
	for col := first + 1; col <= last; col++ {
		next, end := s.rows[to].middle(), s.left(col)-portOutside
		if col < last {
			next = s.nearestRule(s.columns[col], y+(next-y)/(last-col+1))
		}
		middle := s.x((x + end) / 2)
		d += fmt.Sprintf("C%d %d %d %d %d %d", middle, y, middle, next, s.x(end), next)
		if y, x = next, end+s.width+2*portOutside; col < last {
			d += fmt.Sprintf("H%d", s.x(x))
		}
	}
	return d
}

// nearestRule is the height of the rule of a column that is nearest to y.
func (s *sheet) nearestRule(col column, y int) int {
	best := s.rows[col.to-1].y + s.rows[col.to-1].height
	for _, w := range s.rows[col.from:col.to] {
		if max(w.y-y, y-w.y) < max(best-y, y-best) {
			best = w.y
		}
	}
	return best
}

// drawTies draws the ties in groups by the colour of where they lead.
func (s *sheet) drawTies(path func(t tie) string) {
	s.put(`<g class="ties">`)
	for at, here := range s.places {
		open := false
		for _, t := range s.ties {
			if t.to == at {
				if !open {
					s.put(`<g%s>`, accent(here.Name))
				}
				open = true
				s.put(`<path id="%s"%s d="%s"/>`, t.id(s.name), t.class(), path(t))
			}
		}
		if open {
			s.put("</g>\n")
		}
	}
	s.put("</g>")
}

// drawRows draws every place, and the rules between them. side tells on which
// side of a place a tie arrives: 0 where reading begins, 1 where it ends.
func (s *sheet) drawRows(side func(t tie, at int) int) {
	rules := ""
	rule := func(x, y int) { rules += fmt.Sprintf("M%d %dH%d", s.x(x), y, s.x(x+s.width)) }
	for i, col := range s.columns {
		x := s.left(i)
		if col.head.Title != "" {
			s.link(Ref{Path: col.head.Path}, ` class="head"`)
			s.text("", x, s.rows[col.from].y-14, 0, []string{col.head.Title})
			s.put("</a>\n")
		}
		for at := col.from; at < col.to; at++ {
			rule(x, s.rows[at].y)
			s.drawRow(at, x, side)
		}
		rule(x, s.rows[col.to-1].y+s.rows[col.to-1].height)
	}
	s.put(`<path class="rules" d="%s"/>`, rules)
}

// drawRow draws one place: its ground, which lights up with it; copies of all
// that is tied to it, which show while a reader points at it; its text; and a
// dot on each side where ties arrive. Colours reach a copy from around it, so
// that they may differ.
func (s *sheet) drawRow(at, x int, side func(t tie, at int) int) {
	here, w := s.places[at], s.rows[at]
	ground := x
	if s.mirror {
		ground += s.width
	}
	s.link(here.Ref, "")
	s.put(`<g class="plate"><rect id="%s%d" x="%d" y="%d" width="%d" height="%d"/></g><g class="lit">`, s.name, at, s.x(ground), w.y+2, s.width, w.height-4)
	var sides [2]bool
	for _, t := range s.ties {
		if t.from == at || t.to == at {
			s.put(`<g%s><use href="#%s"%s/><use class="plate" href="#%s%d"/></g>`, accent(s.places[t.to].Name), t.id(s.name), t.class(), s.name, t.from+t.to-at)
			sides[side(t, at)] = true
		}
	}
	s.put("</g>")
	y, text := w.y+(w.height-len(w.title)*mapRow-len(w.note)*mapNote)/2+15, x
	if n := here.number(); n > 0 {
		s.text("soft", x+2, y, 0, []string{strconv.Itoa(n)})
		text += s.indent
	}
	s.text("", text, y, mapRow, w.title)
	s.text("soft", text, y+len(w.title)*mapRow-1, mapNote, w.note)
	for i, outside := range []int{x - portOutside, x + s.width + portOutside} {
		if sides[i] {
			s.dot("", outside, w.middle(), 3)
		}
	}
	s.put("</a>\n")
}

// arcHead is the space above the first row of a kind where kinds stand one below
// the other.
const arcHead = 44

// drawArcs draws the map in one column, kind below kind, with ties as arcs in
// the margins: those of neighbouring kinds take turns between the two sides.
func (c *chart) drawArcs(v *View, class string, width, margin int) template.HTML {
	side := func(t tie, _ int) int { return min(c.places[t.from].column, c.places[t.to].column) % 2 }
	margins := [2]int{2, 2}
	for _, t := range c.ties {
		margins[side(t, 0)] = margin
	}
	s := &sheet{chart: c, pen: newPen(v, width), name: "mn", width: width - margins[0] - margins[1]}
	s.left = func(int) int { return margins[0] }
	s.layRows()
	y := 0
	for _, col := range c.columns {
		if col.head.Title != "" {
			y += arcHead
		}
		for at := col.from; at < col.to; at++ {
			s.rows[at].y = y
			y += s.rows[at].height
		}
	}
	s.drawTies(func(t tie) string {
		y1, y2 := s.rows[t.from].middle(), s.rows[t.to].middle()
		bend := min(16+max(y1-y2, y2-y1)*margin/800, (margin-portOutside-2)*4/3)
		if side(t, 0) == 0 {
			return s.arc(margins[0]-portOutside, y1, y2, -bend)
		}
		return s.arc(width-margins[1]+portOutside, y1, y2, bend)
	})
	s.drawRows(side)
	return s.svg(class, "", y+1)
}
