package render

import (
	"html/template"
	"slices"

	"quandary/internal/site"
)

// Measures of the picture of a neighbourhood.
const (
	mostNear  = 12
	nearWidth = 284
	nearText  = 34 // where text begins
	nearLine  = 16 // a line of text
	nearGap   = 9  // between one page and the next
	nearSize  = 13
	nearSpine = 8 // where all ties start
)

// neighbourhood draws a page amid those that it is most closely tied to: above
// it the pages that lead here, below it those that it leads to. It is "" where
// there are fewer than two.
//
// Its links all stand in the lists beside it, in more words. So it is a picture
// to look at and to press, and is kept from being read out or tabbed through.
func (r *Renderer) neighbourhood(p *site.Page, v *View) template.HTML {
	in, out := r.neighbours(p)
	if len(in)+len(out) < 2 {
		return ""
	}
	refs, y := slices.Concat(in, []Ref{r.refTo(p)}, out), 2
	titles, tops := make([][]string, len(refs)), make([]int, len(refs))
	for i, ref := range refs {
		titles[i], tops[i] = wrap(ref.Title, nearWidth-nearText, nearSize, 3), y+nearLine/2
		y += len(titles[i])*nearLine + nearGap
	}
	pen, here := newPen(v, nearWidth), tops[len(in)]
	for i, ref := range refs {
		if i == len(in) {
			pen.put("<g%s>", accent(ref.Name))
			pen.dot("", nearSpine, here, 5)
			pen.text("here", nearText-10, here+4, nearLine, titles[i])
			pen.put("</g>\n")
			continue
		}
		pen.link(ref, ` tabindex="-1"`)
		pen.put(`<path d="M%d %dQ%[1]d %d %d %[3]d"/>`, pen.x(nearSpine), here, tops[i], pen.x(nearText-10))
		pen.dot("", nearText-10, tops[i], 3)
		pen.text("", nearText, tops[i]+4, nearLine, titles[i])
		pen.put("</a>\n")
	}
	return pen.svg("hood", ` aria-hidden="true"`, y-nearGap+2)
}

// neighbours are the pages that lead to p, and those that p leads to: related
// ones first, then linked ones. A page is in one of the two lists only. Home
// pages and a page's own section are left out: they are everybody's neighbours.
func (r *Renderer) neighbours(p *site.Page) (in, out []Ref) {
	known := map[*site.Page]bool{p: true, p.Parent: true, r.in.Site.Home: true}
	add := func(list *[]Ref, q *site.Page) {
		if q != nil && !known[q] && len(in)+len(out) < mostNear {
			known[q] = true
			*list = append(*list, r.refTo(q))
		}
	}
	for _, rel := range r.in.Graph.Relations[p.ID] {
		if rel.Inverse {
			add(&in, rel.Other)
		} else {
			add(&out, rel.Other)
		}
	}
	for _, t := range r.in.Graph.Targets[p.ID] {
		add(&out, t.Page)
	}
	for _, b := range r.in.Graph.Backlinks[p.ID] {
		if len(in)+len(out) == mostNear {
			break
		}
		add(&in, b.From)
	}
	return in, out
}
