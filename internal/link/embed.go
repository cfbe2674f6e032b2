package link

import (
	"slices"
	"strings"

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
	from, to := t.Page.Doc.Part(t.Fragment)
	return part{t.Page, strings.TrimSuffix(t.Page.Name+"#"+t.Fragment, "#"), from, to}
}

// cutCircles follows the embeds of a part that the parts on the way embed. One
// that closes a circle is reported, and leads nowhere from then on.
func (g *Graph) cutCircles(p part, way []part, done map[part]bool, diags *diag.List) {
	if done[p] {
		return
	}
	done[p] = true
	way = append(way, p)
	for _, h := range p.page.Doc.Holes {
		isInside := h.Offset >= p.from && (h.Offset < p.to || p.to == len(p.page.Doc.HTML))
		if h.Part != markdown.Whole || !isInside || g.Targets[p.page.ID][h.Link].Page == nil {
			continue
		}
		t := &g.Targets[p.page.ID][h.Link]
		next := partOf(*t)
		i := slices.Index(way, next)
		if i < 0 {
			g.cutCircles(next, way, done, diags)
			continue
		}
		circle := "this embeds itself: "
		for _, on := range way[i:] {
			circle += on.name + " → "
		}
		diags.Add("link/embed-circle", source.Place{File: p.page.File, Span: t.Link.Span}, circle+next.name).
			Hint = "link to the page instead of embedding it"
		*t = Target{Link: t.Link}
	}
}
