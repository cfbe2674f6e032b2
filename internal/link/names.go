package link

import (
	"bytes"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"quandary/internal/site"
)

// names holds everything that can be referred to.
type names struct {
	pages  map[string]*site.Page // by the path of their file, as most links have it
	called map[string][]thing    // by everything it can be called, folded: nearly every name means one thing
}

// thing is a page or file under one of its names.
type thing struct {
	how   how
	draft bool
	page  *site.Page // nil for another file
	name  string     // a path or address, or the end of one, without ".md"; of a page's title, all of it
}

// how says by what a thing is called, the surest first.
type how uint8

const (
	byPath how = iota // its path, that of its folder, or its address
	byEnd             // the end of its path
	byTitle
	byAlias
)

// file is the path of a thing inside the content folder.
func (t *thing) file() string {
	switch {
	case t.page != nil:
		return t.page.Name
	case t.draft:
		return t.name + ".md"
	}
	return t.name
}

func (t *thing) target() Target {
	if t.page != nil {
		return Target{Page: t.page}
	}
	return Target{File: t.name}
}

func indexNames(s *site.Site) *names {
	n := &names{make(map[string]*site.Page, len(s.Pages)), make(map[string][]thing, 4*len(s.Pages))}
	for _, p := range s.Pages {
		n.pages[p.Name] = p
		stem, address := strings.TrimSuffix(p.Name, ".md"), strings.TrimSuffix(p.Path, "/")
		folder := folderOf(p)
		if p.IsIndex() {
			n.add(foldName(stem), thing{page: p, name: stem})
			stem = folder
		}
		if path.Base(p.Name) == "index.md" || s.Named(path.Join(folder, "index.md")) == nil || !p.IsIndex() {
			n.addPath(stem, thing{page: p, name: stem})
		}
		if address != stem {
			n.add(foldName(address), thing{page: p, name: address})
		}
	}
	for _, p := range s.Pages {
		n.add(foldName(p.Title), thing{how: byTitle, page: p, name: p.Title})
		for _, a := range p.Aliases {
			n.add(foldName(stemOf(a.Text)), thing{how: byAlias, page: p, name: stemOf(a.Text)})
		}
	}
	for _, file := range slices.Sorted(maps.Keys(s.Files)) {
		n.addPath(strings.TrimSuffix(file, ".md"), thing{name: strings.TrimSuffix(file, ".md"), draft: !s.Files[file]})
	}
	return n
}

// stemOf is an alias or path without what says the same in other words.
func stemOf(name string) string {
	return strings.TrimSuffix(strings.TrimSuffix(strings.Trim(name, "/"), ".md"), ".html")
}

// folderOf is the path of the folder that a page stands in, "" for the content folder.
func folderOf(p *site.Page) string { return p.Name[:max(strings.LastIndexByte(p.Name, '/'), 0)] }

// addPath adds a thing under its path and each end of it: "a/b/c", "b/c" and "c".
func (n *names) addPath(full string, t thing) {
	key := foldName(full)
	n.add(key, t)
	t.how = byEnd
	for i := range len(key) {
		if key[i] == '/' {
			n.add(key[i+1:], t)
		}
	}
}

// add adds a thing, unless it is called so by something surer.
func (n *names) add(key string, t thing) {
	isKnown := func(o thing) bool { return t.draft || t.how != byPath && t.page != nil && o.page == t.page }
	if all := n.called[key]; !slices.ContainsFunc(all, isKnown) {
		n.called[key] = append(all, t)
	}
}

func foldName(name string) string {
	var room [128]byte
	return string(fold(room[:0], []byte(name)))
}

// fold appends to dst what a name is known by: without letter case, the
// composition of accents, ".md", and the difference between "-", "_" and blanks.
func fold(dst, name []byte) []byte {
	if slices.ContainsFunc(name, func(c byte) bool { return c >= utf8.RuneSelf }) {
		name = []byte(norm.NFC.String(string(name)))
	}
	for i := 0; i < len(name); {
		r, size := utf8.DecodeRune(name[i:])
		i += size
		switch {
		case r != '-' && r != '_' && !unicode.IsSpace(r):
			dst = utf8.AppendRune(dst, unicode.ToLower(r))
		case len(dst) > 0 && dst[len(dst)-1] != '-' && dst[len(dst)-1] != '/':
			dst = append(dst, '-')
		}
	}
	return bytes.TrimSuffix(bytes.TrimSuffix(dst, []byte(".md")), []byte("-"))
}

// all lists the things that are called so.
func (n *names) all(name []byte) []thing {
	var room [256]byte
	return n.called[string(fold(room[:0], name))]
}

// at finds what is or was at a path or address from the content folder: spelled
// exactly so, or in other letter case.
func (n *names) at(full []byte) (found *thing, exact bool) {
	stem := bytes.TrimSuffix(full, []byte(".md"))
	list := n.all(stem)
	for i := range list {
		switch t := &list[i]; {
		case t.how != byPath && t.how != byAlias:
		case t.name == string(stem), norm.NFC.String(t.name) == norm.NFC.String(string(stem)):
			return t, true
		case t.how == byPath && lower(t.name) == strings.TrimSuffix(lower(string(stem)), ".md"):
			found = t
		}
	}
	if html, ok := bytes.CutSuffix(full, []byte(".html")); ok && found == nil {
		return n.at(bytes.TrimSuffix(bytes.TrimSuffix(html, []byte("index")), []byte("/")))
	}
	return found, false
}

// lower is a name without what some file systems do not tell apart.
func lower(name string) string { return strings.ToLower(norm.NFC.String(name)) }

// named finds what a name can mean on page p: what lies at that path, from its
// folder or from the content folder, else whose path ends so, else by title,
// else by alias. A name that begins with "/" or ".." is a path and nothing else.
func (n *names) named(p *site.Page, name string) (found []thing) {
	isPath := strings.HasPrefix(name, "/") || strings.HasPrefix(name, "..")
	all := n.all([]byte(strings.Trim(name, "/")))
	if len(all) == 1 && !isPath {
		return all
	}
	var room [256]byte
	for _, from := range [2]string{folderOf(p), ""} {
		full, inside := join(room[:0], from, name)
		if !inside || len(full) == 0 {
			continue
		}
		if t, _ := n.at(full); t != nil && t.how == byPath {
			return []thing{*t}
		}
	}
	for how := byPath; how <= byAlias && found == nil && !isPath; how++ {
		for _, t := range all {
			if t.how == how {
				found = append(found, t)
			}
		}
	}
	return found
}

// join appends to dst the path that name means in a folder, counted from the
// content folder. It reports whether the path stays inside.
func join(dst []byte, folder, name string) (full []byte, inside bool) {
	if !strings.HasPrefix(name, "/") {
		dst = append(dst, folder...)
	}
	for name != "" {
		var part string
		part, name, _ = strings.Cut(name, "/")
		switch {
		case part == "" || part == ".":
		case part != "..":
			if len(dst) > 0 {
				dst = append(dst, '/')
			}
			dst = append(dst, part...)
		case len(dst) == 0:
			return nil, false
		default:
			dst = dst[:max(bytes.LastIndexByte(dst, '/'), 0)]
		}
	}
	return dst, true
}
