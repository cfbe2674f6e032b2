package render

import (
	"fmt"
	"html/template"
	"slices"

	"quandary/internal/site"
)

// Measures of a map, in pixels, and limits that keep it legible.
const (
	mapPadding  = 9  // above and below the text of a row
	mapPort     = 8  // from a row's end to where its ties begin
	mapMargin   = 58 // beside a slim map, for ties
	mostColumns = 5  // kinds side by side
	mostRows    = 16 // pages of a kind; past that the kind is one place
)

// Map draws the map of the playbook; it is "" where no pages are related. Kinds
// side by side want a wide page, so that the picture comes twice, and styles show
// the one that fits.
func (v *View) Map() (pictures template.HTML) {
	columns, ties := v.r.places(v)
	if n := len(columns); n > 1 {
		gutter := 260 / (n - 1)
		step := (broadWidth + gutter) / n
		s := &sheet{view: v, width: broadWidth, room: step - gutter, step: step}
		pictures = s.chart("map broad", columns, ties)
	}
	if len(columns) > 0 {
		s := &sheet{view: v, width: slimWidth, room: slimWidth - 2*mapMargin}
		pictures += s.chart("map slim", [][]*node{slices.Concat(columns...)}, ties)
	}
	return pictures
}

// places is what a map shows: a column for every kind that takes part in a
// relation, with its head and its pages, and the ties between these.
func (r *Renderer) places(v *View) (columns [][]*node, ties [][2]*node) {
	at := map[*site.Page]*node{}
	for i, k := range r.relatedKinds() {
		here := &node{Page: *r.pages[k.Section.ID], class: "spot", label: v.Say("pages-here", len(k.Pages)), column: i}
		head := &node{Page: Page{Path: k.Section.Path, Title: k.Plural}, class: "head"}
		columns = append(columns, []*node{head, here})
		for j, p := range k.Pages {
			if len(k.Pages) <= mostRows {
				here = &node{Page: *r.pages[p.ID], class: "spot", column: i}
				columns[i] = append(columns[i][:j+1], here)
			}
			at[p] = here
		}
	}
	for _, p := range r.in.Site.Pages {
		for _, rel := range r.in.Graph.Relations[p.ID] {
			t := [2]*node{at[p], at[rel.Other]}
			if !rel.Inverse && t[0] != nil && t[1] != nil && t[0] != t[1] && !slices.Contains(ties, t) {
				ties = append(ties, t)
			}
		}
	}
	return columns, ties
}

// relatedKinds lists the kinds that have relations. The one that declares the most
// stands in the middle, where it is beside the others.
func (r *Renderer) relatedKinds() (order []*site.Kind) {
	related := func(p *site.Page) bool { return len(r.in.Graph.Relations[p.ID]) > 0 }
	kinds := slices.Clone(r.in.Site.Kinds)
	slices.SortStableFunc(kinds, func(a, b *site.Kind) int { return len(b.Relations) - len(a.Relations) })
	for _, k := range kinds {
		if n := len(order); n < mostColumns && slices.ContainsFunc(k.Pages, related) {
			order = slices.Insert(order, n*(1-n%2), k)
		}
	}
	return order
}

// chart draws a map: columns of rows between thin rules, equally high, and
// joined by curves.
func (s *sheet) chart(class string, columns [][]*node, ties [][2]*node) template.HTML {
	bottom, margin := 0, (s.width-(len(columns)-1)*s.step-s.room)/2
	for i, column := range columns {
		y := mapPadding
		for _, n := range column {
			n.set(margin+i*s.step, y, s.room-8)
			n.dots, n.lines = nil, nil
			y += n.height() + 2*mapPadding
		}
		bottom = max(bottom, y)
	}
	for _, column := range columns {
		last := column[len(column)-1]
		share := (bottom - 2*mapPadding - last.y - last.height()) / (len(column) - 1)
		for i, n := range column {
			if n.class != "head" {
				top := n.y - mapPadding + (i-1)*share
				n.y = top + mapPadding + share/2
				n.lines = append(n.lines, fmt.Sprintf(
					`<path class="plate" d="M%d %dH%dV%dH%[1]dZ"/><path class="rule" d="M%[1]d %[2]dH%[3]d"/>`,
					s.across(n.x), top, s.across(n.x+s.room), n.y+n.height()+mapPadding+share/2))
			}
		}
	}
	s.drawTies(ties, bottom)
	for _, n := range slices.Concat(columns...) {
		s.draw(n)
	}
	return s.svg(class, bottom-mapPadding)
}

// drawTies draws every tie in the colour of where it leads: below the places,
// and again in the links of both, where it shows while a reader points at one.
func (s *sheet) drawTies(ties [][2]*node, height int) {
	s.WriteString(`<g class="ties">`)
	for _, t := range ties {
		x1, side := s.port(t[0], t[1])
		x2, _ := s.port(t[1], t[0])
		y1, y2 := t[0].eye(), t[1].eye()
		bend := (x1 + x2) / 2
		if x1 == x2 {
			bend += side * (16 + (mapMargin-16)*max(y1-y2, y2-y1)/height)
		}
		path := fmt.Sprintf(`<path data-name="%s" d="M%d %dC%d %[3]d %[4]d %[5]d %d %[5]d"/>`,
			htmlEscape(t[1].Name), s.across(x1), y1, s.across(bend), y2, s.across(x2))
		s.WriteString(path + "\n")
		for i, x := range []int{x1, x2} {
			t[i].lines = append(t[i].lines, path)
			if !slices.Contains(t[i].dots, x) {
				t[i].dots = append(t[i].dots, x)
			}
		}
	}
	s.WriteString("</g>")
}

// port is where the ties of a place to another begin, and on which of its sides:
// 1 where reading ends, -1 where it begins. Ties within a column are arcs beside
// it, and those of neighbouring kinds take turns between the two sides.
func (s *sheet) port(n, other *node) (x, side int) {
	if n.x < other.x || n.x == other.x && min(n.column, other.column)%2 == 0 {
		return n.x + s.room + mapPort, 1
	}
	return n.x - mapPort, -1
}
