package render

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"strconv"

	"quandary/internal/site"
)

// Limits that keep a map legible.
const (
	mostColumns = 5  // kinds side by side; past that the map shows sections
	mostRows    = 16 // pages of a kind; past that the kind is one place
	mostPlaces  = 24 // sections around a circle
	mostTied    = 5  // sections named as closest to one
	mostTies    = 3  // of a section: the strongest, and those that are another's strongest
)

// chart is what a map shows: places, in columns, and the ties between them.
type chart struct {
	columns []column
	places  []spot
	ties    []tie
}

// column is a kind, and which of the places are its pages.
type column struct {
	ref      Ref // its section, with the kind's name in the plural as title
	from, to int
}

// spot is a page, or a section or kind that stands for its pages.
type spot struct {
	Ref
	column int
	pages  int // how many it stands for; 0 where it is one page
}

// tie joins two places. strength is how many relations or links it stands for.
type tie struct{ from, to, strength int }

// mapped is the map of the playbook, as a picture and as a list: the pages of
// its kinds by their relations, or else its sections by their links.
//
// The picture comes twice, for a wide page and for a phone, and styles show the
// one that fits.
func (r *Renderer) mapped(v *View) *Index {
	c := r.kindChart()
	wide := c.drawColumns
	if len(c.ties) == 0 {
		c = r.sectionChart()
		wide = c.drawCircle
	}
	x := &Index{Map: r.mapGroups(c)}
	if len(c.ties) > 0 {
		x.Picture = wide(v) + "\n" + c.drawArcs(v)
	}
	for _, g := range x.Map {
		x.Total += len(g.Pages)
	}
	return x
}

