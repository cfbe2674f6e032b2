package ledger

import (
	"fmt"
	"slices"
	"strings"

	"quandary/internal/diag"
	"quandary/internal/fix"
	"quandary/internal/link"
	"quandary/internal/site"
)

// Check reports every address and anchor of the ledger that a visitor no longer
// arrives at and that nobody withdrew, with where it went if its text is
// recognised.
func (l *Ledger) Check(s *site.Site, g *link.Graph) (diags diag.List) {
	c := &checker{live: l.against(s, g)}
	for i := range l.entries {
		e := &l.entries[i]
		switch {
		case c.arrives(e.key):
			if e.withdrawn != nil {
				diags.Warn("address/withdrawn", e.place, fmt.Sprintf("%s is withdrawn here, and still there", e.key)).
					Hint = "take out what this line says of it, or what is there"
			}
		case c.withdrawnFor(e.key, 0) != nil:
		case e.id == "":
			c.gone = append(c.gone, e)
		case c.page(e.address) != nil:
			if c.page(e.address).Matter.Get("moved").Get(e.id) == nil { // else link has reported what is wrong with it
				c.goneAnchors = append(c.goneAnchors, e)
			}
		case l.byKey[key{e.address, ""}] == nil:
			c.gone = append(c.gone, e) // somebody took the line of its page out
		default:
			c.goneWith = append(c.goneWith, e)
		}
	}
	if len(c.gone)+len(c.goneAnchors) > 0 {
		c.report(&diags)
	}
	return diags
}

// checker is a check that found something gone.
type checker struct {
	*live
	gone        []*entry // pages
	goneAnchors []*entry // of pages that are there
	goneWith    []*entry // anchors that are gone with their page

	freshPages []fresh // what the ledger does not know yet, and so may be what is gone
	freshParts []fresh
}

// fresh is a page or a part of one that was not published before.
type fresh struct {
	page  *site.Page
	id    string // of a heading of the page; "" for the whole page
	print Print
}

// report recognises what is gone, and reports it with one mend a page: every
// alias and every moved anchor that belongs there.
func (c *checker) report(diags *diag.List) {
	c.listFresh()
	now := map[*entry]*site.Page{} // the page that a gone one is now
	aliases := map[*site.Page][]string{}
	for _, e := range c.gone {
		if p := c.recognisePage(e); p != nil && !p.Virtual {
			now[e] = p
			aliases[p] = append(aliases[p], key{e.address, ""}.String())
		}
	}
	to := map[*entry]fresh{}
	moves := map[*site.Page][][2]string{}
	for _, e := range c.goneAnchors {
		p := c.page(e.address)
		if f, ok := c.recognisePart(e, p); ok {
			to[e] = f
			isSame := func(pair [2]string) bool { return pair[0] == e.id } // of another address that leads to p
			if !p.Virtual && !slices.ContainsFunc(moves[p], isSame) {
				moves[p] = append(moves[p], [2]string{e.id, target(p, f)})
			}
		}
	}
	for _, e := range c.gone {
		c.reportPage(e, now[e], aliases[now[e]], diags)
	}
	for _, e := range c.goneAnchors {
		f, known := to[e]
		c.reportAnchor(e, f, known, moves[c.page(e.address)], diags)
	}
}

