// Package render owns layouts and what they are shown: it turns the assembled
// site, its links and its decisions into the bytes of pages, feeds and maps.
//
// It stands after every whole-site stage and before output. Rendering one page
// is pure, runs in parallel with the others, and costs the same however large
// the site is. It never resolves a link or judges a rule: that was done before.
package render

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"image"
	"math/bits"
	"path"
	"slices"
	"strings"
	"sync"

	"quandary/internal/card"
	"quandary/internal/content"
	"quandary/internal/decision"
	"quandary/internal/link"
	"quandary/internal/output"
	"quandary/internal/site"
)

// Input is everything that pages are drawn from. It is complete before the
// first page is drawn, and nothing changes it.
type Input struct {
	Site      *site.Site
	Graph     *link.Graph
	Decisions []*decision.Verdict
	Layouts   *Layouts
	Assets    func(name string) string // where an asset was put; "" where there is none
	Sizes     map[string]image.Point   // of the images among the content folder's files, in pixels
	Withdrawn []link.Withdrawn         // what was deleted on purpose
	States    []link.Redirect          // where states of decisions went, if they are not there
	BaseURL   string                   // absolute, ends in "/"; "" where none is known
}

// Renderer draws the pages of one site. It is safe for use by many goroutines.
type Renderer struct {
	Cards map[card.Card]bool // the social cards of the pages: none without a base URL, for they are asked for by address

	in        Input
	site      *Site
	none      *site.Page                  // what a page that no writer wrote has for a source
	pages     []*Page                     // by ID
	decisions []*Decision                 // those that have a tree, each also embedded
	withdrawn map[string][]link.Withdrawn // anchors, by the address of their page
	frames    sync.Map                    // what View.Frame drew before
}

// New prepares what all pages share.
func New(in Input) *Renderer {
	r := &Renderer{in: in, withdrawn: map[string][]link.Withdrawn{}, Cards: map[card.Card]bool{}}
	r.site = &Site{Settings: in.Site.Settings, BaseURL: in.BaseURL, Made: map[string]*Page{}}
	r.site.Previews = 1 << bits.Len(uint(len(in.Site.Pages)/8))
	r.none = &site.Page{ID: -1, Page: content.Virtual("")}
	for _, w := range in.Withdrawn {
		r.withdrawn[w.Path] = append(r.withdrawn[w.Path], w)
	}
	r.share()
	for _, v := range in.Decisions {
		if v.Tree != nil && v.Tree.Root != nil {
			d := &Decision{r.pages[v.Page], v, false}
			inside := *d.Page
			inside.Path += "embed/"
			r.site.Decisions = append(r.site.Decisions, d)
			r.decisions = append(r.decisions, d, &Decision{&inside, v, true})
		}
	}
	r.makeMenu()
	return r
}

// Files hands every file of the site that is drawn to add, as a promise: nothing is
// drawn until its bytes are asked for.
func (r *Renderer) Files(add func(path string, data output.Data)) {
	draw := func(layout, address string, view func() *View) {
		if address == "" || strings.HasSuffix(address, "/") {
			address += "index.html"
		}
		add(address, func(room *bytes.Buffer) []byte { return r.in.Layouts.draw(room, layout, view()) })
	}
	previews := make([][]*site.Page, r.site.Previews)
	for _, p := range r.in.Site.Pages {
		draw("base", p.Path, func() *View { return r.view(p) })
		n := r.previewOf(p)
		previews[n] = append(previews[n], p)
		if !p.Virtual {
			add(r.pages[p.ID].Markdown(), func(room *bytes.Buffer) []byte { return markdownOf(room, p) })
		}
	}
	for n, pages := range previews {
		add(fmt.Sprintf("previews/%d.json", n), func(room *bytes.Buffer) []byte { return r.previews(room, pages) })
	}
	for name, page := range r.site.Made {
		if page.Source == r.none {
			draw("base", page.Path, func() *View { return r.viewOf(page, name) })
		}
	}
	for name := range r.in.Layouts.files {
		if (r.in.BaseURL != "" || path.Ext(name) != ".xml") && (name != "_redirects" || len(r.in.Graph.Redirects) > 0) {
			draw(name, name, func() *View { return r.viewOf(r.made(name, name, name, r.site.Language), name) })
		}
	}
	for _, d := range r.decisions {
		for _, s := range d.states() {
			if s.Path() != d.Source.Path {
				draw("base", s.Path(), func() *View { return d.view(s) })
			}
		}
		if !d.embedded {
			draw("base", d.Path+"overview/", func() *View { return d.viewAt(d.Path+"overview/", "overview", d.Title) })
		}
		add(d.Path+"states.json", d.data)
	}
	states := r.States()
	lost := slices.DeleteFunc(slices.Clone(r.in.States), func(old link.Redirect) bool {
		_, stands := slices.BinarySearch(states, old.From)
		return stands
	})
	for _, old := range slices.Concat(r.in.Graph.Redirects, lost) {
		w := link.Withdrawn{Path: old.From, Nearest: old.To}
		draw("moved", old.From, func() *View { return r.gone("moved", w, old.Rest) })
	}
	for _, w := range r.in.Withdrawn {
		if w.ID == "" {
			draw("base", w.Path, func() *View { return r.gone("withdrawn", w, "") })
		}
	}
}

