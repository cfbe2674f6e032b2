package ledger

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"quandary/internal/diag"
	"quandary/internal/fix"
	"quandary/internal/link"
	"quandary/internal/site"
	"quandary/internal/source"
)

// check holds a ledger against the site of today.
type check struct {
	*Ledger
	site  *site.Site
	graph *link.Graph

	gone     []*entry // pages, and anchors of pages that are there
	goneWith []*entry // anchors that are gone with their page
	fresh    []fresh  // what the ledger does not know yet, and so may be what is gone
}

// fresh is a page or a part of one that was not published before.
type fresh struct {
	page  *site.Page
	id    string // of a heading of the page; "" for the whole page
	print string
}

// Check reports every address and anchor of the ledger that a visitor no longer
// arrives at and that nobody withdrew, with where it went if its text is
// recognised.
func (l *Ledger) Check(s *site.Site, g *link.Graph) (diags diag.List) {
	c := &check{Ledger: l, site: s, graph: g}
	for i := range l.entries {
		e := &l.entries[i]
		at, arrives := g.Arrive(e.address, e.id)
		switch {
		case arrives && e.withdrawn:
			diags.Warn("address/withdrawn", e.place, fmt.Sprintf("%s is withdrawn here, and still there", e.key)).
				Hint = "take out what this line says of it, or what is there"
		case arrives || c.withdrawn(e.address, e.id, 0) != nil:
		case at.Page != nil && at.Page.Matter.Get("moved").Get(e.id) != nil: // link has reported what is wrong with it
		case e.id == "" || at.Page != nil || l.byKey[keyOf(e.address, "")] == nil:
			c.gone = append(c.gone, e)
		default:
			c.goneWith = append(c.goneWith, e)
		}
	}
	if len(c.gone) > 0 {
		c.report(&diags)
	}
	return diags
}

// mostSteps is how many times an address can have been sent on.
const mostSteps = 50

// withdrawn returns the line that says that an address is withdrawn: its own,
// that of its page, or that of what it was sent on to. A list of pages that
// nobody wrote goes with them. It returns nil where none says so.
func (c *check) withdrawn(address, id string, steps int) *entry {
	e := c.byKey[keyOf(address, id)]
	at, _ := c.graph.Arrive(address, "")
	switch {
	case e != nil && (e.withdrawn || e.print == made):
		return e
	case steps > mostSteps:
		return nil
	case e != nil && e.to != "":
		address, id = split(e.to)
		return c.withdrawn(address, id, steps+1)
	case id == "":
		return nil
	case at.Page == nil:
		return c.withdrawn(address, "", steps+1)
	case at.Page.Path != address:
		return c.withdrawn(at.Page.Path, id, steps+1)
	}
	return nil
}

// Withdrawn lists what was deleted on purpose and visitors are to be told of.
func (l *Ledger) Withdrawn(s *site.Site, g *link.Graph) (list []link.Withdrawn) {
	c := &check{Ledger: l, site: s, graph: g}
	for _, e := range l.entries {
		at, arrives := g.Arrive(e.address, e.id)
		if arrives || e.id != "" && at.Page == nil {
			continue
		}
		if by := c.withdrawn(e.address, e.id, 0); by != nil {
			w := link.Withdrawn{Path: e.address, ID: e.id, Title: e.title, Date: by.date, Reason: by.reason, Nearest: at.Page}
			if at.Page != nil {
				w.Path = at.Page.Path
			} else {
				w.Nearest = c.nearest(e.address)
			}
			list = append(list, w)
		}
	}
	compare := func(a, b link.Withdrawn) int { return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.ID, b.ID)) }
	slices.SortFunc(list, compare)
	return slices.CompactFunc(list, func(a, b link.Withdrawn) bool { return compare(a, b) == 0 })
}

// nearest returns the page to show a visitor of an address that is gone: that
// of the nearest folder, or the one in it whose name is nearly the same.
func (c *check) nearest(address string) *site.Page {
	above, slug := parent(address)
	at, _ := c.graph.Arrive(above, "")
	if at.Page == nil {
		return c.nearest(above)
	}
	var slugs []string
	for _, child := range at.Page.Children {
		slugs = append(slugs, child.Slug)
	}
	if i := slices.Index(slugs, diag.Nearest(slug, slugs)); i >= 0 {
		return at.Page.Children[i]
	}
	return at.Page
}

// parent parts an address from the last name in it.
func parent(address string) (folder, slug string) {
	address = strings.TrimSuffix(address, "/")
	i := strings.LastIndexByte(address, '/') + 1
	return address[:i], address[i:]
}

// report recognises what is gone, and reports it with one mend a page: every
// alias and every moved anchor that belongs there.
func (c *check) report(diags *diag.List) {
	c.listFresh()
	now := map[*entry]fresh{}
	aliases, moves := map[*site.Page][]string{}, map[*site.Page][][2]string{}
	for _, e := range c.gone {
		f, ok := c.recognise(e, 0)
		at, _ := c.graph.Arrive(e.address, "")
		switch p := at.Page; {
		case !ok || p == nil && f.page.Virtual:
			continue
		case p == nil:
			aliases[f.page] = append(aliases[f.page], keyOf(e.address, ""))
		case !p.Virtual && !slices.ContainsFunc(moves[p], func(m [2]string) bool { return m[0] == e.id }):
			moves[p] = append(moves[p], [2]string{e.id, f.from(p)})
		}
		now[e] = f
	}
	for _, e := range c.gone {
		f, known := now[e]
		if at, _ := c.graph.Arrive(e.address, ""); at.Page == nil {
			c.reportPage(diags, e, f, aliases[f.page])
		} else {
			c.reportAnchor(diags, e, at.Page, f, moves[at.Page])
		}
		if known {
			(*diags)[len(*diags)-1].Related = []diag.Note{{Place: f.place(), Message: "the same text, or nearly"}}
		}
	}
}

