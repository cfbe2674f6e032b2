package render

import (
	"cmp"
	"math/bits"
	"slices"
	"strconv"

	"quandary/internal/site"
)

// Limits that keep a map legible.
const (
	mostColumns = 5  // kinds side by side
	mostRows    = 16 // pages of a kind; past that the kind is one place
	mostTied    = 5  // sections named as closest to one
	mostTies    = 40 // between sections, the strongest
)

// chart is what a map shows: places, in columns, and the ties between them.
type chart struct {
	heads   []Ref // of each column: its section, with the kind's name in the plural as title
	columns [][]*spot
	ties    []*tie
	known   map[[2]*spot]*tie // those of ties, by what they join
}

// spot is a page, or a section or kind that stands for its pages.
type spot struct {
	Ref
	id, column, pages int // pages is how many it stands for; 0 where it is one page

	// Where a drawing has it.
	title, note          []string
	x, y, height, indent int
}

// count is what stands before it: its place in an order, or how many it is.
func (p *spot) count() int { return max(p.Number, p.pages) }

// tie joins two places. strength is how many relations or links it stands for.
type tie struct {
	from, to *spot
	strength int
}

// mapped is the map of the playbook, as a picture and as a list: the pages of
// its kinds by their relations, or else its sections by their links.
//
// Kinds side by side want a wide page, so that their picture comes twice, and
// styles show the one that fits.
func (r *Renderer) mapped(v *View) *Index {
	c := r.kindChart()
	if len(c.ties) == 0 {
		c = r.sectionChart()
	}
	x := &Index{Map: r.mapGroups(c)}
	switch {
	case len(c.columns) > 1:
		x.Picture = c.broad(v) + "\n" + c.slim(v, "map slim", 360, 58)
	case len(c.ties) > 0:
		x.Picture = c.slim(v, "map only", 420, 120)
	}
	return x
}

// mapGroups lists the pages of every kind and folder, with their relations.
func (r *Renderer) mapGroups(c *chart) (groups []MapGroup) {
	at := map[*site.Page]int{}
	for _, p := range r.published() {
		section := p.Parent
		if p.Kind != nil {
			section = p.Kind.Section
		}
		if section == nil || len(p.Children) > 0 {
			continue
		}
		i, known := at[section]
		if !known {
			i = len(groups)
			at[section] = i
			groups = append(groups, MapGroup{Ref: r.refTo(section), Tied: c.tied(section.Path)})
			if p.Kind != nil {
				groups[i].Title, groups[i].Kind = p.Kind.Plural, p.Kind.Name
			}
		}
		if len(groups[i].Pages) == mostListed {
			groups[i].More++
			continue
		}
		page := MapPage{Ref: r.refTo(p), Relations: r.relations(p)}
		for j := range page.Relations {
			g := &page.Relations[j]
			g.More = max(0, len(g.Refs)-mostNear)
			g.Refs = g.Refs[:len(g.Refs)-g.More]
		}
		groups[i].Pages = append(groups[i].Pages, page)
		groups[i].Folded = len(groups[i].Pages) > mostRows
	}
	return groups
}

// tied lists what the section at an address is tied to, where the chart is one
// of sections.
func (c *chart) tied(path string) (refs []Ref) {
	for _, t := range c.ties {
		switch {
		case len(c.columns) > 1 || len(refs) == mostTied:
			return refs
		case t.from.Path == path:
			refs = append(refs, t.to.Ref)
		case t.to.Path == path:
			refs = append(refs, t.from.Ref)
		}
	}
	return refs
}

// kindChart has a column for every kind that takes part in a relation. It is
// empty where there are none.
func (r *Renderer) kindChart() *chart {
	c, at := &chart{known: map[[2]*spot]*tie{}}, map[*site.Page]*spot{}
	for i, k := range r.relatedKinds() {
		var column []*spot
		for _, p := range k.Pages {
			switch {
			case len(k.Pages) <= mostRows:
				column = append(column, &spot{Ref: r.refTo(p), id: p.ID, column: i})
			case column == nil:
				head := Ref{Path: k.Section.Path, Title: k.Section.Title}
				column = []*spot{{Ref: head, id: k.Section.ID, column: i, pages: len(k.Pages)}}
			}
			at[p] = column[len(column)-1]
		}
		c.columns = append(c.columns, column)
		c.heads = append(c.heads, Ref{Path: k.Section.Path, Title: k.Plural})
	}
	for _, p := range r.in.Site.Pages {
		for _, rel := range r.in.Graph.Relations[p.ID] {
			if !rel.Inverse {
				c.join(at[p], at[rel.Other])
			}
		}
	}
	return c
}

// join makes the tie between two places stronger by one.
func (c *chart) join(from, to *spot) {
	if from == nil || to == nil || from == to {
		return
	}
	t := cmp.Or(c.known[[2]*spot{from, to}], c.known[[2]*spot{to, from}])
	if t == nil {
		t = &tie{from: from, to: to}
		c.known[[2]*spot{from, to}] = t
		c.ties = append(c.ties, t)
	}
	t.strength++
}

// relatedKinds lists the kinds that have relations. The one with the most stands
// in the middle, where it is beside the others.
func (r *Renderer) relatedKinds() (order []*site.Kind) {
	count := map[*site.Kind]int{}
	for _, k := range r.in.Site.Kinds {
		for _, p := range k.Pages {
			count[k] += len(r.in.Graph.Relations[p.ID])
		}
	}
	kinds := slices.SortedStableFunc(slices.Values(r.in.Site.Kinds), func(a, b *site.Kind) int { return count[b] - count[a] })
	for i, k := range kinds[:min(len(kinds), mostColumns)] {
		if count[k] > 0 {
			order = slices.Insert(order, len(order)*(1-i%2), k)
		}
	}
	return order
}

// sectionChart has a place for every section, or single page, at the first
// level where the site divides, as far as it is among those most tied.
func (r *Renderer) sectionChart() *chart {
	fork := r.in.Site.Home
	for len(fork.Children) == 1 {
		fork = fork.Children[0]
	}
	c, at := &chart{known: map[[2]*spot]*tie{}}, map[*site.Page]*spot{}
	for _, p := range r.in.Site.Pages {
		if at[p] = at[p.Parent]; p.Parent == fork {
			at[p] = &spot{Ref: r.refTo(p), id: p.ID}
		}
		if here := at[p]; here != nil && !p.Virtual && len(r.in.Site.Pages[here.id].Children) > 0 {
			here.pages++
		}
	}
	for _, p := range r.in.Site.Pages {
		for _, t := range r.in.Graph.Targets[p.ID] {
			c.join(at[p], at[t.Page])
		}
	}
	slices.SortStableFunc(c.ties, func(a, b *tie) int { return b.strength - a.strength })
	c.ties = c.ties[:min(len(c.ties), mostTies)]
	var column []*spot
	for _, p := range fork.Children {
		if slices.ContainsFunc(c.ties, func(t *tie) bool { return t.from == at[p] || t.to == at[p] }) {
			column = append(column, at[p])
		}
	}
	c.columns, c.heads = [][]*spot{column}, make([]Ref, 1)
	return c
}

// class is how thick a tie is drawn: from "t1" for one link to "t5" for many.
func (t *tie) class() string {
	return attribute("class", "t"+strconv.Itoa(min(5, 1+bits.Len(uint(t.strength))/2)))
}
