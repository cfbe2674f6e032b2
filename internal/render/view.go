package render

import (
	"cmp"
	"html/template"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"quandary/internal/site"
)

// View is what a layout is shown: the whole of "." in layouts. Paths in it are
// relative to the site's root, as "arguments/bottom-line/" is; a layout turns
// one into an address with {{$.URL .Path}}.
type View struct {
	Site      *Site
	Layout    string // which layout draws <main>: "page", "section", "home", "question", ...
	Root      string // from this page to the site's root: "./", "../", "../../", ...
	Page      *Page
	State     *State    // set where Layout is "question" (the start of a decision included) or "result"
	Decision  *Decision // set in the states of a decision and its overview
	Moved     *Page     // set where Layout is "moved" or "withdrawn": where to go instead
	Withdrawn string    // set where Layout is "withdrawn": the date, or ""
	Embedded  bool      // drawn without header and footer, to stand in an iframe
	Pages     []*Page   // what the layout "list" lists

	*Words

	r *Renderer
}

// URL turns a path from the site's root into an address relative to this page.
// In the printed handbook, a page is found at its chapter.
func (v *View) URL(path string) string {
	if v.Layout == "print" {
		if p := v.r.in.Site.At(path); p != nil && !p.Virtual {
			return chapter + strconv.Itoa(v.r.pages[p.ID].Chapter)
		}
	}
	return v.Root + path
}

// chapter begins the address of a chapter in the printed handbook.
const chapter = "#chapter-"

// Asset returns the path of a style, script or picture; "" where there is none.
func (v *View) Asset(name string) string { return v.r.in.Assets(name) }

// Frame draws a layout that is the same on every page of a language and a
// depth, but for the menu's entry of the page. It is drawn once, and sees of the
// page its path only where that is in the menu or is the home page's.
func (v *View) Frame(layout string) template.HTML {
	page := Page{Path: "-", Language: v.Page.Language, Source: v.r.none, r: v.r}
	if v.Page.Path == "" || slices.ContainsFunc(v.Site.Menu, func(p *Page) bool { return p.Path == v.Page.Path }) {
		page.Path = v.Page.Path
	}
	key := [4]string{layout, v.Root, page.Language, page.Path}
	if known, ok := v.r.frames.Load(key); ok {
		return known.(template.HTML)
	}
	html := template.HTML(v.r.in.Layouts.draw(layout, &View{Site: v.Site, Root: v.Root, Page: &page, r: v.r, Words: v.Words}))
	v.r.frames.Store(key, html)
	return html
}

// List is this view with some pages to list.
func (v View) List(pages []*Page) *View {
	v.Pages = pages
	return &v
}

// On is this view with another page.
func (v *View) On(p *Page) *View {
	w := v.r.view(p.Source)
	w.Layout, w.Root = v.Layout, v.Root
	return w
}

// At is this view with another state of a decision.
func (v View) At(s *State) *View {
	v.State = s
	return &v
}

// Folders groups the pages by the folders they stand in.
func (v *View) Folders() (groups []Group) {
	for _, folder := range v.r.pages {
		g := folder.Children()
		g.Refs = slices.DeleteFunc(g.Refs, func(p *Page) bool { return len(p.Source.Children) > 0 })
		if len(g.Refs) > 0 {
			groups = append(groups, g)
		}
	}
	return groups
}

// Site is what every page shows alike.
type Site struct {
	site.Settings
	BaseURL   string           // absolute, ends in "/"; "" where none is known
	Menu      []*Page          // the few entries of the header
	Sections  []*Page          // top-level sections, in order
	Pages     []*Page          // every page that a writer wrote, in reading order
	Made      map[string]*Page // the pages beside the writer's, by the name of their layout
	Decisions []*Decision      // those that can be asked
}

// A menu that the site does not choose has no more sections than these, and a
// handbook that is one page as well, to be printed, no more pages.
const mostMenu, mostPrinted = 4, 300

