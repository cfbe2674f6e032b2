package link

import (
	"cmp"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/unicode/norm"

	"quandary/internal/content"
	"quandary/internal/markdown"
	"quandary/internal/site"
)

// names holds everything that can be referred to.
type names struct {
	called map[markdown.Key][]thing                  // by everything it can be called, folded: nearly every name means one thing
	drafts map[string]string                         // the files of pages that are not published, by their own name, folded
	byEnds func() (files, words map[string][]string) // every path, and every file name and title, to find the nearest one among
}

// thing is a page or file under one of its names.
type thing struct {
	how  content.How
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

func indexNames(s *site.Site) *names {
	n := &names{drafts: map[string]string{}, called: make(map[markdown.Key][]thing, 5*len(s.Pages))}
	for _, p := range s.Pages {
		t := thing{page: p, file: p.Name}
		address := strings.TrimSuffix(p.Path, "/")
		if !slices.ContainsFunc(p.Names, func(n content.Name) bool { return n.How == content.ByPath && n.Text == address }) {
			n.add(t, content.NewName(content.ByPath, address))
		}
		n.add(t, p.Names...)
	}
	for _, file := range slices.Sorted(maps.Keys(s.Files)) {
		if s.Files[file] {
			n.add(thing{file: file}, content.PathNames(file)...)
		} else if name := path.Base(file); !slices.Contains(content.Indexes, name) { // every folder has one
			n.drafts[content.Fold(name)] = file
		}
	}
	n.byEnds = sync.OnceValues(func() (files, words map[string][]string) { return allByEnds(s) })
	return n
}

// add adds a thing under its names, but for one right after a surer one that reads
// the same.
func (n *names) add(t thing, names ...content.Name) {
	for _, name := range names {
		t.how, t.name = name.How, name.Text
		all := n.called[name.Key]
		if last := len(all) - 1; last < 0 || all[last].file != t.file || t.how == content.ByPath && all[last].name != t.name {
			n.called[name.Key] = append(all, t)
		}
	}
}

// known are the things that can be called by a name.
func (n *names) known(name string) []thing { return n.called[markdown.KeyOf(content.Fold(name))] }

// at finds what is at a path or address from the content folder: spelled exactly
// so, or in other letter case.
func (n *names) at(full string) (found *thing, exact bool) {
	stem := norm.NFC.String(strings.TrimSuffix(full, ".md"))
	list := n.known(stem)
	for i := range list {
		switch t := &list[i]; {
		case t.how != content.ByPath:
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
	all := n.known(strings.Trim(name, "/"))
	isPath := strings.HasPrefix(name, "/") || strings.HasPrefix(name, "..")
	if len(all) == 1 && !isPath {
		return all
	}
	for _, from := range [2]string{path.Dir(p.Name), ""} {
		if t, _ := n.at(content.Join(from, name)); t != nil {
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
