// Package site owns the assembled site: its settings, its kinds, and every page
// with its address, its section and its checked fields.
//
// It is the first whole-site stage: cheap, and done afresh from the pages as
// written every time anything changes. It reads no file and resolves no link.
package site

import (
	"cmp"
	"fmt"
	"math"
	"net/url"
	"path"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"quandary/internal/content"
	"quandary/internal/diag"
	"quandary/internal/markdown"
	"quandary/internal/matter"
)

// Site is a site assembled from its pages. It is immutable.
type Site struct {
	Settings Settings
	Pages    []*Page // in reading order: a folder's page, its pages, then its folders
	Home     *Page
	Kinds    []*Kind         // by name
	Menu     []MenuEntry     // nil where the settings give none
	Files    map[string]bool // every other file of the content folder, by path inside it

	byKey  map[markdown.Key]*Page // by path inside the content folder
	byPath map[string]*Page       // by address
}

// Page is a page in its place in the site.
type Page struct {
	*content.Page
	ID       int    // index into Site.Pages
	Path     string // its address from the root: "arguments/trust/"; "" for the home page
	Slug     string // the last part of Path; "" for the home page
	Parent   *Page  // the page of the folder it stands in; nil for the home page
	Index    int    // into Parent.Children
	Children []*Page
	Language string // its own, else its section's, else the site's
	Kind     *Kind  // what its section says it is; nil for sections and where nothing is said
	Fields   []Field
	Number   int // its place among the pages of its kind, from 1; 0 without a kind
	rank     int // what its folder sorts it by
}

// Named returns the page whose file has the given path inside the content folder.
func (s *Site) Named(name string) *Page { return s.Keyed(markdown.KeyOf(name)) }

// Keyed returns the page whose file has the path with the given key.
func (s *Site) Keyed(key markdown.Key) *Page { return s.byKey[key] }

// At returns the page at an address, which ends in "/" unless it is the home page's "".
func (s *Site) At(path string) *Page { return s.byPath[path] }

// Assemble puts pages in their places, drafts too if they are wanted. files are the
// other files of the content folder, and name is what the site is called where its
// settings do not say. What is wrong is reported, and the rest is assembled all the same.
func Assemble(pages []*content.Page, files []string, name string, drafts bool) (*Site, diag.List) {
	n := len(pages)
	s := &Site{
		byKey: make(map[markdown.Key]*Page, n), byPath: make(map[string]*Page, n),
		Files: make(map[string]bool, len(files)),
	}
	for _, f := range files {
		s.Files[f] = true
	}
	s.place(pages, drafts)
	settings, diags := ReadSettings(s.Home.Page, name)
	s.Settings = settings
	if s.Home.Virtual {
		s.Home.Title = s.Settings.Name
	}
	s.order()
	s.address(&diags)
	shape := matter.Shape{Diags: &diags}
	s.readMenu(shape)
	s.readKinds(shape)
	s.Home.Language = settings.Language
	for _, p := range s.Pages { // a section before its pages
		if p.Lang != "" {
			checkLanguage(p.Matter.Get("lang"), &diags)
		}
		p.Language = cmp.Or(p.Lang, cmp.Or(p.Parent, s.Home).Language)
		p.readFields(shape, settings.MarkdownOptions())
	}
	if len(s.Kinds) > 0 { // by which pages can be ordered
		s.order()
	}
	return s, diags
}

// place makes the tree of folders.
func (s *Site) place(pages []*content.Page, drafts bool) {
	for _, p := range pages {
		if p.Draft && !drafts {
			s.Files[p.Name] = false // known, so that a link to it can say why it is broken
			continue
		}
		placed := &Page{Page: p, rank: p.Order}
		s.byKey[p.Key], s.Pages = placed, append(s.Pages, placed)
	}
	for _, p := range s.Pages {
		s.attach(p)
	}
	s.Home = s.folder(".")
}

// attach puts a page below the page of its folder, or of the folder above where
// it is that itself.
func (s *Site) attach(p *Page) {
	at := path.Dir(p.Name)
	parent := s.folder(at)
	if parent == p {
		parent = s.folder(path.Dir(at))
	}
	if parent != p {
		p.Parent = parent
		parent.Children = append(parent.Children, p)
	}
}

// folder returns the page of a folder, a virtual one where it has none.
func (s *Site) folder(at string) *Page {
	p := s.written(at)
	if p == nil {
		p = &Page{Page: content.Virtual(at), rank: math.MaxInt}
		s.byKey[p.Key] = p
		s.attach(p)
	}
	return p
}

// written returns the page of a folder: the one in it, else the page of its name
// beside it, else nil.
func (s *Site) written(folder string) *Page {
	for _, name := range content.Indexes {
		if p := s.Named(path.Join(folder, name)); p != nil {
			return p
		}
	}
	return s.Named(folder + ".md")
}

// order lists the pages in reading order, and counts those of every kind.
func (s *Site) order() {
	s.Pages = s.Pages[:0]
	var visit func(p *Page)
	visit = func(p *Page) {
		slices.SortFunc(p.Children, comparePages)
		p.ID = len(s.Pages)
		s.Pages = append(s.Pages, p)
		if p.Kind != nil {
			p.Kind.Pages = append(p.Kind.Pages, p)
			p.Number = len(p.Kind.Pages)
		}
		for i, c := range p.Children {
			c.Index = i
			visit(c)
		}
	}
	visit(s.Home)
}

// comparePages orders the pages of a folder: those with an order by it, then
// pages before folders, then by title.
func comparePages(a, b *Page) int {
	return cmp.Or(cmp.Compare(a.rank, b.rank), min(len(a.Children), 1)-min(len(b.Children), 1),
		strings.Compare(a.Sort, b.Sort), strings.Compare(a.Name, b.Name))
}