// goneHint says what to do where nothing is recognised.
const goneHint = "or write at the end of this line that you mean it: withdrawn 2026-11-22: why"

func (c *check) reportPage(diags *diag.List, e *entry, now fresh, aliases []string) {
	address, was := keyOf(e.address, ""), ""
	if e.title != "" {
		was = fmt.Sprintf(": it was %q", e.title)
	}
	d := diags.Add("address/gone", e.place, fmt.Sprintf("there is no page at %s any more%s", address, was))
	if now.page == nil {
		d.Hint = fmt.Sprintf("write `aliases: [%s]` on the page that took its place (the nearest is %s), %s", address, c.nearest(e.address).Name, goneHint)
		return
	}
	d.Hint = fmt.Sprintf("its text is in %s now: write `aliases: [%s]` there", now.page.File.Path, address)
	d.Fix = front(now.page).AddItems("aliases", aliases)
}

func (c *check) reportAnchor(diags *diag.List, e *entry, p *site.Page, now fresh, moves [][2]string) {
	d := diags.Add("address/anchor-gone", e.place, fmt.Sprintf("%s has no heading %q any more", p.File.Path, e.id))
	if now.page == nil {
		var ids []string
		for _, f := range c.fresh {
			if f.page == p {
				ids = append(ids, f.id)
			}
		}
		d.Hint = fmt.Sprintf("write `moved: {%s: %s}` there, %s", e.id, cmp.Or(diag.Nearest(e.id, ids), "new-id"), goneHint)
		return
	}
	d.Hint = fmt.Sprintf("its text is in %s now: write `moved: {%s: %s}` in %s", strings.TrimSuffix(now.page.File.Path+"#"+now.id, "#"), e.id, now.from(p), p.File.Path)
	if !p.Virtual {
		d.Fix = front(p).AddPairs("moved", moves)
	}
}

func front(p *site.Page) fix.Front { return fix.Front{File: p.File, Root: p.Matter, Body: p.Body} }

// from is what `moved` on page p says for f: a path that stays right when p
// itself moves.
func (f fresh) from(p *site.Page) string {
	if f.page == p && f.id != "" {
		return f.id
	}
	return strings.TrimSuffix("/"+f.page.Name+"#"+f.id, "#")
}

func (f fresh) place() source.Place {
	for _, h := range f.page.Doc.Headings {
		if h.ID == f.id {
			return source.Place{File: f.page.File, Span: h.Place}
		}
	}
	return f.page.TitlePlace()
}

// listFresh lists what was not published before: a page before its parts.
func (c *check) listFresh() {
	for _, p := range c.site.Pages {
		ids := []string{""}
		for _, h := range p.Doc.Headings {
			ids = append(ids, h.ID)
		}
		isKnown := func(id string) bool { return c.byKey[keyOf(p.Path, id)] != nil }
		if p.Virtual || !slices.ContainsFunc(ids, func(id string) bool { return !isKnown(id) }) {
			continue
		}
		for i, print := range printsOf(p) {
			if !isKnown(ids[i]) {
				c.fresh = append(c.fresh, fresh{p, ids[i], print})
			}
		}
	}
}

// Of sixteen digits, how many two texts share when they are the same one, and
// how many more than any other pair: random texts share one, and eight of
// sixteen come together by chance once in half a million times.
const (
	likeness = 9
	lead     = 2
)

// recognise finds what a gone address is now: what it was sent on to, else what
// has the same text and, of a page, the same title and name; else the page that
// most of its parts went to.
func (c *check) recognise(e *entry, steps int) (found fresh, ok bool) {
	if e.to != "" {
		to, arrives := c.graph.Arrive(split(e.to))
		if next := c.byKey[e.to]; !arrives && next != nil && steps < mostSteps {
			return c.recognise(next, steps+1)
		}
		return fresh{page: to.Page, id: to.Fragment}, arrives
	}
	_, slug := parent(e.address)
	home, _ := c.graph.Arrive(e.address, "")
	first, second := 0, 0
	for _, f := range c.fresh {
		if f.page == home.Page && f.id == "" {
			continue
		}
		n := alike(e.print, f.print)
		if e.id+f.id == "" && f.page.Title == e.title {
			n += 5
		}
		if e.id+f.id == "" && f.page.Slug == slug {
			n += 4
		}
		isSame := f.page == found.page && f.page != home.Page // the parts of another page count as one
		switch {
		case n > first && isSame:
			first, found = n, f
		case n > first:
			first, second, found = n, first, f
		case n > second && !isSame:
			second = n
		}
	}
	if first >= likeness && first-second >= lead {
		return found, true
	}
	if e.id != "" {
		return fresh{}, false
	}
	return c.mostParts(e)
}

// mostParts finds the page on which at least half of the parts of a gone page
// are now.
func (c *check) mostParts(e *entry) (most fresh, ok bool) {
	count, all := map[*site.Page]int{}, 0
	for _, part := range c.goneWith {
		if part.address != e.address {
			continue
		}
		all++
		if f, ok := c.recognise(part, 0); ok {
			if count[f.page]++; count[f.page] > count[most.page] {
				most.page = f.page
			}
		}
	}
	return most, most.page != nil && 2*count[most.page] >= all
}
