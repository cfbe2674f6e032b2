package render

import (
	"cmp"
	"fmt"
	"html/template"
	"slices"
	"strings"
	"unicode"

	"quandary/internal/card"
	"quandary/internal/site"
)

// Measures of pictures, in pixels, and limits that keep them legible.
const (
	titleSize, titleLine  = 15, 19
	smallSize, smallLine  = 14, 16 // 12.5, of a face that is wider
	broadWidth, slimWidth = 1040, 360
	nearWidth             = 284
	treeColumn            = 165 // the narrowest column; trees too deep for it are only drawn slim
	treeGutter            = 46  // between columns, where edges run
	treeGap               = 16  // between one node and the next below it
	treeIndent            = 17  // of a node below the one that leads to it
	mostNear              = 12  // pages in the picture of a neighbourhood
	mapPadding            = 9   // above and below the text of a row
	mapPort               = 8   // from a row's end to where its ties begin
	mapMargin             = 58  // beside a slim map, for ties
	mostColumns           = 5   // kinds side by side
	mostRows              = 16  // pages of a kind; past that the kind is one place
)

// Tree draws the tree of a decision. It comes twice, from left to right for a
// wide page, and indented for a phone; styles show the one that fits. A state
// and the edge to it are one link, so that its name is read out as answer and
// outcome, and one press of Tab brings the next.
func (v *View) Tree() (pictures template.HTML) {
	root, columns := v.Decision.To(v.Decision.Tree.Root).node(""), v.Decision.Tree.Worst+1
	if column := min(broadWidth/columns, 300); column >= treeColumn {
		s := &sheet{view: v, width: columns*column - treeGutter + 20, room: column - treeGutter, step: column, beside: true}
		pictures = s.tree("branches broad", root)
	}
	s := &sheet{view: v, width: slimWidth, room: slimWidth - treeIndent - 4, step: treeIndent}
	return pictures + s.tree("branches slim", root)
}

// node is the node of a state, below the answer that leads to it.
func (s *State) node(answer string) *node {
	n := &node{class: "ask", label: answer}
	if s.Landing != nil {
		n.Page, n.class = *s.Landing, "spot"
	} else {
		n.Title = s.Question.Ask
	}
	n.Path = s.Path()
	for _, a := range s.Answers() {
		n.kids = append(n.kids, a.To.node(a.Label))
	}
	return n
}

// Near draws the page as the root of a tree of those that it is most
// closely tied to: related ones first, then linked ones. What stands above it in
// the site is left out: it is everybody's neighbour. It is "" where there are
// fewer than two.
//
// Its links all stand in the lists beside it, in more words. So it is a picture
// to look at and to press, and is kept from being read out and tabbed through.
func (v *View) Near() template.HTML {
	p, g := v.Page, v.r.in.Graph
	groups := v.Page.Relations()
	for _, t := range of(p, g.Targets) {
		if t.Page != nil {
			groups = addTo(groups, v.Say("leads-to"), v.r.pages[t.Page.ID])
		}
	}
	for _, b := range of(p, g.Backlinks) {
		groups = addTo(groups, v.Say("backlinks"), v.r.pages[b.From.ID])
	}
	here, known := &node{Page: *v.Page, class: "here"}, map[string]bool{}
	for _, g := range groups {
		label := g.Label // stands above the first
		for _, ref := range g.Refs {
			if !known[ref.Path] && !strings.HasPrefix(p.Path, ref.Path) && len(here.kids) < mostNear {
				here.kids = append(here.kids, &node{Page: *ref, label: label, class: "spot"})
				known[ref.Path], label = true, ""
			}
		}
	}
	if len(here.kids) < 2 {
		return ""
	}
	s := &sheet{view: v, width: nearWidth, room: nearWidth - treeIndent - 4, step: treeIndent, quiet: ` tabindex="-1"`}
	return s.tree("hood", here)
}

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
	most := func(a, b *site.Kind) int { return len(b.Relations) - len(a.Relations) }
	for _, k := range slices.SortedStableFunc(slices.Values(r.in.Site.Kinds), most) {
		if n := len(order); n < mostColumns && slices.ContainsFunc(k.Pages, related) {
			order = slices.Insert(order, n*(1-n%2), k)
		}
	}
	return order
}

// node is what stands in a picture: lines that lead to it, a dot, and its title
// below a line or two in small letters. All of it is one link.
type node struct {
	Page
	label        string // in small letters
	class        string // what it is: "ask", "spot", "here" or "head"
	kids         []*node
	x, y         int      // the upper left of the text
	small, title []string // the text, line by line
	dots         []int
	lines        []string // paths, as markup
	column       int      // of a map
}

// set puts a node in its place, with its text broken to the room there is.
func (n *node) set(x, y, room int) {
	n.x, n.y = x, y
	n.small, n.title = wrap(n.label, room, smallSize), wrap(cmp.Or(strings.TrimSpace(n.Title), "?"), room, titleSize)
}

func (n *node) height() int { return len(n.small)*smallLine + len(n.title)*titleLine }

// eye is the height at which lines arrive and leave: the first of the title.
func (n *node) eye() int { return n.y + len(n.small)*smallLine + titleLine/2 }

