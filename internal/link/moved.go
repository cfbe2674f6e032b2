package link

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"quandary/internal/diag"
	"quandary/internal/matter"
	"quandary/internal/site"
	"quandary/internal/source"
)

// Redirect sends an address that a page once had to the page.
type Redirect struct {
	From string // from the site's root; ends in "/" or ".html"
	To   *site.Page
}

// Moved is an anchor that a page once had, as `moved` in its front matter says.
type Moved struct {
	ID string
	To Target // broken where what it names is not there
}

// readAliases lists the old addresses among the aliases of all pages, and
// reports those that cannot serve.
func (r *resolver) readAliases(diags *diag.List) (list []Redirect) {
	r.old = map[string]*site.Page{}
	first := map[string]source.Place{}
	for _, p := range r.site.Pages {
		for _, a := range p.Aliases {
			from := oldAddress(a.Text)
			if from == "" {
				continue
			}
			if at := r.site.At(from); at != nil {
				diags.Warn("alias/taken", a.Place, fmt.Sprintf("%q is the address of %s, so nothing is sent on from there", a.Text, at.Name)).
					Hint = "take the alias out"
				continue
			}
			if other := r.old[addressKey(from)]; other != nil && other != p {
				d := diags.Add("alias/duplicate", a.Place, fmt.Sprintf("%q is an alias of another page too, and can lead to one only", a.Text))
				d.Hint = "leave it to one of the pages"
				d.Related = []diag.Note{{Place: first[addressKey(from)], Message: "the other page's"}}
				continue
			}
			r.old[addressKey(from)], first[addressKey(from)] = p, a.Place
			list = append(list, Redirect{from, p})
		}
	}
	slices.SortFunc(list, func(a, b Redirect) int { return cmp.Compare(a.From, b.From) })
	return slices.Compact(list)
}

// oldAddress is the address that an alias stands for, or "" where the alias is
// another name: an address has a slash in it, or ends in ".html".
func oldAddress(alias string) string {
	from := strings.TrimSuffix(strings.TrimLeft(alias, "/"), ".md")
	switch {
	case !strings.Contains(alias, "/") && !strings.HasSuffix(alias, ".html"),
		strings.Contains(alias, ":"), strings.Contains(alias, ".."), strings.Trim(from, "/") == "":
		return ""
	case strings.HasSuffix(from, ".html"):
		return from
	}
	return strings.TrimRight(from, "/") + "/"
}

// addressKey is an old address, or a path that may name one, without what says
// the same in other words.
func addressKey(from string) string {
	from = strings.TrimSuffix(strings.TrimSuffix(from, ".html"), ".md")
	return strings.Trim(strings.TrimSuffix(from, "index"), "/")
}

// once returns the page that says it once was at the given path.
func (r *resolver) once(full string) *site.Page { return r.old[addressKey(full)] }

// mostMoves is how often an anchor can have moved before we take it that its
// moves run in a circle.
const mostMoves = 20

// movedAnchor finds where an anchor of page p went, through as many moves as
// it made.
func (r *resolver) movedAnchor(p *site.Page, id string, moves int) (t Target, known bool) {
	node := p.Matter.Get("moved").Get(id)
	if node == nil || node.Kind != matter.Text {
		return Target{}, false
	}
	t = r.movedTo(p, node.Text)
	if t.Page == nil || t.Fragment == "" || HasAnchor(t.Page, t.Fragment) {
		return t, true
	}
	if moves < mostMoves {
		if next, known := r.movedAnchor(t.Page, t.Fragment, moves+1); known {
			return next, true
		}
	}
	return t, true
}

// movedTo reads where `moved` on page p says an anchor went: an id of the same
// page, or a page with or without one.
func (r *resolver) movedTo(p *site.Page, text string) Target {
	name, fragment, isPage := strings.Cut(text, "#")
	if !isPage && !strings.ContainsAny(text, "/.") {
		return Target{Page: p, Fragment: text}
	}
	if name == "" {
		return Target{Page: p, Fragment: fragment}
	}
	full := absolute(p.Name, name)
	t := r.exact([]byte(full))
	if t.Page == nil {
		t.Page = r.once(full)
	}
	return Target{Page: t.Page, Fragment: fragment}
}

// moved reads the anchors that the page once had.
func (v *visit) moved() (list []Moved) {
	f, ok := v.page.Matter.Field("moved")
	if !ok || !(matter.Shape{Diags: v.diags}).Map(f.Value, "moved") {
		return nil
	}
	for _, f := range f.Value.Fields {
		to, known := v.movedAnchor(v.page, f.Key.Text, 0)
		switch {
		case !known:
			v.diags.Add("field/type", f.Value.Place, fmt.Sprintf("moved wants a heading or a page for %q", f.Key.Text)).
				Hint = fmt.Sprintf("as in `%s: new-id` or `%[1]s: other-page.md#id`", f.Key.Text)
		case HasAnchor(v.page, f.Key.Text):
			v.diags.Warn("anchor/exists", f.Key.Place, fmt.Sprintf("this page still has a heading %q, so nothing is sent on from it", f.Key.Text)).
				Hint = "take this entry out, or rename the heading"
		case to.Page == nil:
			v.diags.Add("link/broken", f.Value.Place, fmt.Sprintf("there is no page %q", f.Value.Text)).
				Hint = v.hintFor(absolute(v.page.Name, nameIn(f.Value.Text)))
		case to.Fragment != "" && !HasAnchor(to.Page, to.Fragment):
			d := v.diags.Add("link/anchor", f.Value.Place, fmt.Sprintf("%s has no heading %q", v.onPage(to.Page), to.Fragment))
			if near, _ := nearAnchor(to.Page, to.Fragment); near != "" {
				d.Hint = fmt.Sprintf("did you mean %q?", near)
			}
		default:
			list = append(list, Moved{f.Key.Text, to})
		}
	}
	return list
}

func nameIn(target string) string {
	name, _, _ := strings.Cut(target, "#")
	return name
}
