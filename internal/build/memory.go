package build

import (
	"bytes"
	"cmp"
	"fmt"
	"image"
	_ "image/gif"  // for the sizes of GIF images
	_ "image/jpeg" // of JPEG
	_ "image/png"  // of PNG
	"slices"
	"sync"

	_ "golang.org/x/image/webp" // and of WebP

	"quandary/internal/content"
	"quandary/internal/decision"
	"quandary/internal/diag"
	"quandary/internal/ledger"
	"quandary/internal/markdown"
	"quandary/internal/matter"
	"quandary/internal/output"
	"quandary/internal/parallel"
	"quandary/internal/search"
	"quandary/internal/site"
	"quandary/internal/source"
)

// memory remembers values from one build to the next. What a build does not
// ask for is forgotten after it.
type memory[K comparable, V any] struct{ last, next map[K]V }

// turn forgets what the last build did not use.
func (m *memory[K, V]) turn() { m.last, m.next = m.next, make(map[K]V, len(m.next)) }

// get returns the value of key: that of the last build, or else a new one.
func (m *memory[K, V]) get(key K, make func() V) V {
	value, known := m.last[key]
	if !known {
		value = make()
	}
	m.next[key] = value
	return value
}

// once remembers the result of the last call, for as long as its files say the
// same.
type once[V any] struct {
	files []*source.File
	value V
	diags diag.List
}

func (o *once[V]) get(files []*source.File, make func([]*source.File) (V, diag.List)) (V, diag.List) {
	same := func(a, b *source.File) bool { return a == b || a.Path == b.Path && bytes.Equal(a.Data, b.Data) }
	if o.files == nil || !slices.EqualFunc(o.files, files, same) {
		o.files = files
		o.value, o.diags = make(files)
	}
	return o.value, o.diags
}

// pageKey is all that a page as written depends on.
type pageKey struct {
	file *source.File
	name string
	opts markdown.Options
}

// parse reads the pages, those that did not change from memory.
func (b *Builder) parse(s sources) (pages []*content.Page, faults diag.List) {
	home := content.Virtual("")
	home.Matter, _, _ = matter.Parse(s.home)
	settings, _ := site.ReadSettings(home, "") // what is wrong is told by site.Assemble
	var reads []func() (*content.Page, diag.List)
	b.pages.turn()
	for _, p := range s.pages {
		if excluded(p.name, settings.Exclude) {
			continue
		}
		p.opts = settings.MarkdownOptions()
		read := func() (*content.Page, diag.List) { return content.Parse(p.file, p.name, p.opts) }
		reads = append(reads, b.pages.get(p, func() func() (*content.Page, diag.List) { return sync.OnceValues(read) }))
	}
	parallel.Each(len(reads), func(i int) { reads[i]() })
	for _, read := range reads {
		page, wrong := read()
		pages = append(pages, page)
		faults = append(faults, wrong...)
	}
	return pages, faults
}

// fileKey is a file that pages refer to, in one state.
type fileKey struct {
	name  string
	stamp source.Stamp
}

// loaded is what we keep of such a file, which may be large: not its bytes.
type loaded struct {
	file output.File
	size image.Point // of an image, in pixels
}

// load promises the files that pages refer to, and finds the size of images.
func (b *Builder) load(res *Result, tree *source.Tree, prefix string, read Read) (sizes map[string]image.Point, faults diag.List) {
	sizes = make(map[string]image.Point, len(res.Graph.Files))
	b.files.turn()
	for _, name := range slices.Concat(res.Graph.Files, res.kept.Files) {
		key := fileKey{name, tree.Stamp(prefix + name)}
		known, ok := b.files.last[key]
		if !ok {
			data, err := read(prefix + name)
			if err != nil {
				faults.Add("file/unreadable", res.Site.Home.Place(), "a page refers to "+prefix+name+", which cannot be read: "+err.Error())
				res.read[prefix+name] = ""
				continue
			}
			known.file = output.New(name, data).From(func(*bytes.Buffer) []byte {
				data, _ := read(prefix + name) // it was there a moment ago
				return data
			})
			if config, _, err := image.DecodeConfig(bytes.NewReader(data)); err == nil {
				known.size = image.Pt(config.Width, config.Height)
			}
		}
		b.files.next[key] = known
		sizes[name], res.read[prefix+name] = known.size, string(known.file.Digest())
		res.Set.Add(known.file)
	}
	return sizes, faults
}

// recall reads the ledger, if the site keeps one, and holds the site against
// it. In a preview, where headings come and go, what is gone is a warning.
func (b *Builder) recall(res *Result, read Read) diag.List {
	data, _ := read(res.ledgerName) // nil where it cannot be
	var faults, gone diag.List
	readFirst := func(files []*source.File) (*ledger.Ledger, diag.List) { return ledger.Read(files[0]) }
	res.Ledger, faults = b.ledger.get([]*source.File{source.NewFile(res.ledgerName, data)}, readFirst)
	res.kept, gone = res.Ledger.Check(res.Site, res.Graph)
	for i := 0; i < len(gone) && b.Options.Keep; i++ {
		gone[i].Severity = diag.Warning
	}
	return slices.Concat(faults, gone)
}

