package link

import (
	"maps"
	"slices"

	"quandary/internal/markdown"
	"quandary/internal/site"
)

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
	g.Backlinks = make([][]Backlink, len(s.Pages))
	for id, targets := range g.Targets {
		from := s.Pages[id]
		for i, t := range targets {
			if t.Page == nil || t.Page == from || from.Doc.Links[i].Form == markdown.Image {
				continue
			}
			back := &g.Backlinks[t.Page.ID]
			if n := len(*back); n > 0 && (*back)[n-1].From == from {
				continue
			}
			*back = append(*back, Backlink{From: from, Link: i})
		}
	}
}

// listFiles gathers the files that something refers to.
func (g *Graph) listFiles() {
	files := map[string]bool{}
	for _, targets := range g.Targets {
		for _, t := range targets {
			if t.File != "" {
				files[t.File] = true
			}
		}
	}
	g.Files = slices.Sorted(maps.Keys(files))
}
