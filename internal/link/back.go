package link

import (
	"fmt"
	"maps"
	"slices"

	"quandary/internal/diag"
	"quandary/internal/markdown"
	"quandary/internal/site"
	"quandary/internal/source"
)

// fields resolves the links in the values of the page's fields.
func (v *visit) fields() (targets []Target) {
	for l := range FieldLinks(v.page) {
		r := ref{l, source.Place{File: v.page.File, Span: l.Span}}
		if l.Form == markdown.Embed {
			v.diags.Add("link/embed", r.at, "a field cannot embed a page").Hint = "link to it, without the \"!\""
			targets = append(targets, Target{})
			continue
		}
		targets = append(targets, v.resolve(r))
	}
	return targets
}

// FieldLinks yields the links in the values of a page's fields, in the order of
// [Graph].Fields.
func FieldLinks(p *site.Page) func(yield func(*markdown.Link) bool) {
	return func(yield func(*markdown.Link) bool) {
		for _, f := range p.Fields {
			for _, doc := range f.Docs {
				for i := 0; doc != nil && i < len(doc.Links); i++ {
					if !yield(&doc.Links[i]) {
						return
					}
				}
			}
		}
	}
}

// invertRelations lets every page know the relations that lead to it, after
// those it declares itself.
func (g *Graph) invertRelations(s *site.Site) {
	in := map[int][]Relation{}
	for from, list := range g.Relations {
		for _, r := range list {
			in[r.Other.ID] = append(in[r.Other.ID], Relation{Type: r.Type, Inverse: true, Other: s.Pages[from]})
		}
	}
	for id, list := range in {
		g.Relations[id] = append(g.Relations[id], list...)
	}
}

// backlinks lists, for every page, the pages that link to it, once each, in
// reading order. Images and the links of a page to itself do not count.
func (g *Graph) backlinks(s *site.Site) {
	type found struct {
		to int
		Backlink
	}
	all := make([]found, 0, 4*len(s.Pages))
	last := make([]int, len(s.Pages)) // the page that linked to a page last, and 1
	counts := make([]int, len(s.Pages))
	g.eachLink(s, func(from, to *site.Page, l *markdown.Link) {
		if last[to.ID] != from.ID+1 {
			last[to.ID] = from.ID + 1
			counts[to.ID]++
			all = append(all, found{to.ID, Backlink{from, l}})
		}
	})
	g.Backlinks = make([][]Backlink, len(s.Pages))
	room := make([]Backlink, len(all))
	for id, n := range counts {
		g.Backlinks[id], room = room[:0:n], room[n:]
	}
	for _, f := range all {
		g.Backlinks[f.to] = append(g.Backlinks[f.to], f.Backlink)
	}
}

// eachLink calls visit for every link from one page to another, in reading order.
func (g *Graph) eachLink(s *site.Site, visit func(from, to *site.Page, l *markdown.Link)) {
	for id, from := range s.Pages {
		for i := range g.Targets[id] {
			if to := g.Targets[id][i].Page; to != nil && to != from && from.Doc.Links[i].Form != markdown.Image {
				visit(from, to, &from.Doc.Links[i])
			}
		}
		if len(g.Fields[id]) == 0 {
			continue
		}
		i := 0
		for l := range FieldLinks(from) {
			if to := g.Fields[id][i].Page; to != nil && to != from {
				visit(from, to, l)
			}
			i++
		}
	}
}

// listFiles gathers the files that something refers to.
func (g *Graph) listFiles() {
	files := map[string]bool{}
	for _, lists := range [2][][]Target{g.Targets, g.Fields} {
		for _, targets := range lists {
			for i := range targets {
				if file := targets[i].File; file != "" {
					files[file] = true
				}
			}
		}
	}
	g.Files = slices.Sorted(maps.Keys(files))
}

// orphans warns of pages that were forgotten: nothing leads to them, although
// the page of their folder leads to most of the others in it. Where that page
// leads to none, it is the site that lists them, and none is missed.
func (g *Graph) orphans(s *site.Site) (diags diag.List) {
	menu := map[string]bool{}
	for _, n := range s.Settings.Menu {
		menu[n.Text] = true
	}
	for _, folder := range s.Pages {
		var orphans []*site.Page
		led := 0
		for _, p := range folder.Children {
			switch {
			case g.leads(folder, p):
				led++
			case len(p.Children) > 0 || p.Kind != nil || menu[p.Name] || len(g.Backlinks[p.ID])+len(g.Relations[p.ID]) > 0:
			default:
				orphans = append(orphans, p)
			}
		}
		for _, p := range orphans {
			if led > len(orphans) {
				d := diags.Warn("page/orphan", p.TitlePlace(), "no other page links to this one")
				d.Hint = fmt.Sprintf("link to it from %s, which links to others in this folder", folder.File.Path)
			}
		}
	}
	return diags
}

// leads reports whether a link on one page leads to another.
func (g *Graph) leads(from, to *site.Page) bool {
	return slices.ContainsFunc(g.Backlinks[to.ID], func(b Backlink) bool { return b.From == from })
}
