package build_test

import (
	"bytes"
	"fmt"
	"html"
	"maps"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"quandary/internal/build"
	"quandary/internal/content"
	"quandary/internal/diag"
	"quandary/internal/fix"
	"quandary/internal/ledger"
	"quandary/internal/link"
	"quandary/internal/markdown"
	"quandary/internal/site"
	"quandary/internal/source"
)

// TestHistories plays what happens to a published site. An archive in
// testdata/history holds the files "before/..." and "after/..."; lines
// "withdraw ADDRESS WHY" in its comment are what the writer says in the ledger.
// "want" is the ledger of the site before, what the check of the site after
// says, the mends it makes, and what is left then.
func TestHistories(t *testing.T) {
	files, err := filepath.Glob("testdata/history/*.txtar")
	if err != nil || len(files) < 12 {
		t.Fatalf("%d archives (%v)", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			want := &archive.Files[len(archive.Files)-1]
			if want.Name != "want" {
				t.Fatal("the last file must be called want")
			}
			got := playHistory(t, archive)
			if *update {
				want.Data = []byte(got)
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if d := cmp.Diff(string(want.Data), got); d != "" {
				t.Errorf("-want +got:\n%s", d)
			}
		})
	}
}

func playHistory(t *testing.T, archive *txtar.Archive) string {
	var out strings.Builder
	w := newWorld()
	w.lay(archive, "before/")
	book := w.build().NextLedger()
	for line := range strings.Lines(string(book)) {
		if !strings.HasPrefix(line, "# ") {
			out.WriteString(line)
		}
	}
	w.files = map[string]*source.File{}
	w.lay(archive, "after/")
	for line := range strings.Lines(string(archive.Comment)) {
		if rest, ok := strings.CutPrefix(strings.TrimSpace(line), "withdraw "); ok {
			address, why, _ := strings.Cut(rest, " ")
			book = withdraw(book, address, why)
		}
	}
	w.put("content/"+ledger.Name, book)
	fmt.Fprintf(&out, "\n== check\n%s", describe(w.build().Diags))
	mends := w.mend()
	fmt.Fprintf(&out, "\n== mends\n%s", fix.Diff(mends))
	res := w.build()
	fmt.Fprintf(&out, "\n== left\n%s", describe(res.Diags))
	for line := range strings.Lines(string(book)) {
		if m := besidePages.FindStringSubmatch(line); m != nil {
			address, _ := url.PathUnescape(m[1])
			fmt.Fprintf(&out, "%s %s\n", address, shownAt(res, address[1:]))
		}
	}
	return out.String()
}

// besidePages matches a line of the ledger for a state of a decision or a file.
var besidePages = regexp.MustCompile(`^(/\S+) [?-]\s`)

// shownAt says what a visitor of an address meets there.
func shownAt(res *build.Result, address string) string {
	if _, ok := res.Set.Get(address); ok {
		return "is a file"
	}
	f, ok := res.Set.Get(path.Join(address, "index.html"))
	if !ok {
		return "is not there"
	}
	page := string(f.Bytes())
	if m := sentOn.FindStringSubmatch(page); m != nil {
		return "leads to " + html.UnescapeString(m[1])
	}
	if strings.HasPrefix(page, `<main class="withdrawn">`) {
		return "is withdrawn"
	}
	return "is there"
}

// withdraw says at the end of an address's line that it was withdrawn.
func withdraw(book []byte, address, why string) []byte {
	var out []byte
	for line := range bytes.Lines(book) {
		if word, _, _ := bytes.Cut(bytes.TrimSpace(line), []byte(" ")); string(word) == address {
			line = fmt.Appendf(nil, "%s withdrawn 2026-11-22: %s\n", bytes.TrimSpace(line), why)
		}
		out = append(out, line...)
	}
	return out
}

// world is a site in memory, which is changed and built again and again.
type world struct {
	builder *build.Builder
	files   map[string]*source.File
	parsed  map[*source.File]*content.Page
}