// share makes what every page mentions or shows alike. The home page is the
// first. A page of the site takes the place of one with the same address that is
// made, which is named after its layout.
func (r *Renderer) share() {
	s := r.site
	for _, p := range r.in.Site.Pages {
		page := r.page(p)
		r.pages = append(r.pages, page)
		if !p.Virtual {
			s.Pages = append(s.Pages, page)
			page.Chapter = len(s.Pages)
		}
	}
	s.Sections = slices.DeleteFunc(r.pages[0].Children().Refs, func(p *Page) bool { return len(p.Source.Children) == 0 })
	words := r.in.Layouts.Words(s.Language)
	for _, m := range [][3]string{{"index", "index/", "index"}, {"map", "map/", "map"}, {"search", "search/", "search"}, {"print", "print/", "print-all"}, {"404", "404.html", "not-found"}} {
		if p := r.in.Site.At(m[1]); p != nil {
			s.Made[m[0]] = r.pages[p.ID]
		} else if m[0] != "print" || len(r.pages) <= mostPrinted {
			s.Made[m[0]] = r.made(m[1], m[0], words.Say(m[2]), s.Language)
		}
	}
}

// makeMenu puts into the menu what the site wants there, or else the first
// decision, the sections unless they are many, and the ways to find a page.
func (r *Renderer) makeMenu() {
	s := r.site
	if s.Settings.Menu == nil {
		if len(s.Decisions) > 0 {
			s.Menu = append(s.Menu, s.Decisions[0].Page)
		}
		if len(s.Sections) <= mostMenu {
			s.Menu = append(s.Menu, s.Sections...)
		}
		if len(r.in.Site.Kinds) > 0 {
			s.Menu = append(s.Menu, s.Made["map"])
		}
		s.Menu = append(s.Menu, s.Made["index"], s.Made["search"])
	}
	for i, n := range s.Settings.Menu {
		page := s.Made[n.Text]
		if p := r.in.Site.MenuPage(n.Text); page == nil && p != nil {
			page = r.pages[p.ID]
		}
		if page != nil {
			entry := *page
			entry.Title = cmp.Or(s.MenuLabels[i], page.Title)
			s.Menu = append(s.Menu, &entry)
		}
	}
}

// Letters groups every page under the first letter of its title; "#" is for
// those that begin with none.
func (s *Site) Letters() (groups []Group) {
	byTitle := func(a, b *Page) int { return strings.Compare(a.Source.Sort, b.Source.Sort) }
	for _, p := range slices.SortedStableFunc(slices.Values(s.Pages), byTitle) {
		letter := "#"
		if first, _ := utf8.DecodeRuneInString(p.Title); unicode.IsLetter(first) {
			letter = string(unicode.ToUpper(first))
		}
		groups = addTo(groups, letter, p)
	}
	return groups
}

// News lists the pages that say when they changed, the newest first.
func (s *Site) News(most int) []*Page {
	pages := slices.DeleteFunc(slices.Clone(s.Pages), func(p *Page) bool { return p.Changed().IsZero() })
	slices.SortStableFunc(pages, func(a, b *Page) int { return b.Changed().Compare(a.Changed()) })
	return pages[:min(len(pages), most)]
}

// Group is a heading and the pages under it.
type Group struct {
	Label  string
	Folder *Page // that the heading stands for, or nil
	Refs   []*Page
}

// First returns the first pages of a long list.
func (g Group) First(most int) []*Page { return g.Refs[:min(len(g.Refs), most)] }

// More is how many pages First leaves out.
func (g Group) More(most int) int { return max(0, len(g.Refs)-most) }

// addTo puts a page in the group with the given label.
func addTo(groups []Group, label string, page *Page) []Group {
	i := slices.IndexFunc(groups, func(g Group) bool { return g.Label == label })
	if i < 0 {
		i, groups = len(groups), append(groups, Group{Label: label})
	}
	groups[i].Refs = append(groups[i].Refs, page)
	return groups
}

func upperFirst(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	return strings.ToUpper(s[:n]) + s[n:]
}
