// Package site owns the assembled site: its settings, its kinds, and every page
// with its address, its section and its checked fields.
//
// It is the first whole-site stage: cheap, and done afresh from the pages as
// written every time anything changes. It reads no file and resolves no link.
package site

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"path"
	"slices"
	"strings"

	"quandary/internal/content"
	"quandary/internal/diag"
	"quandary/internal/source"
)

// Site is a site assembled from its pages. It is immutable.
type Site struct {
	Settings Settings
	Pages    []*Page // in reading order: a folder's page, its pages, then its folders
	Home     *Page
	Kinds    []*Kind         // by name
	Files    map[string]bool // every other file of the content folder, by path inside it

	byName map[string]*Page // by path inside the content folder
	byPath map[string]*Page // by address
	beside map[string]*Page // by the folder that they may be the page of
}

// Page is a page in its place in the site.
type Page struct {
	*content.Page
	ID       int    // index into Site.Pages
	Path     string // its address from the root: "arguments/trust/"; "" for the home page
	Slug     string // the last part of Path; "" for the home page
	Parent   *Page  // the page of the folder it stands in; nil for the home page
	Children []*Page
	Kind     *Kind // what its section says it is; nil for sections and where nothing is said
	Declares *Kind // the kind that this page, a section's, declares
	Fields   []Field
	Number   int // its place among the pages of its kind, from 1; 0 without a kind
	rank     int // what its folder sorts it by; unranked is last
}

// Named returns the page whose file has the given path inside the content folder.
func (s *Site) Named(name string) *Page { return s.byName[name] }

// At returns the page at an address, which ends in "/" unless it is the home page's "".
func (s *Site) At(path string) *Page { return s.byPath[path] }

// KindNamed returns the kind called name, or nil.
func (s *Site) KindNamed(name string) *Kind {
	for _, k := range s.Kinds {
		if k.Name == name {
			return k
		}
	}
	return nil
}

// Options are what is known of a site beside its pages.
type Options struct {
	Name   string // used where the settings give none; a folder's name
	Drafts bool   // keep drafts
}

// Assemble puts pages in their places. files are the other files of the content
// folder. What is wrong is reported, and the rest is assembled all the same.
func Assemble(pages []*content.Page, files []string, opts Options) (*Site, diag.List) {
	var diags diag.List
	s := &Site{byName: map[string]*Page{}, byPath: map[string]*Page{}, Files: make(map[string]bool, len(files))}
	for _, f := range files {
		s.Files[f] = true
	}
	s.place(pages, opts.Drafts)
	s.order()
	s.Settings = readSettings(s.Home, opts, &diags)
	s.address(&diags)
	s.checkMenu(&diags)
	s.readKinds(&diags)
	s.readFields(&diags)
	s.sortSections()
	return s, diags
}

// place makes the tree of folders. The page of a folder is the index.md or
// README.md in it, else the page of its name beside it, else a virtual one.
func (s *Site) place(pages []*content.Page, drafts bool) {
	folders := map[string]*Page{}
	var leaves []*Page
	for _, p := range pages {
		switch at := path.Dir(p.Name); {
		case p.Draft && !drafts:
			s.Files[p.Name] = false // known, so that a link to it can say why it is broken
		case p.IsIndex() && (folders[at] == nil || path.Base(p.Name) == "index.md"):
			if before := folders[at]; before != nil {
				leaves = append(leaves, before)
			}
			folders[at] = newPage(p)
		default:
			leaves = append(leaves, newPage(p))
		}
	}
	s.beside = make(map[string]*Page, len(leaves))
	for _, p := range leaves {
		s.beside[strings.TrimSuffix(p.Name, ".md")] = p
	}
	s.Home = s.folder(folders, ".")
	for _, at := range slices.Sorted(maps.Keys(folders)) {
		s.folder(folders, at)
	}
	for _, p := range leaves {
		if s.byName[p.Name] != nil {
			continue // it became the page of a folder
		}
		p.Parent = s.folder(folders, path.Dir(p.Name))
		p.Parent.Children = append(p.Parent.Children, p)
		s.byName[p.Name] = p
	}
}

