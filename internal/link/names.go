package link

import (
	"bytes"
	"cmp"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"quandary/internal/site"
)

// names holds everything that can be referred to.
type names struct {
	pages  map[string]*site.Page // by the path of their file, as most links have it
	called map[string][]thing    // by everything it can be called, folded: nearly every name means one thing
	drafts map[string]string     // the files of pages that are not published, by their own name, folded
	files  []string              // every path, and
	words  []string              // every file name and title, to find the nearest one among
}

// thing is a page or file under one of its names.
type thing struct {
	how  how
	page *site.Page // nil for another file
	file string     // its path inside the content folder
	name string
}

// how says by what a thing is called, the surest first.
type how uint8

const (
	byPath how = iota // its path without ".md", that of its folder, or its address
	byName            // the last part of its path
	byTitle
	byAlias
)

func indexNames(s *site.Site) *names {
	n := &names{drafts: map[string]string{}}
	n.pages, n.called = make(map[string]*site.Page, len(s.Pages)), make(map[string][]thing, 4*len(s.Pages))
	for _, p := range s.Pages {
		n.pages[p.Name] = p
		t := thing{page: p, file: p.Name}
		name := strings.TrimSuffix(p.Name, ".md")
		n.add(byPath, name, t)
		if folder := folderOf(p); p.IsIndex() && folder != "" {
			name = folder
			n.add(byPath, name, t)
		}
		n.add(byPath, strings.TrimSuffix(p.Path, "/"), t)
		n.add(byName, path.Base(name), t)
		n.add(byTitle, p.Title, t)
		for _, a := range p.Aliases {
			n.add(byAlias, stemOf(a.Text), t)
		}
		n.files, n.words = append(n.files, p.Name), append(n.words, path.Base(name), p.Title)
	}
	for _, file := range slices.Sorted(maps.Keys(s.Files)) {
		base := path.Base(file)
		if !s.Files[file] {
			n.drafts[fold(base)] = file
			continue
		}
		n.add(byPath, file, thing{file: file})
		n.add(byName, base, thing{file: file})
		n.files, n.words = append(n.files, file), append(n.words, base)
	}
	delete(n.drafts, "index") // every folder has one
	return n
}

// add adds a thing, unless it was just added under a surer name that reads the same.
func (n *names) add(how how, name string, t thing) {
	t.how, t.name = how, norm.NFC.String(name)
	all := n.called[fold(name)]
	if i := len(all) - 1; i >= 0 && all[i].file == t.file && (how != byPath || all[i].name == t.name) {
		return
	}
	n.called[fold(name)] = append(all, t)
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
func stemOf(name string) string {
	return strings.TrimSuffix(strings.TrimSuffix(strings.Trim(name, "/"), ".md"), ".html")
}

// folderOf is the path of the folder that a page stands in, "" for the content folder.
func folderOf(p *site.Page) string { return p.Name[:max(strings.LastIndexByte(p.Name, '/'), 0)] }

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
// folder or from the content folder, else whose name it is, else by title, else
// by alias. A name that begins with "/" or ".." is a path and nothing else.
func (n *names) named(p *site.Page, name string) []thing {
	all := n.called[fold(strings.Trim(name, "/"))]
	isPath := strings.HasPrefix(name, "/") || strings.HasPrefix(name, "..")
	if len(all) == 1 && !isPath {
		return all
	}
	for _, from := range [2]string{folderOf(p), ""} {
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
	if !strings.HasPrefix(name, "/") {
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
