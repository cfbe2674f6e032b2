package link

import (
	"bytes"
	"cmp"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"quandary/internal/content"
	"quandary/internal/site"
)

// names holds everything that can be referred to.
type names struct {
	called map[string][]thing // by everything it can be called, folded: nearly every name means one thing
	drafts map[string]string  // the files of pages that are not published, by their own name, folded
	files  []string           // every path, and
	words  []string           // every file name and title, to find the nearest one among
	byEnds func() (files, words map[string][]string)
	things []thing // room for those called by one name each
}

// thing is a page or file under one of its names.
type thing struct {
	how  how
	page *site.Page // nil for another file
	file string     // its path inside the content folder
	name string
}

func (t *thing) target() Target {
	if t.page != nil {
		return Target{Page: t.page}
	}
	return Target{File: t.file}
}

// how says by what a thing is called, the surest first.
type how uint8

const (
	byPath how = iota // its path without ".md", that of its folder, or its address
	byEnd             // the last parts of its path
	byTitle
	byAlias
)

func indexNames(s *site.Site) *names {
	n := &names{drafts: map[string]string{}, called: make(map[string][]thing, 5*len(s.Pages)), things: make([]thing, 0, 5*len(s.Pages))}
	for _, p := range s.Pages {
		t := thing{page: p, file: p.Name}
		name := strings.TrimSuffix(p.Name, ".md")
		if folder := path.Dir(name); p.IsIndex() && folder != "." {
			n.add(byPath, name, t)
			name = folder
		}
		n.addFile(name, t)
		n.add(byPath, strings.TrimSuffix(p.Path, "/"), t)
		n.add(byTitle, p.Title, t)
		for _, a := range p.Aliases {
			n.add(byAlias, stemOf(a.Text), t)
			n.add(byAlias, path.Base(stemOf(a.Text)), t)
		}
		n.words = append(n.words, p.Title)
	}
	for _, file := range slices.Sorted(maps.Keys(s.Files)) {
		if s.Files[file] {
			n.addFile(file, thing{file: file})
		} else if name := path.Base(file); !slices.Contains(content.Indexes, name) { // every folder has one
			n.drafts[fold(name)] = file
		}
	}
	n.byEnds = sync.OnceValues(func() (files, words map[string][]string) { return byEnds(n.files), byEnds(n.words) })
	return n
}

// addFile adds a thing under its path and everything that path ends in.
func (n *names) addFile(name string, t thing) {
	n.files, n.words = append(n.files, t.file), append(n.words, path.Base(name))
	n.add(byPath, name, t)
	t.how = byEnd
	for _, end, ok := strings.Cut(fold(name), "/"); ok; _, end, ok = strings.Cut(end, "/") {
		n.put(end, t)
	}
}

// add adds a thing, unless it was just added under a surer name that reads the same.
func (n *names) add(how how, name string, t thing) {
	t.how, t.name = how, norm.NFC.String(name)
	n.put(fold(name), t)
}

func (n *names) put(folded string, t thing) {
	all := n.called[folded]
	switch last := len(all) - 1; {
	case last < 0:
		n.things = append(n.things, t)
		n.called[folded] = slices.Clip(n.things[len(n.things)-1:])
	case all[last].file != t.file || t.how == byPath && all[last].name != t.name:
		n.called[folded] = append(all, t)
	}
}

// fold is what a name is known by: without letter case, the composition of
// accents, ".md", and the difference between "-", "_" and blanks.
func fold(name string) string {
	return strings.TrimSuffix(strings.Map(func(r rune) rune {
		if r == '_' || unicode.IsSpace(r) {
			return '-'
		}
		return unicode.ToLower(r)
	}, norm.NFC.String(name)), ".md")
}

// stemOf is an alias or path without what says the same in other words.
func stemOf(name string) string { return strings.Trim(suffix.ReplaceAllString(name, ""), "/") }

// suffix is what a folder's own page and any page can be called besides.
var suffix = regexp.MustCompile(`(?i)(?:(?:^|/)(?:index|readme))?(?:\.md|\.html)?/?$`)

// at finds what is at a path or address from the content folder: spelled exactly
// so, or in other letter case.
func (n *names) at(full string) (found *thing, exact bool) {
	stem := norm.NFC.String(strings.TrimSuffix(full, ".md"))
	list := n.called[fold(stem)]
	for i := range list {
		switch t := &list[i]; {
		case t.how != byPath:
		case t.name == stem:
			return t, true
		case strings.EqualFold(t.name, stem), strings.EqualFold(t.name+".md", stem):
			found = t
		}
	}
	if html, ok := strings.CutSuffix(full, ".html"); ok && found == nil {
		return n.at(strings.TrimSuffix(strings.TrimSuffix(html, "index"), "/"))
	}
	return found, false
}

// named finds what a name can mean on page p: what lies at that path, from its
// folder or from the content folder, else whose path ends so, else by title, else
// by alias. A name that begins with "/" or ".." is a path and nothing else.
func (n *names) named(p *site.Page, name string) []thing {
	all := n.called[fold(strings.Trim(name, "/"))]
	isPath := strings.HasPrefix(name, "/") || strings.HasPrefix(name, "..")
	if len(all) == 1 && !isPath {
		return all
	}
	for _, from := range [2]string{path.Dir(p.Name), ""} {
		if t, _ := n.at(string(join(nil, from, name))); t != nil {
			return []thing{*t}
		}
	}
	if len(all) == 0 || isPath {
		return nil
	}
	surest := slices.MinFunc(all, func(a, b thing) int { return cmp.Compare(a.how, b.how) }).how
	found := slices.DeleteFunc(slices.Clone(all), func(t thing) bool { return t.how != surest })
	return slices.CompactFunc(found, func(a, b thing) bool { return a.file == b.file })
}

// join appends to dst the path that name means in a folder, counted from the
// content folder. It is "..", which names nothing, for one that leads outside.
func join(dst []byte, folder, name string) []byte {
	if !strings.HasPrefix(name, "/") && folder != "." {
		dst = append(dst, folder...)
	}
	for part := range strings.SplitSeq(name, "/") {
		switch {
		case part == "" || part == ".":
		case part != "..":
			if len(dst) > 0 {
				dst = append(dst, '/')
			}
			dst = append(dst, part...)
		case len(dst) == 0:
			return append(dst, ".."...)
		default:
			dst = dst[:max(bytes.LastIndexByte(dst, '/'), 0)]
		}
	}
	return dst
}
