// Package link owns the references between pages: where every link, image,
// embed and relation leads, what leads back, and what leads nowhere.
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
	"quandary/internal/site"
)

// Graph is every reference of a site. Its slices are indexed by [site.Page].ID.
type Graph struct {
	Targets   [][]Target // for each page, one for each of its document's links
	Backlinks [][]Backlink
	Relations [][]Relation
	Files     []string // the files of the content folder that something refers to, sorted
}

// Target is where one link leads.
type Target struct {
	Page     *site.Page // nil where it does not lead to a page
	File     string     // a file of the content folder, or ""
	External string     // an address elsewhere, or ""
	Fragment string     // of a page: the anchor, without "#"
}

// Broken reports whether the link leads nowhere.
func (t Target) Broken() bool { return t.Page == nil && t.File == "" && t.External == "" }

// Backlink is a link from another page, seen from the page it leads to.
type Backlink struct {
	From *site.Page
	Link int // index into From.Doc.Links: the first that leads here
}

// Relation is a typed reference between two pages, seen from one of them.
type Relation struct {
	Type    *site.RelationType
	Inverse bool // it comes from Other; else it leads there
	Other   *site.Page
}

// Resolve finds where every reference of the site leads.
func Resolve(s *site.Site) (*Graph, diag.List) {
	r := &resolver{site: s, names: sync.OnceValue(func() *names { return indexNames(s) })}
	r.files = sync.OnceValue(r.indexFiles)
	g := &Graph{Targets: make([][]Target, len(s.Pages)), Relations: make([][]Relation, len(s.Pages))}
	faults := make([]diag.List, len(s.Pages))
	each(len(s.Pages), func(i int) {
		p := s.Pages[i]
		g.Targets[i] = r.page(p, &faults[i])
		g.Relations[i] = r.relations(p, &faults[i])
	})
	var diags diag.List
	for _, f := range faults {
		diags = append(diags, f...)
	}
	g.invertRelations(s)
	g.backlinks(s)
	g.listFiles()
	diags = append(diags, g.embedCircles(s)...)
	return g, append(diags, g.orphans(s)...)
}

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
