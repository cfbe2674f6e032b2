// Package link owns the references between pages: where every link, image,
// embed, relation and old address leads, what leads back, and what leads
// nowhere.
//
// It is a whole-site stage, done afresh every time: milliseconds for thousands
// of pages, because each page's links are resolved apart from the others'. It
// never reads a file and never writes HTML.
package link

import (
	"runtime"
	"sync"
	"sync/atomic"

	"quandary/internal/diag"
	"quandary/internal/markdown"
	"quandary/internal/site"
)

// Graph is every reference of a site. Its slices are indexed by [site.Page].ID.
type Graph struct {
	Targets   [][]Target // for each page, one for each of its document's links
	Fields    [][]Target // for each page, one for each link of its fields' values, in order
	Backlinks [][]Backlink
	Relations [][]Relation
	Moved     [][]Moved  // for each page, the anchors it once had
	Redirects []Redirect // the addresses that pages once had, sorted
	Files     []string   // the files of the content folder that something refers to, sorted
}

// Target is where one link leads.
type Target struct {
	Page     *site.Page // nil where it does not lead to a page
	File     string     // a file of the content folder, or ""
	External string     // an address elsewhere, or ""
	Fragment string     // of a page or file: the anchor, without "#"
}

// Broken reports whether the link leads nowhere.
func (t Target) Broken() bool { return t.Page == nil && t.File == "" && t.External == "" }

// Backlink is a link from another page, seen from the page it leads to.
type Backlink struct {
	From *site.Page
	Link *markdown.Link // the first that leads here
}

// Relation is a typed reference between two pages, seen from one of them.
type Relation struct {
	Type    *site.RelationType
	Inverse bool // it comes from Other; else it leads there
	Other   *site.Page
}

// Resolve finds where every reference of the site leads.
func Resolve(s *site.Site) (*Graph, diag.List) {
	n := len(s.Pages)
	g := &Graph{Targets: make([][]Target, n), Fields: make([][]Target, n), Relations: make([][]Relation, n), Moved: make([][]Moved, n)}
	var diags diag.List
	r := newResolver(s)
	g.Redirects = r.readAliases(&diags)
	faults := make([]diag.List, n)
	embeds := make([]bool, n)
	slab := newSlab(s)
	each(n, func(i int) {
		v := visit{resolver: r, page: s.Pages[i], diags: &faults[i]}
		g.Targets[i] = v.links(slab.take(i))
		g.Fields[i] = v.fields()
		g.Relations[i] = v.relations()
		g.Moved[i] = v.moved()
		embeds[i] = v.embeds
	})
	for _, f := range faults {
		diags = append(diags, f...)
	}
	g.invertRelations(s)
	g.backlinks(s)
	g.listFiles()
	diags = append(diags, g.embedCircles(s, embeds)...)
	return g, append(diags, g.orphans(s)...)
}

// slab is the room for the targets of every page, in one piece.
type slab struct {
	all   []Target
	start []int
}

func newSlab(s *site.Site) slab {
	start := make([]int, len(s.Pages)+1)
	for i, p := range s.Pages {
		start[i+1] = start[i] + len(p.Doc.Links)
	}
	return slab{make([]Target, start[len(s.Pages)]), start}
}

func (s slab) take(i int) []Target { return s.all[s.start[i]:s.start[i+1]:s.start[i+1]] }

// each calls work for 0 to n-1 from as many goroutines as there are cores.
func each(n int, work func(i int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	const batch = 64
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for start := int(next.Add(batch)) - batch; start < n; start = int(next.Add(batch)) - batch {
				for i := start; i < min(start+batch, n); i++ {
					work(i)
				}
			}
		})
	}
	wg.Wait()
}