// mapGroups lists the pages of every kind and folder, with their relations.
func (r *Renderer) mapGroups(c *chart) (groups []MapGroup) {
	at := map[*site.Page]int{}
	for _, p := range r.in.Site.Pages {
		section := p.Parent
		if p.Kind != nil {
			section = p.Kind.Section
		}
		if section == nil || p.Virtual || len(p.Children) > 0 {
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
	if len(c.columns) > 1 {
		return nil
	}
	for _, t := range c.ties {
		switch path {
		case c.places[t.from].Path:
			refs = append(refs, c.places[t.to].Ref)
		case c.places[t.to].Path:
			refs = append(refs, c.places[t.from].Ref)
		}
	}
	return refs[:min(len(refs), mostTied)]
}

// kindChart has a column for every kind that takes part in a relation. It is
// empty where there are none, or too many.
func (r *Renderer) kindChart() *chart {
	c := &chart{}
	columns := r.relatedKinds()
	if len(columns) > mostColumns {
		return c
	}
	at := make([]int, len(r.in.Site.Pages)) // the place of a page
	for i, k := range columns {
		head := r.refTo(k.Section)
		head.Title = k.Plural
		col := column{ref: head, from: len(c.places)}
		for _, p := range k.Pages {
			at[p.ID] = len(c.places)
			if len(k.Pages) <= mostRows {
				c.places = append(c.places, spot{Ref: r.refTo(p), column: i})
			}
		}
		if len(k.Pages) > mostRows {
			head.Title, head.Number = k.Section.Title, 0
			c.places = append(c.places, spot{Ref: head, column: i, pages: len(k.Pages)})
		}
		col.to = len(c.places)
		c.columns = append(c.columns, col)
	}
	count := tally{}
	for _, k := range columns {
		for _, p := range k.Pages {
			for _, rel := range r.in.Graph.Relations[p.ID] {
				if !rel.Inverse {
					count.add(at[p.ID], at[rel.Other.ID], 1)
				}
			}
		}
	}
	c.ties = count.sorted()
	return c
}

// tally counts what joins two places.
type tally map[[2]int]int

func (t tally) add(from, to, n int) {
	if from != to {
		t[[2]int{from, to}] += n
	}
}

// sorted lists the ties by their places.
func (t tally) sorted() []tie {
	ties := make([]tie, 0, len(t))
	for ends, n := range t {
		ties = append(ties, tie{ends[0], ends[1], n})
	}
	slices.SortFunc(ties, func(a, b tie) int { return cmp.Or(a.from-b.from, a.to-b.to) })
	return ties
}

// relatedKinds lists the kinds that have relations to one another, in the order
// that keeps related ones close; where several orders do, in reading order.
func (r *Renderer) relatedKinds() []*site.Kind {
	var kinds []*site.Kind
	count := map[[2]*site.Kind]int{}
	for _, k := range r.in.Site.Kinds {
		for _, p := range k.Pages {
			for _, rel := range r.in.Graph.Relations[p.ID] {
				if !rel.Inverse {
					count[[2]*site.Kind{k, rel.Other.Kind}]++
				}
				if !slices.Contains(kinds, k) {
					kinds = append(kinds, k)
				}
			}
		}
	}
	slices.SortFunc(kinds, func(a, b *site.Kind) int { return a.Section.ID - b.Section.ID })
	if len(kinds) > mostColumns {
		return kinds
	}
	best, least := kinds, math.MaxInt
	permute(kinds, func(order []*site.Kind) {
		apart := 0
		for i, a := range order {
			for j, b := range order[i+1:] {
				apart += j * (count[[2]*site.Kind{a, b}] + count[[2]*site.Kind{b, a}])
			}
		}
		if apart < least {
			best, least = slices.Clone(order), apart
		}
	})
	return best
}

// permute calls visit with every order of list, the given one first.
func permute[T any](list []T, visit func([]T)) {
	var choose func(done, left []T)
	choose = func(done, left []T) {
		if len(left) == 0 {
			visit(done)
		}
		for i, x := range left {
			choose(append(slices.Clip(done), x), append(slices.Clone(left[:i]), left[i+1:]...))
		}
	}
	choose(nil, list)
}

// sectionChart has a place for every section, or single page, at the first
// level where the site divides.
func (r *Renderer) sectionChart() *chart {
	fork := r.in.Site.Home
	for len(fork.Children) == 1 {
		fork = fork.Children[0]
	}
	c := &chart{columns: []column{{}}}
	at := make([]int, len(r.in.Site.Pages))
	for _, p := range r.in.Site.Pages {
		switch {
		case p.Parent == fork:
			at[p.ID] = len(c.places)
			c.places = append(c.places, spot{Ref: r.refTo(p)})
		case p.Parent == nil || p.ID <= fork.ID:
			at[p.ID] = -1
			continue
		default:
			at[p.ID] = at[p.Parent.ID]
		}
		if !p.Virtual && (p.Parent != fork || len(p.Children) > 0) {
			c.places[at[p.ID]].pages++
		}
	}
	count := tally{}
	for id, targets := range r.in.Graph.Targets {
		for _, t := range targets {
			if t.Page != nil && at[id] >= 0 && at[t.Page.ID] >= 0 {
				a, b := at[id], at[t.Page.ID]
				count.add(min(a, b), max(a, b), 1)
			}
		}
	}
	if c.ties = count.sorted(); len(c.ties) > 0 {
		c.keep()
	}
	c.columns[0].to = len(c.places)
	return c
}

// keep drops the places that have least to do with the others, where there are
// too many or nothing joins them, and all but the strongest ties of each.
func (c *chart) keep() {
	weight := make([]int, len(c.places))
	for _, t := range c.ties {
		weight[t.from] += t.strength
		weight[t.to] += t.strength
	}
	most := slices.Sorted(slices.Values(weight))
	least := most[max(0, len(most)-mostPlaces)]
	now := make([]int, len(c.places)) // the new place, from 1
	var places []spot
	for i, p := range c.places {
		if weight[i] > 0 && weight[i] >= least && len(places) < mostPlaces {
			places = append(places, p)
			now[i] = len(places)
		}
	}
	slices.SortStableFunc(c.ties, func(a, b tie) int { return b.strength - a.strength })
	ties, had := c.ties, make([]int, len(c.places))
	c.places, c.ties = places, nil
	for _, t := range ties {
		from, to := now[t.from]-1, now[t.to]-1
		if from >= 0 && to >= 0 && min(had[from], had[to]) < mostTies {
			had[from]++
			had[to]++
			c.ties = append(c.ties, tie{from, to, t.strength})
		}
	}
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

// drawTies draws the ties in groups by the colour of where they lead.
func (c *chart) drawTies(p *pen, picture string, draw func(attributes string, t tie)) {
	p.put(`<g class="ties">`)
	for at := range c.places {
		open := false
		for _, t := range c.ties {
			if t.to != at {
				continue
			}
			if !open {
				p.put(`<g%s>`, accent(c.places[at].Name))
				open = true
			}
			draw(` id="`+t.id(picture)+`"`+t.class(), t)
		}
		if open {
			p.put("</g>\n")
		}
	}
	p.put("</g>")
}

// lights are copies of all that is tied to a place. They show while a reader
// points at it. Colours reach a copy from around it, so that they may differ.
func (c *chart) lights(p *pen, picture string, at int) {
	p.put(`<g class="lit">`)
	for _, t := range c.ties {
		if t.from == at || t.to == at {
			p.put(`<g%s><use href="#%s"%s/><use class="plate" href="#%s%d"/></g>`, accent(c.places[t.to].Name), t.id(picture), t.class(), picture, t.from+t.to-at)
		}
	}
	p.put(`</g>`)
}
