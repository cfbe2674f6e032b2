package link

import (
	"slices"

	"quandary/internal/diag"
	"quandary/internal/markdown"
	"quandary/internal/site"
	"quandary/internal/source"
)

// part is what an embed brings: a whole page, or the section under a heading.
type part struct {
	page     *site.Page
	name     string
	from, to int // in its HTML
}

// partOf returns what a target brings when it is embedded.
func partOf(t Target) part {
	for _, h := range t.Page.Doc.Headings {
		if t.Fragment != "" && h.ID == t.Fragment && h.From >= 0 {
			return part{t.Page, t.Page.Name + "#" + h.ID, h.From, h.To}
		}
	}
	return part{t.Page, t.Page.Name, 0, len(t.Page.Doc.HTML)}
}

// circles finds parts that embed themselves, through others or not.
type circles struct {
	graph *Graph
	done  map[part]bool
	way   []part // the part that is visited, after those that embed it
	diags diag.List
}

// visit follows the embeds of a part. One that closes a circle is reported, and
// taken out of the graph.
func (c *circles) visit(p part) {
	if c.done[p] {
		return
	}
	c.done[p] = true
	c.way = append(c.way, p)
	for _, h := range p.page.Doc.Holes {
		inside := h.Offset >= p.from && (h.Offset < p.to || p.to == len(p.page.Doc.HTML))
		if h.Part != markdown.Whole || !inside {
			continue
		}
		t := &c.graph.Targets[p.page.ID][h.Link]
		if t.Page == nil {
			continue
		}
		next := partOf(*t)
		if i := slices.Index(c.way, next); i >= 0 {
			circle := ""
			for _, on := range c.way[i:] {
				circle += on.name + " → "
			}
			at := source.Place{File: p.page.File, Span: p.page.Doc.Links[h.Link].Span}
			c.diags.Add("link/embed-circle", at, "this embeds itself: "+circle+next.name).
				Hint = "link to the page instead of embedding it"
			*t = Target{Link: t.Link}
			continue
		}
		c.visit(next)
	}
	c.way = c.way[:len(c.way)-1]
}
