package link

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"quandary/internal/diag"
	"quandary/internal/markdown"
	"quandary/internal/site"
	"quandary/internal/source"
)

// names are the ways in which writers call a page, each with the pages it can
// mean: by path, by the end of a path, by title and by alias.
type names struct {
	paths, titles, aliases naming
}

// naming is one way of calling pages. Nearly every name means one page.
type naming map[string]meaning

type meaning struct {
	page *site.Page
	more []*site.Page
}

func (n naming) add(name string, p *site.Page) {
	m := n[name]
	switch {
	case m.page == nil:
		m.page = p
	case m.page == p || slices.Contains(m.more, p):
		return
	default:
		m.more = append(m.more, p)
	}
	n[name] = m
}

// indexNames gathers the names of every page of the site.
func indexNames(s *site.Site) *names {
	n := &names{paths: make(naming, 3*len(s.Pages)), titles: make(naming, len(s.Pages)), aliases: naming{}}
	var wg sync.WaitGroup
	wg.Go(func() {
		for _, p := range s.Pages {
			n.titles.add(callName(p.Title), p)
			for _, a := range p.Aliases {
				n.aliases.add(callName(strings.Trim(a.Text, "/")), p)
			}
		}
	})
	for _, p := range s.Pages {
		if p.IsIndex() && folderOf(p) != "" {
			n.addPath(folderOf(p), p)
		}
		n.addPath(p.Name, p)
	}
	wg.Wait()
	return n
}

// addPath adds a path and each of its ends: "a/b/c", "b/c" and "c".
func (n *names) addPath(full string, p *site.Page) {
	key := callName(full)
	for {
		n.paths.add(key, p)
		_, rest, found := strings.Cut(key, "/")
		if !found {
			return
		}
		key = rest
	}
}

// callName folds what writers mix up when they call a page by name.
func callName(s string) string {
	var room [128]byte
	if simple, ok := appendSimple(room[:0], s); ok {
		return string(simple)
	}
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		if r == '-' || r == '_' {
			return ' '
		}
		return r
	}, fold(strings.TrimSuffix(s, ".md")))), " ")
}

// appendSimple does what callName does for names in ASCII.
func appendSimple(dst []byte, s string) (name []byte, ok bool) {
	s = strings.TrimSuffix(s, ".md")
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 0x80:
			return nil, false
		case c == '-' || c == '_' || c == ' ' || c >= '\t' && c <= '\r':
			if len(dst) > 0 && dst[len(dst)-1] != ' ' {
				dst = append(dst, ' ')
			}
		case c >= 'A' && c <= 'Z':
			dst = append(dst, c+'a'-'A')
		default:
			dst = append(dst, c)
		}
	}
	return bytes.TrimSuffix(dst, []byte(" ")), true
}

// named returns the pages that name can mean on page p: the page at that very
// path, else those whose path ends so, else by title, else by alias. A name
// that begins with "/" or ".." is a path and nothing else.
func (r *resolver) named(p *site.Page, name string) meaning {
	var room, place [256]byte
	n, trimmed := r.names(), strings.Trim(name, "/")
	key, ok := appendSimple(room[:0], trimmed)
	if !ok {
		key = append(room[:0], callName(trimmed)...)
	}
	isPath := strings.HasPrefix(name, "/") || strings.HasPrefix(name, "..")
	if m := n.paths[string(key)]; m.page != nil && m.more == nil && !isPath {
		return m // the only one whose path ends so, so also the one at that very path
	}
	for _, from := range [2]string{p.Name, ""} {
		if full, inside := appendAbsolute(place[:0], from, name); inside && len(full) > 0 {
			if t := r.exact(full); t.Page != nil {
				return meaning{page: t.Page}
			}
		}
	}
	if isPath {
		return meaning{}
	}
	for _, index := range [...]naming{n.paths, n.titles, n.aliases} {
		if m, ok := index[string(key)]; ok {
			return m
		}
	}
	return meaning{}
}

// wiki resolves [[page#heading]] and ![[page]].
func (v *visit) wiki(l ref) Target {
	name, heading, _ := strings.Cut(l.Target, "#")
	name, heading = strings.TrimSpace(name), strings.TrimSpace(heading)
	heading = heading[strings.LastIndexByte(heading, '#')+1:] // "#section#part" names the part
	t := Target{Page: v.page}
	if name != "" {
		m := v.named(v.page, name)
		switch {
		case m.page == nil:
			return v.wikiFile(l, name)
		case m.more != nil:
			reportAmbiguous("link/ambiguous", name, m, pathPlace(l), v.diags)
			return Target{}
		}
		t.Page = m.page
	}
	if heading == "" {
		return t
	}
	if t.Fragment = heading; v.anchors.has(t.Page, heading) {
		return t
	}
	if t.Fragment = markdown.Slug(heading); v.anchors.has(t.Page, t.Fragment) {
		return t
	}
	if t.Fragment = byText(t.Page, heading); t.Fragment == "" {
		t.Fragment = heading
	}
	return v.anchor(l, t)
}

// wikiFile resolves a wiki link that names no page: a file by its path from
// here or from the content folder, or by its name alone.
func (v *visit) wikiFile(l ref, name string) Target {
	for _, from := range [2]string{v.page.Name, ""} {
		if full := absolute(from, name); v.site.Files[full] {
			return Target{File: full}
		}
	}
	if found := v.listing().named(path.Base(name)); path.Ext(name) != "" && len(found) == 1 && path.Base(name) == name {
		return Target{File: found[0]}
	}
	v.reportUnknown(l, name)
	return Target{}
}

// byText finds the anchor of the heading with the given words, as wiki links
// name it; it returns "" where there is none.
func byText(p *site.Page, heading string) string {
	want := callName(heading)
	for i := range p.Doc.Headings {
		if h := &p.Doc.Headings[i]; callName(h.Text) == want {
			return h.ID
		}
	}
	return ""
}

// reportUnknown reports a wiki link whose name is nobody's.
func (v *visit) reportUnknown(l ref, name string) {
	at := pathPlace(l)
	for file, published := range v.site.Files {
		if !published && callName(path.Base(file)) == callName(path.Base(name)) {
			v.reportDraft(at, file)
			return
		}
	}
	d := v.diags.Add("link/broken", at, fmt.Sprintf("there is no page called %q", name))
	if near := v.listing().names().nearest(name); near != "" {
		d.Hint = fmt.Sprintf("did you mean %q?", near)
	}
}

func reportAmbiguous(code, name string, m meaning, at source.Place, diags *diag.List) {
	found := append([]*site.Page{m.page}, m.more...)
	d := diags.Add(code, at, fmt.Sprintf("%q can mean %d pages", name, len(found)))
	paths := make([]string, len(found))
	for i, p := range found {
		paths[i] = strings.TrimSuffix(p.Name, ".md")
		d.Related = append(d.Related, diag.Note{Place: p.TitlePlace(), Message: "this page"})
	}
	d.Hint = "write which: " + strings.Join(paths, " or ")
}
