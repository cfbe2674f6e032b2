package link

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"quandary/internal/diag"
	"quandary/internal/markdown"
	"quandary/internal/matter"
	"quandary/internal/site"
	"quandary/internal/source"
)

// names are the ways in which writers call a page, each with the pages it can
// mean: by path, by the end of a path, by title and by alias.
type names struct {
	paths, titles, aliases map[string][]*site.Page
	all                    []string // every name, for hints; sorted
	files                  []string // every path of the content folder; sorted
}

// indexNames gathers the names of every page of the site.
func indexNames(s *site.Site) *names {
	n := &names{paths: map[string][]*site.Page{}, titles: map[string][]*site.Page{}, aliases: map[string][]*site.Page{}}
	for _, p := range s.Pages {
		if !p.Virtual {
			n.files = append(n.files, p.Name)
		}
		full := strings.TrimSuffix(p.Name, ".md")
		if p.IsIndex() && path.Dir(p.Name) != "." {
			n.addPath(path.Dir(p.Name), p)
		}
		n.addPath(full, p)
		n.titles[callName(p.Title)] = append(n.titles[callName(p.Title)], p)
		for _, a := range p.Aliases {
			key := callName(strings.Trim(a.Text, "/"))
			n.aliases[key] = append(n.aliases[key], p)
		}
		n.all = append(n.all, path.Base(full), p.Title)
	}
	for f, published := range s.Files {
		if published {
			n.files = append(n.files, f)
		}
	}
	slices.Sort(n.files)
	slices.Sort(n.all)
	n.all = slices.Compact(n.all)
	return n
}

// addPath adds a path and each of its ends: "a/b/c", "b/c" and "c".
func (n *names) addPath(full string, p *site.Page) {
	for {
		key := callName(full)
		if !slices.Contains(n.paths[key], p) {
			n.paths[key] = append(n.paths[key], p)
		}
		_, rest, found := strings.Cut(full, "/")
		if !found {
			return
		}
		full = rest
	}
}

// callName folds what writers mix up when they call a page by name.
func callName(s string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if r == '-' || r == '_' {
			return ' '
		}
		return r
	}, fold(strings.TrimSuffix(s, ".md")))), " ")
}

// named returns the pages that name can mean, on page p: the page at that very
// path, else those whose path ends so, else by title, else by alias.
func (n *names) named(s *site.Site, p *site.Page, name string) []*site.Page {
	bare := strings.TrimSuffix(strings.TrimPrefix(name, "/"), ".md")
	for _, full := range []string{path.Join(path.Dir(p.Name), bare), bare} {
		for _, file := range []string{full + ".md", path.Join(full, "index.md")} {
			if page := s.Named(file); page != nil && !strings.HasPrefix(full, "..") {
				return []*site.Page{page}
			}
		}
	}
	key := callName(strings.Trim(bare, "/"))
	for _, index := range []map[string][]*site.Page{n.paths, n.titles, n.aliases} {
		if found := index[key]; len(found) > 0 {
			return found
		}
	}
	return nil
}

// wiki resolves [[page#heading]] and ![[page]].
func (r *resolver) wiki(p *site.Page, l *markdown.Link, at source.Place, diags *diag.List) Target {
	name, heading, _ := strings.Cut(l.Target, "#")
	name, heading = strings.TrimSpace(name), strings.TrimSpace(heading)
	t := Target{Page: p}
	if name != "" {
		found := r.names().named(r.site, p, name)
		switch {
		case len(found) == 0 && r.site.Files[absolute(p, name)]:
			return Target{File: absolute(p, name)}
		case len(found) == 0:
			r.reportUnknown("link/broken", "page", name, r.names().all, pathPlace(at), diags)
			return Target{}
		case len(found) > 1:
			reportAmbiguous("link/ambiguous", name, found, pathPlace(at), diags)
			return Target{}
		}
		t.Page = found[0]
	}
	if heading == "" {
		return t
	}
	t.Fragment = heading
	if !hasAnchor(t.Page, heading) {
		t.Fragment = byText(t.Page, heading)
	}
	return r.anchor(t, at, name, diags)
}

// byText finds the anchor of the heading with the given words, as wiki links
// name it; it returns heading itself where there is none.
func byText(p *site.Page, heading string) string {
	want := callName(heading)
	for _, h := range p.Doc.Headings {
		if callName(h.Text) == want || h.ID == markdown.Slug(heading) {
			return h.ID
		}
	}
	return heading
}

