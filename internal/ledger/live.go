package ledger

import (
	"cmp"
	"slices"
	"strings"

	"quandary/internal/diag"
	"quandary/internal/link"
	"quandary/internal/site"
)

// live is what a site of today does with addresses.
type live struct {
	*Ledger
	site  *site.Site
	graph *link.Graph
	sent  map[string]*site.Page // where old addresses lead
	moved map[key]link.Target   // where old anchors lead, by the address of their page of today
}

func (l *Ledger) against(s *site.Site, g *link.Graph) *live {
	v := &live{Ledger: l, site: s, graph: g, sent: map[string]*site.Page{}, moved: map[key]link.Target{}}
	for _, r := range g.Redirects {
		v.sent[r.From] = r.To
	}
	for id, list := range g.Moved {
		for _, m := range list {
			v.moved[key{s.Pages[id].Path, m.ID}] = m.To
		}
	}
	return v
}

// page returns the page that a visitor of an address arrives at, or nil.
func (v *live) page(address string) *site.Page {
	if p := v.site.At(address); p != nil {
		return p
	}
	return v.sent[address]
}

// arrives reports whether a visitor of the address and anchor arrives at what
// was meant, here or where it went.
func (v *live) arrives(k key) bool {
	p := v.page(k.address)
	if p == nil || k.id == "" {
		return p != nil
	}
	_, moved := v.moved[key{p.Path, k.id}]
	return moved || v.graph.HasAnchor(p, k.id)
}

// mostSteps is how many times an address can have been sent on.
const mostSteps = 50

// withdrawnFor returns why an address is withdrawn: by itself, with the page of
// its anchor, or with what it was sent on to. It returns nil where it is not.
func (v *live) withdrawnFor(k key, steps int) *withdrawal {
	e := v.byKey[k]
	switch {
	case e != nil && e.withdrawn != nil:
		return e.withdrawn
	case e != nil && e.print.made:
		return &withdrawal{} // a list of pages goes with them
	case steps > mostSteps:
		return nil
	case e != nil && e.to != nil:
		return v.withdrawnFor(*e.to, steps+1)
	case k.id == "":
		return nil
	}
	if p := v.page(k.address); p == nil {
		return v.withdrawnFor(key{k.address, ""}, steps+1)
	} else if p.Path != k.address {
		return v.withdrawnFor(key{p.Path, k.id}, steps+1)
	}
	return nil
}

// Withdrawn is an address or anchor that was deleted on purpose.
type Withdrawn struct {
	Path    string // from the site's root
	ID      string // of an anchor on the page that is still at Path; else ""
	Title   string // of the page that stood there, or ""
	Date    string // as written, or ""
	Reason  string // as written, or ""
	Nearest *site.Page
}

// Withdrawn lists what was deleted on purpose and visitors are to be told of.
func (l *Ledger) Withdrawn(s *site.Site, g *link.Graph) (list []Withdrawn) {
	v := l.against(s, g)
	for _, e := range l.entries {
		p := v.page(e.address)
		if v.arrives(e.key) || e.id != "" && p == nil {
			continue
		}
		w := v.withdrawnFor(e.key, 0)
		if w == nil {
			continue
		}
		out := Withdrawn{Path: e.address, ID: e.id, Title: e.title, Date: w.date, Reason: w.reason, Nearest: p}
		if p == nil {
			out.Nearest = v.nearest(e.address)
		} else {
			out.Path = p.Path
		}
		list = append(list, out)
	}
	slices.SortFunc(list, func(a, b Withdrawn) int { return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.ID, b.ID)) })
	return slices.CompactFunc(list, func(a, b Withdrawn) bool { return a.Path == b.Path && a.ID == b.ID })
}

// nearest returns the page to show a visitor of an address that is gone: that
// of the nearest folder, or the one in it whose name is nearly the same.
func (v *live) nearest(address string) *site.Page {
	at, slug := split(address)
	folder := v.page(at)
	for ; folder == nil; folder = v.page(at) {
		at, slug = split(at)
	}
	slugs := make([]string, len(folder.Children))
	for i, c := range folder.Children {
		slugs[i] = c.Slug
	}
	if near := diag.Nearest(slug, slugs); near != "" {
		return folder.Children[slices.Index(slugs, near)]
	}
	return folder
}

// split parts an address from the last name in it.
func split(address string) (folder, slug string) {
	address = strings.TrimSuffix(address, "/")
	i := strings.LastIndexByte(address, '/') + 1
	return address[:i], address[i:]
}

// Update returns the ledger with everything that the site publishes today. What
// it had before stays, for good.
func (l *Ledger) Update(s *site.Site, g *link.Graph) []byte {
	next := &Ledger{byKey: map[key]*entry{}}
	v := l.against(s, g)
	for _, p := range s.Pages {
		next.entries = append(next.entries, v.kept(key{p.Path, ""}, printOfPage(p), p.Title))
		prints := printsOfSections(p.Doc)
		for i, h := range p.Doc.Headings {
			next.entries = append(next.entries, v.kept(key{p.Path, h.ID}, prints[i], ""))
		}
		for _, id := range p.Doc.Anchors {
			next.entries = append(next.entries, v.kept(key{p.Path, id}, Print{}, ""))
		}
		for _, m := range g.Moved[p.ID] {
			next.entries = append(next.entries, entry{key: key{p.Path, m.ID}, to: &key{m.To.Page.Path, m.To.Fragment}})
		}
	}
	for _, r := range g.Redirects {
		next.entries = append(next.entries, entry{key: key{r.From, ""}, to: &key{r.To.Path, ""}})
	}
	next.index()
	for _, e := range l.entries {
		if next.byKey[e.key] != nil {
			continue
		}
		if p := v.sent[e.address]; p != nil && v.arrives(e.key) {
			e.to, e.print = &key{p.Path, e.id}, Print{} // with its page
		}
		next.entries = append(next.entries, e)
	}
	next.index()
	return next.text()
}

// sameText is how many digits two prints share at least when the ledger leaves
// the older one: a text that is edited a little need not change the file.
const sameText = 13

// kept is the entry for what is at k today: with the print it had before, unless
// the text is quite another, and what the writer said of it.
func (v *live) kept(k key, print Print, title string) entry {
	e := entry{key: k, print: print, title: title}
	if before := v.byKey[k]; before != nil {
		e.withdrawn = before.withdrawn
		if before.print.alike(print) >= sameText {
			e.print = before.print
		}
	}
	return e
}
