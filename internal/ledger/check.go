package ledger

import (
	"cmp"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"quandary/internal/diag"
	"quandary/internal/fix"
	"quandary/internal/link"
	"quandary/internal/matter"
	"quandary/internal/site"
)

// check holds a ledger against the site of today.
type check struct {
	*Ledger
	graph    *link.Graph
	gone     []*entry            // pages, and anchors of pages that are there
	goneWith map[string][]*entry // anchors that are gone with their page, by its key
	fresh    []fresh             // what the ledger does not know yet, and so may be what is gone
}

// fresh is a page or a part of one that was not published before.
type fresh struct {
	page  *site.Page
	id    string // of a heading of the page; "" for the whole page
	print string
}

// Kept is what is done for those who follow an address that would else be gone.
type Kept struct {
	Withdrawn []link.Withdrawn
	States    []link.Redirect // where states of decisions went, unless they are still there
	Files     []string        // of the content folder, that nothing links to any more
}

// Check reports every address and anchor of the ledger that a visitor no longer
// arrives at and that nobody withdrew, with where it went if its text is
// recognised.
func (l *Ledger) Check(s *site.Site, g *link.Graph) (kept Kept, diags diag.List) {
	c := &check{Ledger: l, graph: g, goneWith: map[string][]*entry{}}
	for i := range l.entries {
		e := &l.entries[i]
		if _, arrives := g.Arrive(e.address, e.id); arrives {
			continue
		}
		owner := c.owner(e)
		home, by := c.home(owner.address), c.withdrawnBy(owner)
		switch {
		case s.Files[e.address]:
			if !slices.Contains(g.Files, e.address) {
				kept.Files = append(kept.Files, e.address)
			}
		case e.print == asked && home != nil:
			kept.States = append(kept.States, link.Redirect{From: e.address, To: home, Rest: answers(e.address, owner.address, home)})
		case by != nil && home != nil:
			if w := (link.Withdrawn{Path: home.Path, ID: e.id, Reason: by.reason}); !slices.Contains(kept.Withdrawn, w) {
				kept.Withdrawn = append(kept.Withdrawn, w)
			}
		case by != nil && e.id == "":
			kept.Withdrawn = append(kept.Withdrawn, link.Withdrawn{
				Path: pageAt(e.address), Title: by.title, Date: by.date, Reason: by.reason, Nearest: c.nearest(e.address),
			})
		case by != nil, e.print == asked, home != nil && home.Moved.Get(e.id) != nil: // link has reported what is wrong with it
		case e.id == "" || home != nil || l.byKey[keyOf(e.address, "")] == nil:
			c.gone = append(c.gone, e)
		case e.to == "": // what was sent on is recognised by what it was sent on to
			c.goneWith[keyOf(e.address, "")] = append(c.goneWith[keyOf(e.address, "")], e)
		}
	}
	if len(c.gone) > 0 {
		diags = c.report(s.Pages)
	}
	return kept, diags
}

// owner is the line of the page whose decision has a state; of all else, its own.
func (c *check) owner(e *entry) *entry {
	owner := e
	for at := e.address; at != "" && (owner == nil || owner.print == asked); owner = c.byKey[keyOf(at, "")] {
		at = above(at)
	}
	return cmp.Or(owner, e)
}

// given matches a part of a state's address: a question and its answer.
var given = regexp.MustCompile(`([^/.]+)\.([^/]+)/`)

// answers is what leads to an old state from the page that its decision is on
// now: the answers in its address, as the start of a decision takes them.
func answers(address, owner string, home *site.Page) string {
	rest := strings.ReplaceAll(strings.TrimPrefix(address, owner), "+", "%2B")
	switch pairs := given.ReplaceAllString(rest, "$1=$2&"); {
	case home.Matter.Get("decision") == nil:
		return ""
	case pairs == rest: // what else stands below the start
		return rest
	case home.Path == owner: // so it is the questions that are others
		return "?" + pairs + "changed"
	default:
		return "?" + strings.TrimSuffix(pairs, "&")
	}
}

// home is the page that a visitor of the address arrives at, or nil.
func (c *check) home(address string) *site.Page {
	to, _ := c.graph.Arrive(address, "")
	return to.Page
}

// mostSteps is how many times an address can have been sent on.
const mostSteps = 50

// withdrawnBy returns the line that says that an address is withdrawn: its own,
// that of its page, or that of what it was sent on to; or nil. A list of pages
// that nobody wrote goes with them.
func (c *check) withdrawnBy(e *entry) *entry {
	for range mostSteps {
		switch {
		case e == nil || e.date != "" || e.print == made:
			return e
		case e.to != "":
			page, _, _ := strings.Cut(e.to, "#")
			e = cmp.Or(c.byKey[e.to], c.byKey[page])
		case c.home(e.address) != nil:
			e = c.byKey[keyOf(c.home(e.address).Path, e.id)]
		default:
			e = c.byKey[keyOf(e.address, "")]
		}
	}
	return nil
}

// nearest returns the page to show a visitor of an address that is gone: that
// of the nearest folder.
func (c *check) nearest(address string) *site.Page {
	if p := c.home(address); p != nil {
		return p
	}
	return c.nearest(above(address))
}

