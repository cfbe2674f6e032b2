package render

import (
	"cmp"
	"html/template"
	"slices"
	"strings"
	"unicode"

	"quandary/internal/site"
)

// The addresses of the pages that the generator makes beside the writer's. A
// page of the site that has the same address takes its place.
const (
	indexPath    = "index/"
	mapPath      = "map/"
	searchPath   = "search/"
	printPath    = "print/"
	notFoundPath = "404.html"
	feedPath     = "feed.xml"
)

// madeNames are what a menu can call the made pages, and the words for each.
var madeNames = map[string][2]string{
	"index": {indexPath, "index"}, "map": {mapPath, "map"}, "search": {searchPath, "search"}, "print": {printPath, "print-all"},
}

// shareSite prepares what every page shows alike.
func (r *Renderer) shareSite() {
	set := r.in.Site.Settings
	s := &Site{
		Name: set.Name, Description: set.Description, Language: set.Language, BaseURL: r.in.BaseURL, Author: set.Owner,
		Style: r.in.Assets("main.css"), Script: r.in.Assets("main.js"), Early: r.in.Assets("early.js"),
		SearchScript: r.in.Assets("search.js"), Icon: cmp.Or(r.in.Assets("icon.svg"), r.in.Assets("mark.svg")),
		Decisions: r.decisionRefs(),
	}
	for _, c := range r.in.Site.Home.Children {
		if len(c.Children) > 0 {
			s.Sections = append(s.Sections, r.section(c))
		}
	}
	words := r.in.Layouts.Words(set.Language)
	if set.Menu == nil {
		s.Menu = r.defaultMenu(s, words)
	}
	for i, n := range set.Menu {
		if ref, ok := r.menuEntry(n.Text, words); ok {
			if label := set.MenuLabels[i]; label != "" {
				ref.Title = label
			}
			s.Menu = append(s.Menu, ref)
		}
	}
	if len(r.in.Site.Pages) <= mostPrinted && r.in.Site.At(printPath) == nil {
		s.Print = printPath
	}
	r.shared = s
}

// mostPrinted is how many pages a site may have for the whole of it to be one
// page that can be printed; more than that nobody prints.
const mostPrinted = 300

// mostMenu is how many sections the menu shows where a site does not say.
const mostMenu = 4

func (r *Renderer) defaultMenu(s *Site, words *Words) (menu []Ref) {
	for _, d := range s.Decisions[:min(len(s.Decisions), 1)] {
		menu = append(menu, Ref{Path: d.Path, Title: d.Title})
	}
	if len(s.Sections) <= mostMenu {
		for _, sec := range s.Sections {
			menu = append(menu, Ref{Path: sec.Path, Title: sec.Title})
		}
	}
	for _, name := range []string{"map", "index", "search"} {
		if ref, ok := r.menuEntry(name, words); ok && (name != "map" || len(r.in.Site.Kinds) > 0) {
			menu = append(menu, ref)
		}
	}
	return menu
}

// menuEntry resolves one entry of the menu: a made page's name, or a page.
func (r *Renderer) menuEntry(name string, words *Words) (Ref, bool) {
	if m, ok := madeNames[name]; ok && r.in.Site.At(m[0]) == nil {
		return Ref{Path: m[0], Title: words.Say(m[1]), Menu: name}, true
	}
	p := r.in.Site.MenuPage(name)
	if p == nil {
		return Ref{}, false
	}
	ref := r.refTo(p)
	ref.Menu = "page"
	return ref, true
}

// lists are the pages about the site as a whole.
func (r *Renderer) lists() (list []made) {
	lang := r.in.Site.Settings.Language
	add := func(path, layout, title string, more func(v *View)) {
		if r.in.Site.At(path) != nil || !r.in.Layouts.Has(layout) {
			return
		}
		file := path
		if strings.HasSuffix(path, "/") {
			file += "index.html"
		}
		list = append(list, made{file, func() []byte {
			v := r.emptyView(path, lang)
			v.Layout, v.Page.Name, v.Page.Title = layout, layout, v.Say(title)
			more(v)
			return r.must("base", v)
		}})
	}
	add(indexPath, "index", "index", func(v *View) { v.Index = r.index() })
	add(mapPath, "map", "map", func(v *View) { v.Index = r.mapped(v) })
	add(searchPath, "search", "search", func(v *View) { v.Page.NoIndex = true })
	if r.shared.Print != "" {
		add(printPath, "print", "print-all", func(v *View) { v.Page.NoIndex = true; v.Whole = r.whole(v) })
	}
	add(notFoundPath, "404", "not-found", func(v *View) { v.Page.NoIndex = true; v.Root = r.hostRoot() })
	return list
}

// hostRoot is the site's root for a page that is shown at any address: the
// path of the base URL.
func (r *Renderer) hostRoot() string {
	_, rest, _ := strings.Cut(r.in.BaseURL, "://")
	if _, path, found := strings.Cut(rest, "/"); found && path != "" {
		return "/" + path
	}
	return "/"
}

// index lists every page by title and by kind.
func (r *Renderer) index() *Index {
	x := &Index{}
	var pages []*site.Page
	for _, p := range r.in.Site.Pages {
		if !p.Virtual {
			pages = append(pages, p)
		}
	}
	x.Total = len(pages)
	for _, p := range pages {
		label, kind := "", ""
		if p.Kind != nil {
			label, kind = p.Kind.Plural, p.Kind.Name
		} else if p.Parent != nil {
			label = p.Parent.Title
		}
		x.Kinds = addTo(x.Kinds, label, kind, r.refTo(p))
	}
	slices.SortStableFunc(pages, func(a, b *site.Page) int {
		return strings.Compare(strings.ToLower(a.Title), strings.ToLower(b.Title))
	})
	for _, p := range pages {
		letter := firstLetter(p.Title)
		if n := len(x.Letters); n == 0 || x.Letters[n-1].Label != letter {
			x.Letters = append(x.Letters, Group{Label: letter})
		}
		last := &x.Letters[len(x.Letters)-1]
		last.Refs = append(last.Refs, r.refTo(p))
	}
	return x
}

// firstLetter is the letter a title is listed under; "#" for one without.
func firstLetter(title string) string {
	for _, c := range title {
		if unicode.IsLetter(c) {
			return string(unicode.ToUpper(c))
		}
		if unicode.IsDigit(c) {
			break
		}
	}
	return "#"
}

// whole lists every page with its content, to be printed as one document.
func (r *Renderer) whole(v *View) (pages []*Page) {
	for _, p := range r.in.Site.Pages {
		if !p.Virtual {
			pages = append(pages, r.chapter(p, v))
		}
	}
	return pages
}

// chapter is a page as it stands in the whole handbook on one page: its links
// to other chapters lead inside the document.
func (r *Renderer) chapter(p *site.Page, v *View) *Page {
	page := &Page{Path: p.Path, Title: p.Title, Summary: p.Summary, Name: nameOf(p), Fields: fieldsOf(p)}
	page.setKind(p)
	f := &filler{r: r, root: v.Root, words: v.words, page: p, first: true, depth: 1, doc: p.Doc, targets: r.in.Graph.Targets[p.ID]}
	body := p.Doc.Append(nil, 0, len(p.Doc.HTML), f.fill)
	page.Content = template.HTML(strip(body))
	page.TitleID = chapterID(p.Path)
	return page
}

// chapterID is the anchor of a page in the whole handbook on one page.
func chapterID(path string) string {
	return "page-" + strings.ReplaceAll(strings.Trim(path, "/"), "/", "-")
}
