package link

import (
	"fmt"
	"hash/maphash"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"quandary/internal/diag"
	"quandary/internal/markdown"
	"quandary/internal/site"
	"quandary/internal/source"
)

// anchor checks the fragment of a link to a page. A link whose fragment is
// wrong still leads to the page.
func (v *visit) anchor(l ref, t Target) Target {
	if t.Fragment == "" || t.Fragment == "top" || v.anchors.has(t.Page, t.Fragment) || HasAnchor(t.Page, t.Fragment) {
		return t
	}
	if m, ok := v.movedAnchor(t.Page, t.Fragment, 0); ok && m.Page != nil {
		v.reportMovedAnchor(l, t, m)
		return m
	}
	for _, id := range Anchors(t.Page) {
		switch {
		case norm.NFC.String(id) == norm.NFC.String(t.Fragment):
			t.Fragment = id
			return t
		case fold(id) == fold(t.Fragment):
			v.reportAnchorCase(l, t, id)
			t.Fragment = id
			return t
		}
	}
	v.reportAnchor(l, t)
	return t
}

// anchorIndex holds the hashes of the ids of every page's headings side by
// side: looking at the pages themselves costs most of the time that links take.
type anchorIndex struct {
	seed   maphash.Seed
	start  []int // into hashes, by page
	hashes []uint64
}

func indexAnchors(s *site.Site) *anchorIndex {
	x := &anchorIndex{seed: maphash.MakeSeed(), start: make([]int, len(s.Pages)+1)}
	for i, p := range s.Pages {
		x.start[i+1] = x.start[i] + len(p.Doc.Headings)
	}
	x.hashes = make([]uint64, x.start[len(s.Pages)])
	each(len(s.Pages), func(i int) {
		for j := range s.Pages[i].Doc.Headings {
			x.hashes[x.start[i]+j] = maphash.String(x.seed, s.Pages[i].Doc.Headings[j].ID)
		}
	})
	return x
}

// has reports whether a heading of the page has the id. Ids are one where their
// hashes of 64 bits are: a chance that no site will ever meet.
func (x *anchorIndex) has(p *site.Page, id string) bool {
	return slices.Contains(x.hashes[x.start[p.ID]:x.start[p.ID+1]], maphash.String(x.seed, id))
}

// HasAnchor reports whether something on a page has the given id.
func HasAnchor(p *site.Page, id string) bool {
	for i := range p.Doc.Headings {
		if p.Doc.Headings[i].ID == id {
			return true
		}
	}
	return p.Doc.Title != nil && p.Doc.Title.ID == id || slices.Contains(p.Doc.Anchors, id) ||
		strings.HasPrefix(id, "fn:") || strings.HasPrefix(id, "fnref:")
}

// Anchors lists the ids of a page: of its headings, of its title, of raw HTML.
func Anchors(p *site.Page) []string {
	ids := make([]string, 0, len(p.Doc.Headings)+len(p.Doc.Anchors)+1)
	for _, h := range p.Doc.Headings {
		ids = append(ids, h.ID)
	}
	if p.Doc.Title != nil {
		ids = append(ids, p.Doc.Title.ID)
	}
	return append(ids, p.Doc.Anchors...)
}

// onPage names a page as a message about its anchors does.
func (v *visit) onPage(p *site.Page) string {
	if p == v.page {
		return "this page"
	}
	return p.File.Path
}

// reportAnchor reports a fragment that names nothing, with the nearest id.
func (v *visit) reportAnchor(l ref, t Target) {
	at := fragmentPlace(l)
	d := v.diags.Add("link/anchor", at, fmt.Sprintf("%s has no heading %q", v.onPage(t.Page), t.Fragment))
	near, certain := nearAnchor(t.Page, t.Fragment)
	if near == "" {
		return
	}
	d.Hint = fmt.Sprintf(`did you mean "#%s"?`, near)
	if certain && l.exactly() {
		d.Fix = []diag.Edit{{Place: at, Text: near}}
	}
}

// nearAnchor finds the id that a fragment most likely means. It is certain
// where the two differ only in how a tool makes an id of the same words.
func nearAnchor(p *site.Page, fragment string) (near string, certain bool) {
	ids := Anchors(p)
	var same []string
	for i, id := range ids {
		isWords := i < len(p.Doc.Headings) && bare(p.Doc.Headings[i].Text) == bare(fragment)
		if isWords || bare(id) == bare(fragment) {
			same = append(same, id)
		}
	}
	if len(same) == 1 {
		return same[0], true
	}
	return diag.Nearest(fragment, ids), false
}

// bare is an anchor without what tools treat differently: the hyphens they put
// for punctuation, and the prefix that GitHub's own pages have.
func bare(id string) string {
	slug := markdown.Slug(strings.TrimPrefix(id, "user-content-"))
	return strings.Join(strings.FieldsFunc(slug, func(r rune) bool { return r == '-' || r == '_' }), "-")
}

func (v *visit) reportAnchorCase(l ref, t Target, right string) {
	at := fragmentPlace(l)
	d := v.diags.Add("link/case", at, fmt.Sprintf("%q differs in letter case from the heading's anchor, so the link works on some systems only", t.Fragment))
	d.Hint = fmt.Sprintf(`write "#%s"`, right)
	if l.exactly() {
		d.Fix = []diag.Edit{{Place: at, Text: right}}
	}
}

// fragmentPlace narrows the place of a destination to what follows its "#".
func fragmentPlace(l ref) source.Place {
	at := l.at
	if i := strings.IndexByte(at.Text(), '#'); i >= 0 && l.exactly() {
		at.Span.Start += i + 1
	}
	return at
}
