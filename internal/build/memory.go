package build

import (
	"bytes"
	"image"
	_ "image/gif"  // for the sizes of GIF images
	_ "image/jpeg" // of JPEG
	_ "image/png"  // of PNG
	"slices"

	_ "golang.org/x/image/webp" // and of WebP

	"quandary/internal/content"
	"quandary/internal/diag"
	"quandary/internal/markdown"
	"quandary/internal/output"
	"quandary/internal/parallel"
	"quandary/internal/site"
	"quandary/internal/source"
)

// memory remembers values from one build to the next. What a build does not
// ask for is forgotten after it.
type memory[K comparable, V any] struct{ last, next map[K]V }

// turn forgets what the last build did not use.
func (m *memory[K, V]) turn() { m.last, m.next = m.next, make(map[K]V, len(m.next)) }

// once remembers the result of the last call, for as long as its files stay
// the same.
type once[V any] struct {
	files []*source.File
	value V
	diags diag.List
}

func (o *once[V]) get(files []*source.File, make func([]*source.File) (V, diag.List)) (V, diag.List) {
	if o.files == nil || !slices.Equal(o.files, files) {
		o.files = slices.Clone(files)
		o.value, o.diags = make(slices.Clone(files))
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
	var opts markdown.Options
	var patterns []string
	if s.home != nil {
		home, _ := content.Parse(s.home, "index.md", opts)
		settings, _ := site.ReadSettings(home, "") // what is wrong is told by site.Assemble
		opts, patterns = settings.MarkdownOptions(), settings.Exclude
	} else {
		opts.Quotes = true
	}
	wanted := make([]pageKey, 0, len(s.pages))
	for _, p := range s.pages {
		if !excluded(p.name, patterns) {
			wanted = append(wanted, pageKey{p.file, p.name, opts})
		}
	}
	b.pages.turn()
	results := make([]parsed, len(wanted))
	parallel.Each(len(wanted), func(i int) {
		if known, ok := b.pages.last[wanted[i]]; ok {
			results[i] = known
			return
		}
		page, faults := content.Parse(wanted[i].file, wanted[i].name, opts)
		results[i] = parsed{page, faults}
	})
	for i, r := range results {
		b.pages.next[wanted[i]] = r
		pages = append(pages, r.page)
		faults = append(faults, r.diags...)
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
			known.file = output.Func(name, func() []byte {
				data, _ := read(prefix + name) // it was there a moment ago
				return data
			})
			if config, _, err := image.DecodeConfig(bytes.NewReader(data)); err == nil {
				known.size = image.Pt(config.Width, config.Height)
			}
		}
		b.files.next[key] = known
		sizes[name], res.read[prefix+name] = known.size, string(known.file.Digest()) // before it can change
		res.Set.Add(known.file)
	}
	return sizes, faults
}
