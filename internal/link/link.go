// Package link owns the references between pages: where every link, image,
// embed, relation and old address leads, what leads back, and what leads
// nowhere.
//
// It is a whole-site stage, done afresh every time: milliseconds for thousands
// of pages, because each page's links are resolved apart from the others'. It
// never reads a file and never writes HTML.
package link

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"quandary/internal/diag"
	"quandary/internal/markdown"
	"quandary/internal/parallel"
	"quandary/internal/site"
	"quandary/internal/source"
)

// Graph is every reference of a site. Its slices are indexed by [site.Page].ID.
type Graph struct {
	Targets   [][]Target   // for each page, one for each of its links: those of its body, then those of its fields' values
	Backlinks [][]Backlink // for each page, one for each other that links to it, in reading order
	Relations [][]Relation // for each page, those it declares, then those that lead to it
	Moved     [][]Moved    // for each page, the anchors it once had
	Redirects []Redirect   // the addresses that pages once had, sorted
	Files     []string     // the files of the content folder that something refers to, sorted

	site  *site.Site
	names func() *names       // for what is no path of a page
	old   map[string]Redirect // by the old address
}

// Target is where one link leads.
type Target struct {
	Link     *markdown.Link
	Page     *site.Page // nil where it does not lead to a page
	File     string     // a file of the content folder, or ""
	External string     // an address elsewhere, or ""
	Fragment string     // of a page or file: the anchor, without "#"
}

// Broken reports whether the link leads nowhere.
func (t Target) Broken() bool { return t.Page == nil && t.File == "" && t.External == "" }

// Backlink is a link from another page, seen from the page it leads to.
type Backlink struct {
	From *site.Page
	Link *markdown.Link // the first that leads here
}

// Relation is a typed reference between two pages, seen from one of them.
type Relation struct {
	Type    *site.RelationType
	Inverse bool // it comes from Other; else it leads there
	Other   *site.Page
}

// Resolve finds where every reference of the site leads.
func Resolve(s *site.Site) (g *Graph, diags diag.List) {
	n := len(s.Pages)
	g = &Graph{
		Targets: make([][]Target, n), Backlinks: make([][]Backlink, n), Relations: make([][]Relation, n), Moved: make([][]Moved, n),
		site: s, old: map[string]Redirect{}, names: sync.OnceValue(func() *names { return indexNames(s) }),
	}
	g.readAliases(&diags)
	visits := make([]visit, n)
	parallel.Each(n, func(i int) {
		v := &visits[i]
		v.Graph, v.page = g, s.Pages[i]
		g.Targets[i], g.Relations[i], g.Moved[i] = v.links(), v.relations(), v.moved()
	})
	done := map[Target]bool{}
	for i := range visits {
		diags = append(diags, visits[i].diags...)
		if visits[i].embeds {
			g.cutCircles(Target{Page: s.Pages[i]}, nil, done, &diags)
		}
	}
	g.lookBack()
	return g, append(diags, g.orphans()...)
}

// cutCircles follows the embeds of a page, or of the section under a heading,
// that the parts on the way embed. One that closes a circle is reported, and
// leads nowhere from then on.
func (g *Graph) cutCircles(part Target, way []Target, done map[Target]bool, diags *diag.List) {
	if done[part] {
		return
	}
	done[part] = true
	way = append(way, part)
	doc := part.Page.Doc
	from, to := doc.Part(part.Fragment)
	for _, h := range doc.Holes {
		isInside := h.Offset >= from && (h.Offset < to || to == len(doc.HTML))
		if h.Part != markdown.Whole || !isInside || g.Targets[part.Page.ID][h.Link].Page == nil {
			continue
		}
		t := &g.Targets[part.Page.ID][h.Link]
		next := Target{Page: t.Page, Fragment: t.Fragment}
		i := slices.Index(way, next)
		if i < 0 {
			g.cutCircles(next, way, done, diags)
			continue
		}
		var circle []string
		for _, on := range append(way[i:], next) {
			circle = append(circle, strings.TrimSuffix(on.Page.Name+"#"+on.Fragment, "#"))
		}
		diags.Add("link/embed-circle", source.Place{File: part.Page.File, Span: t.Link.Span},
			"this embeds itself: "+strings.Join(circle, " → ")).Hint = "link to the page instead of embedding it"
		*t = Target{Link: t.Link}
	}
}

// lookBack lists, for every page, the relations that lead to it and the pages
// that link to it, once each. The links of a page to itself do not count.
func (g *Graph) lookBack() {
	files := map[string]bool{}
	linked := make([]*site.Page, len(g.site.Pages)) // the page that linked to each last
	for _, from := range g.site.Pages {
		for _, t := range g.Targets[from.ID] {
			if to := t.Page; to != nil && to != from && linked[to.ID] != from {
				linked[to.ID] = from
				g.Backlinks[to.ID] = append(g.Backlinks[to.ID], Backlink{from, t.Link})
			} else if t.File != "" {
				files[t.File] = true
			}
		}
		for _, r := range g.Relations[from.ID] {
			if !r.Inverse {
				g.Relations[r.Other.ID] = append(g.Relations[r.Other.ID], Relation{r.Type, true, from})
			}
		}
	}
	g.Files = slices.Sorted(maps.Keys(files))
}

// orphans warns of pages that were forgotten: nothing leads to them, although
// the page of their folder leads to most of the others in it. Where that page
// leads to none, it is the site that lists them, and none is missed.
func (g *Graph) orphans() (diags diag.List) {
	inMenu := map[*site.Page]bool{}
	for _, entry := range g.site.Menu {
		inMenu[entry.Page] = true
	}
	for _, folder := range g.site.Pages {
		var orphans []*site.Page
		led := 0
		for _, p := range folder.Children {
			if slices.ContainsFunc(g.Backlinks[p.ID], func(b Backlink) bool { return b.From == folder }) {
				led++
			} else if len(p.Children)+len(g.Backlinks[p.ID])+len(g.Relations[p.ID]) == 0 && p.Kind == nil && !inMenu[p] {
				orphans = append(orphans, p)
			}
		}
		for i := 0; i < len(orphans) && led > len(orphans); i++ {
			diags.Warn("page/orphan", orphans[i].PlaceOf("title"), "no other page links to this one").
				Hint = fmt.Sprintf("link to it from %s, which links to others in this folder", folder.File.Path)
		}
	}
	return diags
}