// sheet is a picture being drawn: plain SVG without a single style, so that it
// works under the site's policy and in whatever colours assets/picture.css gives
// it. One unit is one pixel where it is shown at its own width. Text is escaped
// before it is written.
type sheet struct {
	strings.Builder
	view   *View
	width  int
	room   int    // for the text of a node
	step   int    // from a node to those that follow from it, or from a column to the next
	beside bool   // those stand beside it, rather than under it
	quiet  string // an attribute that keeps links from being tabbed through, or ""
}

// svg is the picture, once all of it is drawn.
func (s *sheet) svg(class string, height int) template.HTML {
	return template.HTML(fmt.Sprintf("<svg class=%q viewBox=\"0 0 %d %d\" width=\"%[2]d\" height=\"%[3]d\">\n%s</svg>\n",
		class, s.width, height, s.String()))
}

// across is where a measure from the side that reading begins at falls.
func (s *sheet) across(x int) int {
	if s.view.Say("direction") == "rtl" {
		return s.width - x
	}
	return x
}

// draw draws a node and all that follow from it, in one group: pointing at one
// lights up the whole way that leads to it.
func (s *sheet) draw(n *node) {
	fmt.Fprintf(s, `<g class="%s"><a href="%s" data-name="%s"%s>%s`, n.class, htmlEscape(s.view.Root+escapePath(n.Path)),
		htmlEscape(n.Name), s.quiet, strings.Join(n.lines, ""))
	for _, x := range n.dots {
		fmt.Fprintf(s, `<circle cx="%d" cy="%d" r="3.5"/>`, s.across(x), n.eye())
	}
	for i, line := range n.small {
		fmt.Fprintf(s, `<text class="soft" x="%d" y="%d">%s</text>`, s.across(n.x), n.y+12+i*smallLine, htmlEscape(line))
	}
	for i, line := range n.title {
		fmt.Fprintf(s, `<text x="%d" y="%d">%s</text>`, s.across(n.x), n.eye()+5+i*titleLine, htmlEscape(line))
	}
	s.WriteString("</a>\n")
	for _, k := range n.kids {
		k.lines = []string{`<path d="` + s.edge(n, k) + `"/>`}
		s.draw(k)
	}
	s.WriteString("</g>")
}

// tree draws a tree.
func (s *sheet) tree(class string, root *node) template.HTML {
	bottom := s.place(root, treeIndent, 2, s.room)
	s.Grow(8 * bottom) // about what it takes
	s.draw(root)
	return s.svg(class, bottom-treeGap+4)
}

// place puts a node at a height or, where those that follow from it stand beside
// it, halfway down those, and returns where the next may stand.
func (s *sheet) place(n *node, x, y, room int) int {
	n.set(x, y, room)
	n.dots = []int{x - 8}
	next := y
	if !s.beside {
		next, room = y+n.height()+treeGap, max(room-s.step, 100)
	}
	for _, k := range n.kids {
		next = s.place(k, x+s.step, next, room)
	}
	if last := len(n.kids) - 1; last >= 0 && s.beside {
		n.y = max(y, n.y-n.eye()+(n.kids[0].eye()+n.kids[last].eye())/2)
	}
	return max(next, n.y+n.height()+treeGap)
}

// edge is the way from one node to another: down and round a corner; or level
// from the end of a title's first line to the gutter, and on in a curve.
func (s *sheet) edge(from, to *node) string {
	end := s.across(to.x - 12)
	if !s.beside {
		return fmt.Sprintf("M%d %dV%dQ%[1]d %[4]d %d %[4]d", s.across(from.x-8), from.eye()+4, to.eye()-9, to.eye(), end)
	}
	bend, words := to.x-treeGutter, from.x+8
	for _, r := range from.title[0] {
		words += advance(r) * titleSize / 100
	}
	return fmt.Sprintf("M%d %dH%dC%d %[2]d %[4]d %d %d %[5]d",
		s.across(min(words, bend)), from.eye(), s.across(bend), s.across((bend+to.x-12)/2), to.eye(), end)
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

// wrap breaks text into lines; a word for which there is no room is cut.
func wrap(text string, room, size int) []string {
	var words []string
	for _, word := range strings.Fields(text) {
		for at := fit(word, 100*room/size); at < len(word); at = fit(word, 100*room/size) {
			words, word = append(words, word[:at]), word[at:]
		}
		words = append(words, word)
	}
	return card.Wrap(words, room, 8, func(line string, room int) bool { return fit(line, 100*room/size) == len(line) })
}

// fit is how many bytes of text there is room for, in hundredths of an em.
func fit(text string, room int) int {
	for i, r := range text {
		if room -= advance(r); room < 0 {
			return i
		}
	}
	return len(text)
}

// advance is about how far a letter moves the pen, in hundredths of an em. Which
// face draws it is the reader's affair, so it reckons with the wider ones.
func advance(r rune) int {
	switch {
	case strings.ContainsRune("iljftI.,:;'’!|()- ", r):
		return 32
	case strings.ContainsRune("mwMWOQ%@&—", r) || r > 0x2E80:
		return 100
	case unicode.IsUpper(r):
		return 72
	}
	return 54
}