// previewOf is the number of the file that has the preview of a page. The script
// finds it from the page's address in the same way.
func (r *Renderer) previewOf(p *site.Page) (n int) {
	for _, c := range p.Path {
		n = (n*31 + int(c)) % r.site.Previews
	}
	return n
}

// previews draws what is shown of some pages where a reader points at a link to
// them: by address, a few in a file, because hosts take files one by one.
func (r *Renderer) previews(room *bytes.Buffer, pages []*site.Page) []byte {
	all := map[string]string{}
	for _, p := range pages {
		v := r.view(p)
		page := *v.Page
		page.Title, page.Summary = content.Shorten(page.Title, 200), content.Shorten(page.Summary, 600)
		v.Page = &page
		all[p.Path] = string(r.in.Layouts.draw(room, "preview", v))
	}
	return encode(room, all)
}

// encode writes a value, which must be one that JSON can hold, for a script: what
// is never read as HTML needs no escapes, which would be a quarter of it.
func encode(room *bytes.Buffer, value any) []byte {
	room.Reset()
	enc := json.NewEncoder(room)
	enc.SetEscapeHTML(false)
	enc.Encode(value)
	return room.Bytes()
}

// Redirects lists the addresses that pages once had.
func (v *View) Redirects() []link.Redirect { return v.r.in.Graph.Redirects }

// view is what the layouts are shown of a page of the site.
func (r *Renderer) view(p *site.Page) *View {
	layout := "page"
	if p.Parent == nil {
		layout = "home"
	} else if len(p.Children) > 0 || p.IsIndex() {
		layout = "section"
	}
	v := r.viewOf(r.pages[p.ID], layout)
	for _, d := range r.decisions {
		if d.Path == p.Path {
			v.show(d.To(d.Tree.Root))
		}
	}
	return v
}

// viewOf is a view of any page. One that is shown at any address, or is none,
// finds the site's root from the host's.
func (r *Renderer) viewOf(page *Page, layout string) *View {
	v := &View{Site: r.site, Layout: layout, Page: page, r: r, Words: r.in.Layouts.Words(page.Language)}
	v.Root = cmp.Or(strings.Repeat("../", strings.Count(page.Path, "/")), "./")
	if layout == "404" || r.in.Layouts.files[layout] != nil {
		_, host, _ := strings.Cut(r.in.BaseURL, "://")
		_, path, _ := strings.Cut(host, "/")
		v.Root = "/" + path
	}
	return v
}

// gone is what visitors of an address that moved or was withdrawn are shown.
// rest is what follows the address of the page they go on to.
func (r *Renderer) gone(layout string, w link.Withdrawn, rest string) *View {
	v := r.viewOf(r.made(w.Path, "", w.Title, r.site.Language), layout)
	v.Page.Title, v.Page.Summary = cmp.Or(w.Title, v.Say(layout)), w.Reason
	to := *r.pages[w.Nearest.ID]
	to.Path += rest
	v.Withdrawn, v.Moved = w.Date, &to
	return v
}

// markdownOf is the twin of a page in Markdown: as written, without front
// matter, under its title.
func markdownOf(room *bytes.Buffer, p *site.Page) []byte {
	body := p.File.Data[p.Body:]
	if p.Doc.Title != nil {
		return body
	}
	fmt.Fprintf(room, "# %s\n\n%s", p.Title, body)
	return room.Bytes()
}
