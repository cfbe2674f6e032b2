package render

import (
	"html/template"
	"maps"
	"slices"
	"strconv"
)

// Measures of a map, in pixels.
const (
	mapWidth    = 1040
	mapHead     = 30 // above the first row of a column
	mapRow      = 20 // a line of a title
	mapNote     = 17 // a line of a summary
	mapPadding  = 9  // above and below the text of a row
	mapDigit    = 8  // of the number before a title
	mapTitle    = 15.5
	mapSummary  = 14 // 12.5, of a face that is wider
	mapSpacious = 5  // a column of no more rows has room for summaries
	portOutside = 7  // from a row's end to where its ties begin
)

// sheet is a chart being drawn.
type sheet struct {
	*chart
	*pen
	name          string // what the ids in this picture begin with
	width, margin int    // of a row, and beside it
}

// broad draws the map with its kinds side by side, as ruled lists of the same
// height that curves join.
func (c *chart) broad(v *View) template.HTML {
	gutter := []int{0, 0, 260, 132, 92, 64}[len(c.columns)]
	s := &sheet{c, newPen(v, mapWidth), "mw", (mapWidth+gutter)/len(c.columns) - gutter, gutter / 2}
	height := 0
	for i, column := range c.columns {
		height = max(height, s.lay(column, i*(s.width+gutter), mapHead, len(column) <= mapSpacious))
	}
	for _, column := range c.columns {
		last := column[len(column)-1]
		spare, y := height-last.y-last.height, mapHead
		for i, here := range column {
			share := spare / (len(column) - i)
			spare -= share
			here.y, here.height = y, here.height+share
			y += here.height
		}
	}
	return s.draw("map broad", height)
}

// slim draws the map in one column, kind below kind.
func (c *chart) slim(v *View, class string, width, margin int) template.HTML {
	s, y, left := &sheet{c, newPen(v, width), "mn", width - margin - 2, margin}, 0, 2
	if len(c.columns) > 2 {
		s.width, left = width-2*margin, margin
	}
	for i, column := range c.columns {
		if c.heads[i].Title != "" {
			y += mapHead + 14
		}
		y = s.lay(column, left, y, false)
	}
	return s.draw(class, y)
}

// lay gives every place of a column its words and the height that they need, and
// returns where they end.
func (s *sheet) lay(column []*spot, x, y int, notes bool) int {
	last := column[len(column)-1].count() // the highest number of an ordered column
	for _, here := range column {
		if here.count() > 0 {
			here.indent = 16 + mapDigit*len(strconv.Itoa(max(last, here.count())))
		}
		room := s.width - here.indent - 8
		here.title, here.note = wrap(here.Title, room, mapTitle, 4), nil
		if notes && here.Summary != "" && here.pages == 0 {
			here.note = wrap(here.Summary, room, mapSummary, 5)
		}
		here.x, here.y, here.height = x, y, len(here.title)*mapRow+len(here.note)*mapNote+2*mapPadding
		y += here.height
	}
	return y
}

// draw draws what was laid out: ties first, in the colour of where they lead, so
// that one between columns that are not neighbours passes below the rows.
func (s *sheet) draw(class string, height int) template.HTML {
	s.put(`<g class="ties">`)
	for i, t := range s.ties {
		s.put("<g%s>", accent(t.to.Name))
		s.put(`<path id="%s-%d"%s d="`, s.name, i, t.class())
		s.curve(t)
		s.put("\"/></g>\n")
	}
	s.put("</g>")
	for i, column := range s.columns {
		if head := s.heads[i]; head.Title != "" {
			s.link(Ref{Path: head.Path}, ` class="head"`)
			s.text("", column[0].x, column[0].y-14, 0, []string{head.Title})
			s.put("</a>\n")
		}
		for _, here := range column {
			s.row(here)
		}
	}
	return s.svg(class, "", height+1)
}

// side is the side of a place where a tie to another arrives: 1 where reading
// ends, -1 where it begins. Ties within a column are arcs beside it, and those
// of neighbouring kinds take turns between the two sides.
func side(here, other *spot) int {
	if here.x < other.x || here.x == other.x && min(here.column, other.column)%2 == 0 {
		return 1
	}
	return -1
}

// port is where the ties on a side of a place begin.
func (s *sheet) port(here *spot, side int) int {
	return here.x + (side+1)/2*s.width + side*portOutside
}

// curve writes the path of a tie.
func (s *sheet) curve(t *tie) {
	x1, x2 := s.port(t.from, side(t.from, t.to)), s.port(t.to, side(t.to, t.from))
	y1, y2 := t.from.y+t.from.height/2, t.to.y+t.to.height/2
	bend := (x1 + x2) / 2
	if x1 == x2 {
		bend += side(t.from, t.to) * min(16+max(y1-y2, y2-y1)*s.margin/800, (s.margin-portOutside-2)*4/3)
	}
	s.put("M%d %dC%d %[2]d %[3]d %[4]d %d %[4]d", s.x(x1), y1, s.x(bend), y2, s.x(x2))
}

// row draws one place: its ground, which lights up with it; copies of all that
// is tied to it, which show while a reader points at it; its text; and a dot on
// each side where ties arrive. Colours reach a copy from around it, so that they
// may differ.
func (s *sheet) row(here *spot) {
	s.put(`<path class="rules" d="M%d %dH%dM%[1]d %[4]dH%[3]d"/>`, s.x(here.x), here.y, s.x(here.x+s.width), here.y+here.height)
	s.link(here.Ref, "")
	s.put(`<g class="plate"><rect id="%s%d" x="%d" y="%d" width="%d" height="%d"/></g><g class="lit">`, s.name, here.id,
		min(s.x(here.x), s.x(here.x+s.width)), here.y+1, s.width, here.height-2)
	ports := map[int]bool{}
	for i, t := range s.ties {
		if t.from == here || t.to == here {
			other := t.from
			if other == here {
				other = t.to
			}
			s.put(`<g%s><use href="#%s-%d"%s/><use class="plate" href="#%[2]s%[5]d"/></g>`, accent(t.to.Name), s.name, i, t.class(), other.id)
			ports[side(here, other)] = true
		}
	}
	s.put("</g>")
	y, text := here.y+(here.height-len(here.title)*mapRow-len(here.note)*mapNote)/2+15, here.x+here.indent
	if n := here.count(); n > 0 {
		s.text("soft", here.x+2, y, 0, []string{strconv.Itoa(n)})
	}
	s.text("", text, y, mapRow, here.title)
	s.text("soft", text, y+len(here.title)*mapRow-1, mapNote, here.note)
	for _, at := range slices.Sorted(maps.Keys(ports)) {
		s.dot("", s.port(here, at), here.y+here.height/2, 3)
	}
	s.put("</a>\n")
}