// NextLedger is the text of the ledger once this build is published.
func (r *Result) NextLedger() []byte { return r.Ledger.Update(r.Site, r.Graph, r.states) }

// decisionMemory remembers the decisions of the last build, which are made from
// the front matter of few pages: the others are empty in rules. Nodes stay the same
// for as long as their file does.
type decisionMemory struct {
	rules []decision.Page
	kinds []string
	value []*decision.Verdict
	diags diag.List
}

// decide proves the decisions of the site and plans their trees.
func (b *Builder) decide(res *Result) diag.List {
	pages, rules := make([]decision.Page, len(res.Site.Pages)), make([]decision.Page, len(res.Site.Pages))
	for i, p := range res.Site.Pages {
		pages[i] = decision.Page{File: p.File, Title: p.Title, Broken: p.Broken}
		pages[i].When, pages[i].Decision = p.Matter.Get("when"), p.Matter.Get("decision")
		if p.Kind != nil {
			pages[i].Kind = p.Kind.Name
		}
		if pages[i].When != nil || pages[i].Decision != nil || pages[i].Kind != "" {
			rules[i] = pages[i]
		}
	}
	kinds := make([]string, len(res.Site.Kinds))
	for i, k := range res.Site.Kinds {
		kinds[i] = k.Name
	}
	m := &b.decided
	if slices.Equal(m.rules, rules) && slices.Equal(m.kinds, kinds) {
		res.Decisions = m.value
		return m.diags
	}
	verdicts, diags := decision.Compile(pages, kinds)
	for _, v := range verdicts {
		if v.Faulty {
			continue
		}
		if v.Tree = decision.Plan(v.Decision); v.Tree.TooLarge != "" {
			diags.Add("decision/too-large", pages[v.Page].Decision.Place, "the tree of this decision cannot be drawn: "+v.Tree.TooLarge)
		}
	}
	*m = decisionMemory{rules, kinds, verdicts, diags}
	res.Decisions = verdicts
	return diags
}

// searchKey is all that a page's part of the index depends on: what its fields are,
// and what its decision asks, is said by other pages too.
type searchKey struct {
	page                   *content.Page
	path, kind, lang, more string
}

// searchMemory remembers the analysis of each page, which is made when the index
// is first asked for.
type searchMemory = memory[searchKey, func() *search.Entry]

// search promises the search index. In a preview nobody may ask for it.
func (b *Builder) search(res *Result) {
	res.Set.AddFolder("search", func() *output.Set {
		b.indexing.Lock() // that of the build before may still be in the making
		defer b.indexing.Unlock()
		asked := decisionSections(res)
		var entries []func() *search.Entry
		b.index.turn()
		for _, p := range res.Site.Pages {
			if p.Virtual || p.Hidden {
				continue
			}
			key := searchKey{p.Page, p.Path, cmp.Or(p.Kind, &site.Kind{}).Label, p.Language, fmt.Sprint(indexed(p), asked[p.ID])}
			analyse := func() *search.Entry { return search.Analyse(document(p, key, asked[p.ID])) }
			if b.Options.Keep { // there will be a next time
				analyse = b.index.get(key, func() func() *search.Entry { return sync.OnceValue(analyse) })
			}
			entries = append(entries, analyse)
		}
		made := make([]*search.Entry, len(entries))
		parallel.Each(len(entries), func(i int) { made[i] = entries[i]() })
		var files output.Set
		for path, data := range search.Build(made) {
			files.Add(output.New(path, data))
		}
		return &files
	})
}

// document is a page as the search sees it.
func document(p *site.Page, key searchKey, asked []search.Section) search.Document {
	d := search.Document{URL: p.Path, Title: p.Title, Kind: key.kind, Summary: p.Summary, Language: key.lang, Fields: indexed(p)}
	for _, a := range p.Aliases {
		d.Aliases = append(d.Aliases, a.Text)
	}
	for _, s := range p.Doc.Sections {
		section := search.Section{Text: s.Text}
		if s.Heading >= 0 {
			section.ID, section.Heading = p.Doc.Headings[s.Heading].ID, p.Doc.Headings[s.Heading].Text
		}
		d.Sections = append(d.Sections, section)
	}
	d.Sections = append(d.Sections, asked...)
	return d
}

// indexed are the values of a page's fields that are worth finding, as its kind says.
func indexed(p *site.Page) (values []string) {
	for _, f := range p.Fields {
		if f.Type.Type == "text" || f.Type.Type == "choice" {
			values = append(values, f.Values...)
		}
	}
	return values
}

// decisionSections are the questions and answers of the decisions, by the page
// that carries each.
func decisionSections(res *Result) map[int][]search.Section {
	asked := map[int][]search.Section{}
	for _, v := range res.Decisions {
		for _, q := range v.Questions {
			text := q.Help
			for _, a := range q.Answers {
				text += "\n" + a.Label
			}
			asked[v.Page] = append(asked[v.Page], search.Section{ID: "Main", Heading: q.Ask, Text: text})
		}
	}
	return asked
}
