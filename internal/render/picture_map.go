package render

import (
	"cmp"
	"maps"
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
	columns []column
	places  []spot
	ties    []tie
}

// column is a kind, or all there is, and which of the places are in it.
type column struct {
	head     Ref // its section, with the kind's name in the plural as title
	from, to int
}

// spot is a page, or a section or kind that stands for its pages.
type spot struct {
	Ref
	column int
	pages  int // how many it stands for; 0 where it is one page
}

// number is what stands before it: its place in an order, or how many it is.
func (s spot) number() int { return max(s.Number, s.pages) }

// tie joins two places. strength is how many relations or links it stands for.
type tie struct{ from, to, strength int }

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
		x.Picture = c.drawColumns(v) + "\n" + c.drawArcs(v, "map slim", 360, 58)
	case len(c.ties) > 0:
		x.Picture = c.drawArcs(v, "map only", 420, 120)
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
		from, to := c.places[t.from].Ref, c.places[t.to].Ref
		switch {
		case len(c.columns) > 1 || len(refs) == mostTied:
			return refs
		case from.Path == path:
			refs = append(refs, to)
		case to.Path == path:
			refs = append(refs, from)
		}
	}
	return refs
}

// kindChart has a column for every kind that takes part in a relation. It is
// empty where there are none.
func (r *Renderer) kindChart() *chart {
	c, at := &chart{}, map[*site.Page]int{}
	kinds := r.relatedKinds()
	for i, k := range kinds[:min(len(kinds), mostColumns)] {
		col := column{head: Ref{Path: k.Section.Path, Title: k.Plural}, from: len(c.places)}
		for _, p := range k.Pages {
			at[p] = len(c.places)
			if len(k.Pages) <= mostRows {
				c.places = append(c.places, spot{Ref: r.refTo(p), column: i})
			}
		}
		if len(k.Pages) > mostRows {
			c.places = append(c.places, spot{Ref: Ref{Path: k.Section.Path, Title: k.Section.Title}, column: i, pages: len(k.Pages)})
		}
		col.to = len(c.places)
		c.columns = append(c.columns, col)
	}
	count := map[tie]int{}
	for p, from := range at {
		for _, rel := range r.in.Graph.Relations[p.ID] {
			if to, known := at[rel.Other]; known && !rel.Inverse && to != from {
				count[tie{from: from, to: to}]++
			}
		}
	}
	c.tally(count)
	return c
}

// tally lists the ties that were counted, in the order of their places.
func (c *chart) tally(count map[tie]int) {
	c.ties = slices.SortedFunc(maps.Keys(count), func(a, b tie) int { return cmp.Or(a.from-b.from, a.to-b.to) })
	for i, t := range c.ties {
		c.ties[i].strength = count[t]
	}
}

// relatedKinds lists the kinds that have relations, each beside the one that it
// has most to do with. The first is one that has to do with the fewest.
func (r *Renderer) relatedKinds() (order []*site.Kind) {
	ties, others := map[[2]*site.Kind]int{}, map[*site.Kind]int{}
	for _, k := range r.in.Site.Kinds {
		for _, p := range k.Pages {
			for _, rel := range r.in.Graph.Relations[p.ID] {
				between := [2]*site.Kind{k, rel.Other.Kind}
				if ties[between]++; ties[between] == 1 {
					others[k]++
				}
			}
		}
	}
	left := slices.SortedFunc(maps.Keys(others), func(a, b *site.Kind) int {
		return cmp.Or(others[a]-others[b], a.Section.ID-b.Section.ID)
	})
	for len(left) > 0 {
		last := left[0]
		order = append(order, last)
		left = left[1:]
		slices.SortStableFunc(left, func(a, b *site.Kind) int {
			return ties[[2]*site.Kind{last, b}] - ties[[2]*site.Kind{last, a}]
		})
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
	part := map[*site.Page]*site.Page{} // which child of the fork a page belongs to
	pages := map[*site.Page]int{}
	for _, p := range r.in.Site.Pages {
		if part[p] = part[p.Parent]; p.Parent == fork {
			part[p] = p
		}
		if !p.Virtual {
			pages[part[p]]++
		}
	}
	count := map[tie]int{}
	for id, targets := range r.in.Graph.Targets {
		for _, t := range targets {
			from, to := part[r.in.Site.Pages[id]], part[t.Page]
			if from != nil && to != nil && from != to {
				count[tie{from: min(from.ID, to.ID), to: max(from.ID, to.ID)}]++
			}
		}
	}
	c := &chart{}
	c.tally(count)
	slices.SortStableFunc(c.ties, func(a, b tie) int { return b.strength - a.strength })
	c.ties = c.ties[:min(len(c.ties), mostTies)]
	at := map[int]int{}
	for _, p := range fork.Children {
		if slices.ContainsFunc(c.ties, func(t tie) bool { return t.from == p.ID || t.to == p.ID }) {
			at[p.ID] = len(c.places)
			c.places = append(c.places, spot{Ref: r.refTo(p)})
			if len(p.Children) > 0 {
				c.places[at[p.ID]].pages = pages[p]
			}
		}
	}
	for i, t := range c.ties {
		c.ties[i].from, c.ties[i].to = at[t.from], at[t.to]
	}
	c.columns = []column{{to: len(c.places)}}
	return c
}

// class is how thick a tie is drawn: nothing for one link, to "t5" for many.
func (t tie) class() string {
	if t.strength < 2 {
		return ""
	}
	return ` class="t` + strconv.Itoa(min(5, 1+bits.Len(uint(t.strength))/2)) + `"`
}

// id names the drawn tie, so that either of its places can light it up.
func (t tie) id(picture string) string {
	return picture + strconv.Itoa(t.from) + "-" + strconv.Itoa(t.to)
}
