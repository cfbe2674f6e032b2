package link

import (
	"fmt"
	"slices"
	"strings"

	"quandary/internal/diag"
	"quandary/internal/markdown"
	"quandary/internal/site"
	"quandary/internal/source"
)

// part is what an embed brings: a whole page, or the section under a heading.
type part struct {
	page    *site.Page
	heading int // index into its headings; -1 for the whole page
}

// partOf returns what a target brings when it is embedded.
func partOf(t Target) part {
	for i := range t.Page.Doc.Headings {
		if h := &t.Page.Doc.Headings[i]; t.Fragment != "" && h.ID == t.Fragment && h.From >= 0 {
			return part{t.Page, i}
		}
	}
	return part{t.Page, -1}
}

func (p part) String() string {
	if p.heading < 0 {
		return p.page.Name
	}
	return p.page.Name + "#" + p.page.Doc.Headings[p.heading].ID
}

// embeds lists the links by which a part embeds others.
func (p part) embeds() (links []int) {
	from, to := 0, len(p.page.Doc.HTML)
	if p.heading >= 0 {
		from, to = p.page.Doc.Headings[p.heading].From, p.page.Doc.Headings[p.heading].To
	}
	for _, h := range p.page.Doc.Holes {
		inside := h.Offset >= from && (h.Offset < to || to == len(p.page.Doc.HTML))
		if h.Part == markdown.Whole && inside {
			links = append(links, h.Link)
		}
	}
	return links
}

// circles finds parts that embed themselves, through others or not.
type circles struct {
	graph *Graph
	done  map[part]bool // and false for those on the way
	way   []part
	cut   map[*Target]bool
	diags diag.List
}

// embedCircles reports embeds that run in a circle, and takes the link that
// closes each out of the graph.
func (g *Graph) embedCircles(s *site.Site, embeds []bool) diag.List {
	c := &circles{graph: g, done: map[part]bool{}, cut: map[*Target]bool{}}
	for _, p := range s.Pages {
		if embeds[p.ID] {
			c.visit(part{p, -1})
		}
	}
	for t := range c.cut {
		*t = Target{}
	}
	return c.diags
}

func (c *circles) visit(at part) {
	if _, seen := c.done[at]; seen {
		return
	}
	c.done[at] = false
	c.way = append(c.way, at)
	for _, i := range at.embeds() {
		t := &c.graph.Targets[at.page.ID][i]
		if t.Page == nil {
			continue
		}
		next := partOf(*t)
		switch from := slices.Index(c.way, next); {
		case c.cut[t]:
		case from >= 0:
			c.cut[t] = true
			c.report(at.page, i, append(slices.Clone(c.way[from:]), next))
		default:
			c.visit(next)
		}
	}
	c.way = c.way[:len(c.way)-1]
	c.done[at] = true
}

func (c *circles) report(p *site.Page, link int, way []part) {
	names := make([]string, len(way))
	for i, w := range way {
		names[i] = w.String()
	}
	at := source.Place{File: p.File, Span: p.Doc.Links[link].Span}
	c.diags.Add("link/embed-circle", at, fmt.Sprintf("this embeds itself: %s", strings.Join(names, " → "))).
		Hint = "link to the page instead of embedding it"
}