// pageAt is the address of a page that a host shows to visitors of an address:
// to those of a file, as a folder of its name.
func pageAt(address string) string {
	if path.Ext(address) == ".html" {
		return address
	}
	return strings.TrimSuffix(address, "/") + "/"
}

// above is the address of the folder that an address is in.
func above(address string) string {
	return address[:strings.LastIndexByte(strings.TrimSuffix(address, "/"), '/')+1]
}

const orElse = "or write at the end of this line that you mean it: withdrawn 2026-11-22: why"

// key is a key in the front matter of a page.
type key struct {
	page *site.Page
	name string
	kind matter.Kind
}

// report recognises what is gone, and reports it with one mend a page: every
// alias and every moved anchor that belongs there.
func (c *check) report(pages []*site.Page) (diags diag.List) {
	c.listFresh(pages)
	keys, items := make([]key, len(c.gone)), map[key][][]string{}
	for i, e := range c.gone {
		f, home, address := c.recognise(e), c.home(e.address), keyOf(e.address, "")
		if home == nil && f.page != nil && f.page.Virtual || home != nil && f.from(home) == "" {
			f = fresh{} // nothing that front matter could say
		}
		k := key{cmp.Or(home, f.page, c.nearest(e.address)), "aliases", matter.List}
		item, line := []string{address}, fmt.Sprintf("aliases: [%s]", address)
		if home == nil {
			was := strings.TrimSuffix(fmt.Sprintf(": it was %q", e.title), `: it was ""`)
			diags.Add("address/gone", e.place, fmt.Sprintf("there is nothing at %s any more%s", address, was))
		} else {
			near, _ := home.Near(e.id)
			k.name, k.kind, item = "moved", matter.Map, []string{e.id, cmp.Or(f.from(home), near, "new-id")}
			line = fmt.Sprintf("moved: {%s: %s}", item[0], item[1])
			diags.Add("address/anchor-gone", e.place, fmt.Sprintf("%s has no heading %q any more", home.File.Path, e.id))
		}
		diags[i].Hint = fmt.Sprintf("write `%s` in %s if that is where it went, %s", line, k.page.File.Path, orElse)
		if f.page == nil {
			continue
		}
		at := strings.TrimSuffix(f.page.File.Path+"#"+f.id, "#")
		diags[i].Hint = fmt.Sprintf("its text is in %s now: write `%s` in %s", at, line, k.page.File.Path)
		keys[i] = k
		if !slices.ContainsFunc(items[k], func(other []string) bool { return other[0] == item[0] }) {
			items[k] = append(items[k], item)
		}
	}
	for i, k := range keys {
		if p := k.page; p != nil && !p.Virtual {
			diags[i].Fix = fix.Front{File: p.File, Root: p.Matter, Body: p.Body}.Add(k.name, k.kind, items[k])
		}
	}
	return diags
}

// listFresh lists what was not published before, a page before its parts.
func (c *check) listFresh(pages []*site.Page) {
	for _, p := range pages {
		ids := append([]string{""}, p.IDs[:len(p.Doc.Headings)]...)
		isFresh := func(id string) bool { return c.byKey[keyOf(p.Path, id)] == nil }
		if p.Virtual || !slices.ContainsFunc(ids, isFresh) {
			continue
		}
		for i, print := range printsOf(p) {
			if isFresh(ids[i]) {
				c.fresh = append(c.fresh, fresh{p, ids[i], print})
			}
		}
	}
}

// from is what `moved` on page p says for f: a path that stays right when p
// itself moves. It is "" where nothing was recognised.
func (f fresh) from(p *site.Page) string {
	if f.page == nil || f.page == p {
		return f.id
	}
	return strings.TrimSuffix("/"+f.page.Name+"#"+f.id, "#")
}

// Of sixteen digits, how many two texts share when they are the same one, and
// how many more than any other pair: random texts share one, and eight of
// sixteen come together by chance once in half a million times.
const likeness, lead = 9, 2

// recognise finds what a gone address is now: what it was sent on to, else what
// has the same text and, of a page, the same title and name; else the page that
// half of its parts went to, or more. Its page is nil where it is not certain.
func (c *check) recognise(e *entry) (found fresh) {
	if e.to != "" {
		to, arrives := c.graph.Arrive(split(e.to))
		if next := c.byKey[e.to]; !arrives && next != nil && next.to == "" {
			return c.recognise(next)
		}
		return fresh{page: to.Page, id: to.Fragment}
	}
	home := c.home(e.address)
	first, second := 0, 0
	for _, f := range c.fresh {
		n := alike(e.print, f.print)
		if e.id+f.id == "" && f.page.Title == e.title && f.page.Slug == path.Base(e.address) {
			n += likeness
		}
		isSame := f.page == found.page && f.page != home // the parts of another page count as one
		switch {
		case f.id == "" && f.page == home:
		case n > first && isSame:
			first, found = n, f
		case n > first:
			first, second, found = n, first, f
		case !isSame:
			second = max(second, n)
		}
	}
	if first >= likeness && first-second >= lead {
		return found
	}
	parts, votes := c.goneWith[e.key], map[*site.Page]int{}
	for _, part := range parts {
		p := c.recognise(part).page
		if votes[p]++; p != nil && 2*votes[p] >= len(parts) {
			return fresh{page: p}
		}
	}
	return fresh{}
}