func (r *resolver) reportUnknown(code, what, name string, candidates []string, at source.Place, diags *diag.List) {
	diags.Add(code, at, fmt.Sprintf("there is no %s called %q", what, name)).Hint = diag.DidYouMean(name, candidates)
}

func reportAmbiguous(code, name string, found []*site.Page, at source.Place, diags *diag.List) {
	d := diags.Add(code, at, fmt.Sprintf("%q can mean %d pages", name, len(found)))
	paths := make([]string, len(found))
	for i, p := range found {
		paths[i] = strings.TrimSuffix(p.Name, ".md")
		d.Related = append(d.Related, diag.Note{Place: p.TitlePlace(), Message: "this page"})
	}
	d.Hint = "write which: " + strings.Join(paths, " or ")
}

// relations resolves the typed relations that a page declares.
func (r *resolver) relations(p *site.Page, diags *diag.List) (out []Relation) {
	if p.Kind == nil {
		return nil
	}
	for i := range p.Kind.Relations {
		t := &p.Kind.Relations[i]
		node := p.Matter.Get(t.Name)
		count := 0
		for _, n := range (matter.Shape{Diags: diags}).Texts(node, t.Name) {
			count++
			other := r.related(p, t, n, diags)
			if other == nil {
				continue
			}
			if slices.ContainsFunc(out, func(o Relation) bool { return o.Type == t && o.Other == other }) {
				diags.Add("relation/duplicate", n.Place, fmt.Sprintf("%s names %q twice", t.Name, n.Text)).Hint = "take one of them out"
				continue
			}
			out = append(out, Relation{Type: t, Other: other})
		}
		checkCount(p, t, node, count, diags)
	}
	return out
}

// related resolves one name in a relation: among the pages of the kind it
// leads to first, since that is what the writer means.
func (r *resolver) related(p *site.Page, t *site.RelationType, n *matter.Node, diags *diag.List) *site.Page {
	found := r.names().named(r.site, p, n.Text)
	right := slices.DeleteFunc(slices.Clone(found), func(f *site.Page) bool { return f.Kind != t.To })
	switch {
	case len(right) == 1:
		return right[0]
	case len(right) > 1:
		reportAmbiguous("relation/ambiguous", n.Text, right, n.Place, diags)
	case len(found) > 0:
		d := diags.Add("relation/kind", n.Place, fmt.Sprintf("%s leads to a page of the kind %s, and %q is %s", t.Name, t.To.Name, n.Text, describeKind(found[0])))
		d.Hint = relationHint(n.Text, t.To)
		d.Related = []diag.Note{{Place: t.Place, Message: "the relation is declared here"}}
	default:
		d := diags.Add("relation/unknown", n.Place, fmt.Sprintf("there is no %s called %q", t.To.Name, n.Text))
		d.Hint = relationHint(n.Text, t.To)
	}
	return nil
}

func describeKind(p *site.Page) string {
	if p.Kind == nil {
		return "of no kind"
	}
	return "of the kind " + p.Kind.Name
}

// relationHint names the nearest page of a kind, or all when they are few.
func relationHint(name string, k *site.Kind) string {
	var candidates []string
	for _, p := range k.Pages {
		candidates = append(candidates, strings.TrimSuffix(path.Base(p.Name), ".md"))
	}
	if near := diag.DidYouMean(name, candidates); near != "" || len(candidates) > 12 {
		return near
	}
	return "the pages of that kind are " + strings.Join(candidates, ", ")
}

// checkCount holds a relation to the number of pages its kind asks for.
func checkCount(p *site.Page, t *site.RelationType, node *matter.Node, count int, diags *diag.List) {
	at := p.Place()
	if node != nil {
		at = node.Place
	}
	switch {
	case count < t.Min:
		diags.Add("relation/count", at, fmt.Sprintf("%s wants at least %d, and here are %d", t.Name, t.Min, count)).
			Hint = fmt.Sprintf("add `%s: [...]` with the names of pages of the kind %s", t.Name, t.To.Name)
	case t.Max > 0 && count > t.Max:
		diags.Add("relation/count", at, fmt.Sprintf("%s wants at most %d, and here are %d", t.Name, t.Max, count)).Hint = "take some of them out"
	}
}
