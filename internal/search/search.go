// Package search owns the site's search index: what is in it, how it weighs,
// and the pieces a browser loads of it.
//
// It stands beside the pipeline, on plain documents. Analyse reads one page
// and is pure, parallel and worth remembering; Build joins what Analyse made
// into files, afresh every time. It must never read a file, know a layout or
// Markdown, or depend on the order its input comes in.
//
// The other half is assets/search-engine.js. The two share one notion of a
// word and an accent (words.go) and the format (pieces.go);
// engine_test.go holds them together.
package search

import (
	"encoding/json"
	"slices"
	"strings"
)

// Document is a page as search sees it: plain words, nothing to render.
type Document struct {
	URL      string   // relative to the site's root, "arguments/bottom-line/"; unique, and the order of pages
	Title    string   // a query equal to it (or to an alias), case and accents aside, finds the page first
	Kind     string   // what the kind filter offers; empty for none
	Summary  string   // weighs more than text and is the page's first snippet
	Aliases  []string // other names of the page, as good as its title
	Fields   []string // values of front matter worth finding
	Language string   // chooses the stemmer: "en", "pt-BR"; empty means English
	Sections []Section
}

// Section is a heading and the text up to the next one.
type Section struct {
	ID      string // the heading's fragment; empty before the first heading
	Heading string
	Text    string // plain text, code and tables included; blocks on lines of their own; the heading or title may be the first
}

// Build joins analysed pages into the index, files by their path from the site's
// root: a manifest at search/index.json and the pieces it names. The same entries
// make the same bytes in any order.
func Build(entries []*Entry) map[string][]byte {
	pages := slices.SortedFunc(slices.Values(entries), func(a, b *Entry) int { return strings.Compare(a.url, b.url) })
	m := manifest{Pages: len(pages), Weights: weights, Kinds: []string{""}, files: map[string][]byte{}}
	m.kinds(pages)
	m.documents(pages)
	m.words(pages)
	m.files["search/index.json"], _ = json.Marshal(m) // numbers and strings always encode
	return m.files
}
