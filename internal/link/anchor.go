package link

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"quandary/internal/content"
	"quandary/internal/diag"
	"quandary/internal/markdown"
	"quandary/internal/matter"
	"quandary/internal/site"
)

// Redirect sends an address that a page once had to the page.
type Redirect struct {
	From string // from the site's root; ends in "/" or ".html"
	To   *site.Page
	Rest string // what follows the address of the page, where it leads to a state of its decision
}

// Moved is an anchor that a page once had, as `moved` in its front matter says.
type Moved struct {
	ID string
	To Target
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

// Arrive returns where a visitor of an address and an anchor there arrives, old
// ones too. The page is nil where there is none; ok is false where the anchor
// is not there.
func (g *Graph) Arrive(address, id string) (to Target, ok bool) {
	p := g.site.At(address)
	if p == nil {
		p = cmp.Or(g.old[address].To, g.old[address+"/"].To)
	}
	if p == nil || g.hasAnchor(p, id) {
		return Target{Page: p, Fragment: id}, p != nil
	}
	if i := slices.IndexFunc(g.Moved[p.ID], func(m Moved) bool { return m.ID == id }); i >= 0 {
		return g.Moved[p.ID][i].To, true
	}
	return Target{Page: p}, false
}

// hasAnchor reports whether something on a page has the given id.
func (g *Graph) hasAnchor(p *site.Page, id string) bool {
	return id == "" || slices.Contains(p.IDs, id) || id == "top" ||
		strings.HasPrefix(id, "fn:") || strings.HasPrefix(id, "fnref:")
}

// anchor checks the fragment of a link to a page. A link whose fragment is
// wrong still leads to the page.
func (v *visit) anchor(l *markdown.Link, t Target) Target {
	if v.hasAnchor(t.Page, t.Fragment) {
		return t
	}
	if slug := markdown.Slug(t.Fragment); isWiki(l) && v.hasAnchor(t.Page, slug) {
		t.Fragment = slug
		return t
	}
	if now, _ := v.movedAnchor(t.Page, t.Fragment); now.Page != nil {
		name, _, _ := strings.Cut(l.Target, "#")
		if now.Page != t.Page {
			name = v.spell(l, cmp.Or(name, ".md"), now.Page.Name)
		}
		d := v.diags.Warn("link/moved", v.place(l), fmt.Sprintf("%q is an old heading of %s", t.Fragment, t.Page.File.Path))
		v.mend(l, d, `write "%s"`, strings.TrimSuffix(name+"#"+now.Fragment, "#"), true)
		return now
	}
	near, sure := t.Page.Near(t.Fragment)
	if sure && (isWiki(l) || norm.NFC.String(near) == norm.NFC.String(t.Fragment)) {
		t.Fragment = near
		return t
	}
	_, at := v.split(l)
	d := v.diags.Add("link/anchor", at, fmt.Sprintf("%s has no heading %q", t.Page.File.Path, t.Fragment))
	v.mend(l, d, `did you mean "#%s"?`, near, sure)
	return t
}

// readAliases lists the old addresses among the aliases of all pages, and
// reports those that cannot serve.
func (g *Graph) readAliases(diags *diag.List) {
	for _, p := range g.site.Pages {
		for _, a := range p.Aliases {
			from, isAddress := oldAddress(a.Text)
			first, claimed := g.old[from]
			switch at := g.site.At(from); {
			case !isAddress || claimed && first.To == p:
			case strings.ContainsAny(a.Text, ":?#") || strings.Contains("/"+from, "/.") || strings.Contains(from, "//"):
				diags.Warn("alias/address", a.Place, fmt.Sprintf("%q can be no address of this site, so nothing is sent on from there", a.Text)).
					Hint = "write it from the root of the site, as in /old/"
			case at != nil:
				diags.Warn("alias/taken", a.Place, fmt.Sprintf("%q is the address of %s, so nothing is sent on from there", a.Text, at.Name)).
					Hint = "take the alias out"
			case claimed:
				diags.Add("alias/duplicate", a.Place, fmt.Sprintf("%q is an alias of %s too, and can lead to one only", a.Text, first.To.File.Path)).
					Hint = "leave it to one of the pages"
			default:
				g.old[from] = Redirect{From: from, To: p}
			}
		}
	}
	g.Redirects = slices.SortedFunc(maps.Values(g.old), func(a, b Redirect) int { return cmp.Compare(a.From, b.From) })
}

// oldAddress is the address that an alias stands for. It is ok where it has a
// slash in it or ends in ".html"; else the alias is another name.
func oldAddress(alias string) (from string, ok bool) {
	from, isFile := content.Stem(decoded(alias)), strings.HasSuffix(alias, ".html")
	if isFile && path.Base(alias) != "index.html" {
		return from + ".html", true
	}
	return strings.TrimPrefix(from+"/", "/"), isFile || strings.Contains(alias, "/")
}

// mostMoves is how often an anchor can have moved before we take it that its
// moves run in a circle.
const mostMoves = 25

// movedAnchor finds where page p says that an anchor went, through as many moves
// as it made: to an id of the same page, or a page with or without one. The page
// is nil where it does not say, or it is not there, as the diagnostics say then.
func (v *visit) movedAnchor(p *site.Page, id string) (now Target, faults diag.List) {
	node := p.Moved.Get(id)
	if node == nil || node.Kind != matter.Text || v.moves == mostMoves {
		return Target{}, nil
	}
	l := &markdown.Link{Target: " " + node.Text, Span: node.Place.Span} // not as written, so faults are of all of it
	if !strings.ContainsAny(l.Target, "#/.") {
		l.Target = "#" + node.Text
	}
	there := visit{Graph: v.Graph, page: p, moves: v.moves + 1}
	if now = there.resolve(l); there.diags.Errors() > 0 {
		now.Page = nil
	}
	return now, there.diags
}

// moved reads the anchors that the page once had.
func (v *visit) moved() (list []Moved) {
	if !(matter.Shape{Diags: &v.diags}).Map(v.page.Moved, "moved") {
		return nil
	}
	for _, f := range v.page.Moved.Fields {
		id := f.Key.Text
		to, faults := v.movedAnchor(v.page, id)
		switch {
		case v.hasAnchor(v.page, id):
			v.diags.Warn("anchor/exists", f.Key.Place, fmt.Sprintf("this page still has a heading %q, so nothing is sent on from it", id)).
				Hint = "take this entry out, or rename the heading"
		case to.Page != nil:
			list = append(list, Moved{id, to})
		case len(faults) > 0:
			v.diags = append(v.diags, faults...)
		default:
			v.diags.Add("field/type", f.Value.Place, fmt.Sprintf("moved wants a heading or a page for %q", id)).
				Hint = fmt.Sprintf("as in `%s: new-id` or `%[1]s: other-page.md#id`", id)
		}
	}
	return list
}