func newPage(p *content.Page) *Page {
	if p.Ordered {
		return &Page{Page: p, rank: p.Order}
	}
	return &Page{Page: p, rank: unranked}
}

// folder returns the page of a folder, put in its place in the tree.
func (s *Site) folder(folders map[string]*Page, at string) *Page {
	p := folders[at]
	if p == nil {
		if p = s.beside[at]; p == nil {
			p = newPage(content.Virtual(at))
		}
		folders[at] = p
	}
	if s.byName[p.Name] != nil {
		return p
	}
	s.byName[p.Name] = p
	if at != "." {
		p.Parent = s.folder(folders, path.Dir(at))
		p.Parent.Children = append(p.Parent.Children, p)
	}
	return p
}

// order lists the pages in reading order.
func (s *Site) order() {
	s.Pages = s.Pages[:0]
	var visit func(p *Page)
	visit = func(p *Page) {
		slices.SortFunc(p.Children, comparePages)
		p.ID = len(s.Pages)
		s.Pages = append(s.Pages, p)
		for _, c := range p.Children {
			visit(c)
		}
	}
	visit(s.Home)
}

// comparePages orders the pages of a folder: those with an order by it, then
// pages before folders, then by title.
func comparePages(a, b *Page) int {
	return cmp.Or(
		cmp.Compare(a.rank, b.rank),
		compareBool(len(a.Children) > 0, len(b.Children) > 0),
		cmp.Compare(strings.ToLower(a.Title), strings.ToLower(b.Title)),
		cmp.Compare(a.Name, b.Name))
}

// unranked is the rank of a page without an order.
const unranked = math.MaxInt

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// sortSections puts the pages of kinds that are ordered by a field in that
// order, and numbers them.
func (s *Site) sortSections() {
	for _, p := range s.Pages {
		if k := p.Declares; k != nil && k.OrderBy != "" {
			for _, c := range p.Children {
				if f, ok := c.field(k.OrderBy); ok && c.Kind == k {
					c.rank = f.Integer
				}
			}
		}
	}
	s.order()
	count := map[*Kind]int{}
	for _, p := range s.Pages {
		if p.Kind != nil {
			count[p.Kind]++
			p.Number = count[p.Kind]
			p.Kind.Pages = append(p.Kind.Pages, p)
		}
	}
}

// address gives every page its path and reports those that share one.
func (s *Site) address(diags *diag.List) {
	for _, p := range s.Pages {
		switch {
		case p.Parent == nil:
		case p.IsIndex() && path.Dir(p.Name) != path.Dir(p.Parent.Name):
			p.Slug = Slug(path.Base(path.Dir(p.Name)))
		default:
			p.Slug = Slug(strings.TrimSuffix(path.Base(p.Name), ".md"))
		}
		if p.Parent != nil {
			p.Path = p.Parent.Path + p.Slug + "/"
		}
		if first := s.byPath[p.Path]; first != nil {
			d := diags.Add("page/address", p.TitlePlace(), fmt.Sprintf("this page and %s have the same address, %s", first.File.Path, p.Path))
			d.Hint = "rename one of the files"
			d.Related = []diag.Note{{Place: first.TitlePlace(), Message: "the other page"}}
			continue
		}
		s.byPath[p.Path] = p
	}
}

// Slug turns a file's name into a part of an address: lower case, with hyphens
// for spaces, and letters of every script kept.
func Slug(name string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(strings.TrimSpace(name)) {
		switch {
		case r == ' ' || r == '\t':
			b.WriteByte('-')
		case strings.ContainsRune(`"#%&'*+,/:;<=>?@[\]^{|}`+"`", r) || r < ' ':
		default:
			b.WriteRune(r)
		}
	}
	if s := strings.Trim(b.String(), "."); s != "" {
		return s
	}
	return "page"
}

// Place returns where the site as a whole is described: its home page.
func (s *Site) Place() source.Place { return s.Home.Place() }
