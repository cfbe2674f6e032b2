package render

import (
	"strings"

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
	Decisions []Decided
	Layouts   *Layouts
	Assets    func(name string) string // where an asset was put; "" where there is none
	Files     map[string]FileInfo      // the files of the content folder that pages refer to
	Withdrawn []link.Withdrawn         // what was deleted on purpose
	BaseURL   string                   // absolute, ends in "/"; "" where none is known
	Version   string
}

// Decided is a decision and the tree its states are drawn from.
type Decided struct {
	*decision.Verdict
	Tree *decision.Tree // nil where the decision has faults
}

// drawn reports whether the decision has states to draw.
func (d Decided) drawn() bool { return d.Tree != nil && d.Tree.Root != nil }

// FileInfo is what a page needs to know of a file it shows.
type FileInfo struct {
	Path          string // in the output
	Width, Height int    // of an image, in pixels; 0 where not known
}

// Renderer draws the pages of one site. It is safe for use by many goroutines.
type Renderer struct {
	in      Input
	shared  *Site   // what all pages show
	refs    []Ref   // every page as others mention it, by ID
	decided []*walk // the decisions that have a tree

	withdrawnOn map[string][]link.Withdrawn // anchors, by the address of their page
}

// New prepares what all pages share.
func New(in Input) *Renderer {
	r := &Renderer{in: in}
	r.refs = make([]Ref, len(in.Site.Pages))
	for i, p := range in.Site.Pages {
		r.refs[i] = r.ref(p)
	}
	r.decided = r.walks()
	r.withdrawnOn = map[string][]link.Withdrawn{}
	for _, w := range in.Withdrawn {
		if w.ID != "" {
			r.withdrawnOn[w.Path] = append(r.withdrawnOn[w.Path], w)
		}
	}
	r.shareSite()
	return r
}

// Files returns every file of the site that is drawn, as promises: nothing is
// drawn until a file's bytes are asked for. make is [output.Lazy] where they
// are kept, and [output.Func] where they are used once.
func (r *Renderer) Files(promise func(path string, data func() []byte) output.File) []output.File {
	var files []output.File
	add := func(path string, data func() []byte) { files = append(files, promise(path, data)) }
	for _, p := range r.in.Site.Pages {
		add(p.Path+"index.html", func() []byte { return r.Page(p) })
		add(p.Path+"preview.html", func() []byte { return r.Preview(p) })
		if !p.Virtual {
			add(MarkdownPath(p), func() []byte { return r.Markdown(p) })
		}
	}
	for _, g := range r.generated() {
		add(g.path, g.draw)
	}
	return files
}

// made is a file that no one page stands for.
type made struct {
	path string
	draw func() []byte
}

// generated lists the files beside the pages.
func (r *Renderer) generated() []made {
	list := r.lists()
	list = append(list, r.feeds()...)
	list = append(list, r.decisions()...)
	return append(list, r.redirects()...)
}

// root returns the way from the page at path up to the site's root.
func root(path string) string {
	if depth := strings.Count(path, "/"); depth > 0 {
		return strings.Repeat("../", depth)
	}
	return "./"
}

// must draws a layout that was checked before. What fails all the same is our
// mistake, and the page says so rather than the program dying.
func (r *Renderer) must(layout string, v *View) []byte {
	data, err := r.in.Layouts.execute(layout, v)
	if err != nil {
		return []byte("<!doctype html><title>This page could not be drawn</title><p>" + htmlEscape(err.Error()))
	}
	return data
}