func (c *checker) listFresh() {
	for _, p := range c.site.Pages {
		if p.Virtual {
			continue
		}
		if c.byKey[key{p.Path, ""}] == nil {
			c.freshPages = append(c.freshPages, fresh{p, "", printOfPage(p)})
		}
		var prints []Print
		for i, h := range p.Doc.Headings {
			if c.byKey[key{p.Path, h.ID}] != nil {
				continue
			}
			if prints == nil {
				prints = printsOfSections(p.Doc)
			}
			c.freshParts = append(c.freshParts, fresh{p, h.ID, prints[i]})
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

// best returns the one candidate that a score singles out.
func best(candidates []fresh, score func(fresh) int) (found fresh, ok bool) {
	first, second := 0, 0
	for _, f := range candidates {
		switch n := score(f); {
		case n > first:
			first, second, found = n, first, f
		case n > second:
			second = n
		}
	}
	return found, first >= likeness && first-second >= lead
}

// recognisePage finds the page that a gone one is now: one with the same text,
// or the same title and name; else the page that its text is a part of; else
// the one that most of its parts went to.
func (c *checker) recognisePage(e *entry) *site.Page {
	if e.id != "" {
		return nil
	}
	if e.to != nil {
		return c.follow(*e.to, 0)
	}
	_, slug := split(e.address)
	f, ok := best(c.freshPages, func(f fresh) int {
		n := e.print.alike(f.print)
		if f.page.Title == e.title {
			n += 5
		}
		if f.page.Slug == slug {
			n += 4
		}
		return n
	})
	if !ok {
		f, ok = best(c.freshParts, func(f fresh) int { return e.print.alike(f.print) })
	}
	if ok {
		return f.page
	}
	return c.mostParts(e)
}

// follow finds the page that an address was sent on to, which may be gone too.
func (c *checker) follow(k key, steps int) *site.Page {
	if p := c.page(k.address); p != nil || steps > mostSteps {
		return p
	}
	switch e := c.byKey[key{k.address, ""}]; {
	case e == nil:
		return nil
	case e.to != nil:
		return c.follow(*e.to, steps+1)
	default:
		return c.recognisePage(e)
	}
}

// mostParts returns the page on which at least half of the parts of a gone page
// are now.
func (c *checker) mostParts(e *entry) *site.Page {
	count, all := map[*site.Page]int{}, 0
	var most *site.Page
	for _, part := range c.goneWith {
		if part.address != e.address {
			continue
		}
		all++
		if f, ok := best(c.freshParts, func(f fresh) int { return part.print.alike(f.print) }); ok {
			if count[f.page]++; most == nil || count[f.page] > count[most] {
				most = f.page
			}
		}
	}
	if most == nil || 2*count[most] < all {
		return nil
	}
	return most
}

// recognisePart finds where the part of page p with a gone anchor went: under
// another heading of the page, or to another page.
func (c *checker) recognisePart(e *entry, p *site.Page) (fresh, bool) {
	if e.to != nil && c.arrives(*e.to) {
		to := c.page(e.to.address)
		if m, moved := c.moved[key{to.Path, e.to.id}]; moved {
			return fresh{page: m.Page, id: m.Fragment}, true
		}
		return fresh{page: to, id: e.to.id}, true
	}
	score := func(f fresh) int { return e.print.alike(f.print) }
	here := func(f fresh) bool { return f.page == p }
	if f, ok := best(slices.DeleteFunc(slices.Clone(c.freshParts), func(f fresh) bool { return !here(f) }), score); ok {
		return f, true
	}
	elsewhere := slices.DeleteFunc(append(slices.Clone(c.freshParts), c.freshPages...), here)
	return best(onePerPage(elsewhere, score), score)
}

// onePerPage leaves of each page what scores best, the whole page before a part
// of it that says the same.
func onePerPage(candidates []fresh, score func(fresh) int) (left []fresh) {
	at := map[*site.Page]int{}
	for _, f := range candidates {
		i, seen := at[f.page]
		switch {
		case !seen:
			at[f.page] = len(left)
			left = append(left, f)
		case score(f) > score(left[i]) || score(f) == score(left[i]) && f.id == "":
			left[i] = f
		}
	}
	return left
}

// target is what `moved` on page p says for f: a path that stays right when p
// itself moves.
func target(p *site.Page, f fresh) string {
	switch {
	case f.page == p && f.id != "":
		return f.id
	case f.id == "":
		return "/" + f.page.Name
	}
	return "/" + f.page.Name + "#" + f.id
}

// goneHint says what to do where nothing is recognised.
const goneHint = "or write at the end of this line that you mean it: withdrawn 2026-11-22: why"

func (c *checker) reportPage(e *entry, now *site.Page, aliases []string, diags *diag.List) {
	was := ""
	if e.title != "" {
		was = fmt.Sprintf(": it was %q", e.title)
	}
	address := key{e.address, ""}
	d := diags.Add("address/gone", e.place, fmt.Sprintf("there is no page at %s any more%s", address, was))
	if draft := c.draftAt(e.address); draft != "" {
		d.Hint = draft + " is a draft: publish it by removing `draft: true`, " + goneHint
		return
	}
	if now == nil {
		d.Hint = fmt.Sprintf("write `aliases: [%s]` on the page that took its place (the nearest is %s), %s", address, c.nearest(e.address).Name, goneHint)
		return
	}
	d.Hint = fmt.Sprintf("its text is in %s now: write `aliases: [%s]` there", now.File.Path, address)
	d.Related = []diag.Note{{Place: now.TitlePlace(), Message: "the same text, or nearly"}}
	d.Fix = front(now).AddItems("aliases", aliases)
}

// draftAt returns the file of the draft that would be at an address, or "".
func (c *checker) draftAt(address string) string {
	for file, published := range c.site.Files {
		var at strings.Builder
		for part := range strings.SplitSeq(strings.TrimSuffix(strings.TrimSuffix(file, ".md"), "/index"), "/") {
			at.WriteString(site.Slug(part) + "/")
		}
		if !published && at.String() == address {
			return file
		}
	}
	return ""
}

func (c *checker) reportAnchor(e *entry, f fresh, known bool, moves [][2]string, diags *diag.List) {
	p := c.page(e.address)
	d := diags.Add("address/anchor-gone", e.place, fmt.Sprintf("%s has no heading %q any more", p.File.Path, e.id))
	if !known {
		d.Hint = fmt.Sprintf("write `moved: {%s: %s}` there, %s", e.id, orElse(diag.Nearest(e.id, c.freshIDs(p)), "new-id"), goneHint)
		return
	}
	d.Hint = fmt.Sprintf("its text is in %s now: write `moved: {%s: %s}` in %s", place(f), e.id, target(p, f), p.File.Path)
	at := f.page.TitlePlace()
	for _, h := range f.page.Doc.Headings {
		if h.ID == f.id {
			at.Span = h.Place
		}
	}
	d.Related = []diag.Note{{Place: at, Message: "the same text, or nearly"}}
	if !p.Virtual {
		d.Fix = front(p).AddPairs("moved", moves)
	}
}

func place(f fresh) string {
	if f.id == "" {
		return f.page.File.Path
	}
	return f.page.File.Path + "#" + f.id
}

// freshIDs are the anchors of a page that the ledger does not know.
func (c *checker) freshIDs(p *site.Page) (ids []string) {
	for _, f := range c.freshParts {
		if f.page == p {
			ids = append(ids, f.id)
		}
	}
	return ids
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func front(p *site.Page) fix.Front { return fix.Front{File: p.File, Root: p.Matter, Body: p.Body} }