// address gives every page its path and reports those that share one.
func (s *Site) address(diags *diag.List) {
	for _, p := range s.Pages {
		if p.Parent != nil {
			// Where another page of the folder is its own, this one is named as any other.
			if p.Slug = p.Page.Slug; p.IsIndex() && path.Dir(p.Name) == path.Dir(p.Parent.Name) {
				p.Slug = content.Slug(strings.TrimSuffix(path.Base(p.Name), ".md"))
			}
			p.Path = p.Parent.Path + p.Slug + "/"
		}
		if first := s.byPath[p.Path]; first != nil {
			message := fmt.Sprintf("this page and %s have the same address, %s", first.File.Path, p.Path)
			d := diags.Add("page/address", p.PlaceOf("title"), message)
			d.Hint = "rename one of the files"
			d.Related = []diag.Note{{Place: first.PlaceOf("title"), Message: "the other page"}}
			continue
		}
		s.byPath[p.Path] = p
	}
}

// MenuEntry is an entry of the menu that the settings give.
type MenuEntry struct {
	Label string // what it reads as; "" for the page's own title
	Name  string // of a page that is made, or of a page by its file or folder
	Page  *Page  // of that name; nil where there is none
}

// made are the names that a menu can give to the pages that are made beside the
// writer's.
var made = []string{"index", "map", "search", "print"}

// readMenu reads the entries of the menu: a page by its file, with or without
// ".md", or by its folder, or "Label: page". Those that name no page are reported.
func (s *Site) readMenu(shape matter.Shape) {
	menu := s.Home.Matter.Get("site").Get("menu")
	if menu != nil {
		s.Menu = []MenuEntry{}
	}
	for _, n := range shape.List(menu) {
		label := ""
		if n.Kind == matter.Map && len(n.Fields) == 1 {
			label, n = n.Fields[0].Key.Text, n.Fields[0].Value
		}
		if !shape.Is("text", n, "menu") {
			continue
		}
		page := cmp.Or(s.Named(n.Text), s.written(strings.TrimSuffix(n.Text, "/")))
		if page == nil && !slices.Contains(made, n.Text) {
			names := slices.Clone(made)
			for _, p := range s.Pages {
				names = append(names, p.Name)
			}
			shape.Diags.Add("setting/menu", n.Place, fmt.Sprintf("there is no page %q for the menu", n.Text)).Hint = diag.DidYouMean(n.Text, names)
		}
		s.Menu = append(s.Menu, MenuEntry{label, n.Text, page})
	}
}

// Settings are what the home page's front matter says of the whole site, under
// the key `site`.
type Settings struct {
	Name, Description, Owner string

	Language string // BCP 47; "en" where not given
	URL      string // absolute, ends in "/"; "" where not given
	Edit     string // address of a page's source, with {path} for its file; "" where not given
	RawHTML  bool
	Exclude  []string // patterns of files to leave alone, as path.Match has them
}

// MarkdownOptions returns how the site wants Markdown to be read.
func (s Settings) MarkdownOptions() markdown.Options {
	return markdown.Options{RawHTML: s.RawHTML, Quotes: strings.HasPrefix(s.Language, "en")}
}

// ReadSettings reads what the home page says of the whole site. One that is not
// given a name bears that of the home page's own heading, or else name. The other
// pages cannot be parsed without.
func ReadSettings(home *content.Page, name string) (s Settings, diags diag.List) {
	if home.Doc.Title != nil {
		name = home.Doc.Title.Text
	}
	s = Settings{Name: cmp.Or(name, home.Title), Description: home.Summary, Language: "en"}
	node, shape := home.Matter.Get("site"), matter.Shape{Diags: &diags}
	if !shape.Map(node, "site") {
		return s, diags
	}
	shape.Read(node, "`site`", matter.Into{
		"name": &s.Name, "description": &s.Description, "language": &s.Language, "url": &s.URL, "edit": &s.Edit,
		"owner": &s.Owner, "raw-html": &s.RawHTML, "menu": nil, "exclude": nil,
	})
	for _, p := range shape.Texts(node.Get("exclude"), "exclude") {
		s.Exclude = append(s.Exclude, p.Text)
		if _, err := path.Match(p.Text, ""); err != nil {
			diags.Add("field/type", p.Place, fmt.Sprintf("%q is not a pattern", p.Text)).Hint = `as in "drafts/*" or "*.tmp.md"`
		}
	}
	if s.URL != "" {
		base, err := BaseURL(s.URL)
		if s.URL = base; err != nil {
			diags.Add("field/type", node.Get("url").Place, err.Error()).Hint = `as in "https://handbook.example.org/"`
		}
	}
	if s.Edit != "" && !shape.Is("url", node.Get("edit"), "edit") {
		s.Edit = ""
	}
	checkLanguage(node.Get("language"), &diags)
	return s, diags
}

// checkLanguage warns of a language that there is none of.
func checkLanguage(node *matter.Node, diags *diag.List) {
	if node == nil || node.Kind != matter.Text {
		return
	}
	if _, err := language.Parse(node.Text); err != nil {
		diags.Warn("field/language", node.Place, fmt.Sprintf("%q is not a language that browsers know", node.Text)).
			Hint = `write its tag, as in "en" or "pt-BR"`
	}
}

// BaseURL checks an absolute address and ends it in "/".
func BaseURL(s string) (string, error) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return "", fmt.Errorf("url wants an absolute http or https address, and this is %q", s)
	}
	return strings.TrimSuffix(s, "/") + "/", nil
}
