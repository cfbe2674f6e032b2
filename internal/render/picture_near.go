package render

import (
	"cmp"
	"html/template"
	"slices"

	"quandary/internal/link"
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
	var here row
	rows, y := make([]row, 0, len(in)+len(out)), 2
	place := func(title string, most int) row {
		w := row{title: wrap(title, nearWidth-nearText, nearSize, most), y: y}
		w.height = len(w.title) * nearLine
		y += w.height + nearGap
		return w
	}
	for _, n := range in {
		rows = append(rows, place(n.Title, 2))
	}
	here = place(p.Title, 3)
	for _, n := range out {
		rows = append(rows, place(n.Title, 2))
	}
	pen := newPen(v, nearWidth)
	middle := here.y + nearLine/2
	for i, n := range append(in, out...) {
		pen.link(n, ` tabindex="-1"`)
		dot := rows[i].y + nearLine/2
		pen.put(`<path d="M%d %dQ%d %d %d %d"/>`, pen.x(nearSpine), middle, pen.x(nearSpine), dot, pen.x(nearText-10), dot)
		pen.dot("", nearText-10, dot, 3)
		pen.text("", nearText, dot+4, nearLine, rows[i].title)
		pen.put("</a>\n")
	}
	pen.put("<g%s>", accent(nameOf(p)))
	pen.dot("", nearSpine, middle, 5)
	pen.text("here", nearText-10, middle+4, nearLine, here.title)
	pen.put("</g>")
	return pen.svg("hood", ` aria-hidden="true"`, y-nearGap+2)
}

// neighbours are the pages that lead to p, and those that p leads to: related
// ones first, then those that link both ways, then by how often p links there.
// A page is in one of the two lists only. Home pages and a page's own section
// are left out: they are everybody's neighbours.
func (r *Renderer) neighbours(p *site.Page) (in, out []Ref) {
	known := map[*site.Page]bool{p: true, p.Parent: true, r.in.Site.Home: true}
	left := mostNear
	add := func(list *[]Ref, q *site.Page) {
		if !known[q] && left > 0 {
			known[q] = true
			left--
			*list = append(*list, r.refTo(q))
		}
	}
	for _, rel := range r.in.Graph.Relations[p.ID][:min(len(r.in.Graph.Relations[p.ID]), 2*mostNear)] {
		if rel.Inverse {
			add(&in, rel.Other)
		} else {
			add(&out, rel.Other)
		}
	}
	for _, q := range r.linked(p) {
		add(&out, q)
	}
	for _, b := range r.in.Graph.Backlinks[p.ID] {
		if left == 0 {
			break
		}
		add(&in, b.From)
	}
	return in, out
}

// linked are the pages that p links to, the closest first.
func (r *Renderer) linked(p *site.Page) []*site.Page {
	strength := map[*site.Page]int{}
	var pages []*site.Page
	for _, t := range r.in.Graph.Targets[p.ID] {
		if q := t.Page; q != nil && q != p {
			if strength[q] == 0 {
				pages = append(pages, q)
				_, back := slices.BinarySearchFunc(r.in.Graph.Backlinks[p.ID], q.ID, func(b link.Backlink, id int) int { return cmp.Compare(b.From.ID, id) })
				if back {
					strength[q] = 1000
				}
			}
			strength[q]++
		}
	}
	slices.SortStableFunc(pages, func(a, b *site.Page) int { return strength[b] - strength[a] })
	return pages
}