func newWorld() *world {
	return &world{builder: &build.Builder{}, files: map[string]*source.File{}, parsed: map[*source.File]*content.Page{}}
}

func (w *world) put(name string, data []byte) { w.files[name] = source.NewFile(name, data) }

func (w *world) lay(archive *txtar.Archive, prefix string) {
	for _, f := range archive.Files {
		if name, ok := strings.CutPrefix(f.Name, prefix); ok {
			w.put(name, f.Data)
		}
	}
}

func (w *world) build() *build.Result {
	tree := &source.Tree{}
	for _, f := range w.files {
		if strings.HasSuffix(f.Path, ".md") {
			tree.Files = append(tree.Files, f)
		} else {
			tree.Other = append(tree.Other, f.Path)
		}
	}
	slices.SortFunc(tree.Files, func(a, b *source.File) int { return strings.Compare(a.Path, b.Path) })
	slices.Sort(tree.Other)
	tree.Files = append(tree.Files, plainLayouts...)
	return w.builder.Build(tree, "content/", func(name string) ([]byte, error) {
		if f := w.files[name]; f != nil {
			return f.Data, nil
		}
		return nil, os.ErrNotExist
	})
}

// checked is what the stages that know of addresses make of the world.
type checked struct {
	site   *site.Site
	graph  *link.Graph
	ledger *ledger.Ledger
	diags  diag.List
}

// check runs those stages alone, which takes a fraction of the time of a build.
func (w *world) check() (c checked) {
	var pages []*content.Page
	for _, name := range slices.Sorted(maps.Keys(w.files)) {
		f := w.files[name]
		if path.Ext(name) != ".md" {
			continue
		}
		if w.parsed[f] == nil {
			w.parsed[f], _ = content.Parse(f, strings.TrimPrefix(name, "content/"), markdown.Options{Quotes: true})
		}
		pages = append(pages, w.parsed[f])
	}
	var faults [4]diag.List
	c.site, faults[0] = site.Assemble(pages, nil, "", false)
	c.graph, faults[1] = link.Resolve(c.site)
	kept := w.files["content/"+ledger.Name]
	if kept == nil {
		kept = source.NewFile(ledger.Name, nil)
	}
	c.ledger, faults[2] = ledger.Read(kept)
	_, faults[3] = c.ledger.Check(c.site, c.graph)
	c.diags = slices.Concat(faults[:]...).Sort()
	return c
}

// mend makes the mends that are certain until there are none, as the command
// does, and returns what they changed.
func (w *world) mend() []fix.Change {
	first := map[string]*source.File{}
	for range 20 {
		changes, n := fix.Apply(w.check().diags)
		if n == 0 {
			break
		}
		for _, c := range changes {
			if first[c.File.Path] == nil {
				first[c.File.Path] = c.File
			}
			if w.files[c.File.Path] == nil {
				panic("a mend of " + c.File.Path + ", which is not there")
			}
			w.put(c.File.Path, c.Data)
		}
	}
	var all []fix.Change
	for name, f := range first {
		all = append(all, fix.Change{File: f, Data: w.files[name].Data})
	}
	slices.SortFunc(all, func(a, b fix.Change) int { return strings.Compare(a.File.Path, b.File.Path) })
	return all
}

// plainLayouts draw what matters to addresses, and nothing else.
var plainLayouts = []*source.File{
	source.NewFile("layouts/base.html", []byte(`{{define "base"}}{{if eq .Layout "withdrawn"}}<main class="withdrawn">{{.Page.Summary}} <a href="{{.URL .Moved.Path}}">{{.Moved.Title}}</a></main>{{else}}<h1{{with .Page.Source.Doc.Title}} id="{{.ID}}"{{end}}>{{.Page.Title}}</h1>{{.Content}}{{end}}{{end}}`)),
	source.NewFile("layouts/moved.html", []byte(`{{define "moved"}}<html data-moved="{{.URL .Moved.Path}}">{{end}}`)),
	source.NewFile("layouts/rest.html", []byte(`{{define "preview"}}{{end}}{{define "embed"}}{{end}}`)),
}
