package build

import (
	"cmp"
	"fmt"
	"sync"

	"quandary/internal/content"
	"quandary/internal/output"
	"quandary/internal/parallel"
	"quandary/internal/search"
	"quandary/internal/site"
)

// searchKey is all that a page's part of the index depends on beside its
// fields, which are part of its file: what its decision asks is said by other
// pages too.
type searchKey struct {
	page                    *content.Page
	path, kind, lang, asked string
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
			key := searchKey{p.Page, p.Path, cmp.Or(p.Kind, &site.Kind{}).Label, p.Language, fmt.Sprint(asked[p.ID])}
			analyse := func() *search.Entry { return search.Analyse(document(p, key, asked[p.ID])) }
			if b.Options.Keep { // there will be a next time
				analyse = b.index.get(key, func() func() *search.Entry { return sync.OnceValue(analyse) })
			}
			entries = append(entries, analyse)
		}
		made := make([]*search.Entry, len(entries))
		parallel.Each(len(entries), func(i int) { made[i] = entries[i]() })
		var files output.Set
		for _, f := range search.Build(made) {
			files.Add(output.New(f.Path, f.Data))
		}
		return &files
	})
}

// document is a page as the search sees it.
func document(p *site.Page, key searchKey, asked []search.Section) search.Document {
	d := search.Document{URL: p.Path, Title: p.Title, Kind: key.kind, Summary: p.Summary, Language: key.lang}
	for _, a := range p.Aliases {
		d.Aliases = append(d.Aliases, a.Text)
	}
	for _, f := range p.Fields {
		if f.Type.Type == "text" || f.Type.Type == "choice" {
			d.Fields = append(d.Fields, f.Values...)
		}
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
			asked[v.Page] = append(asked[v.Page], search.Section{Heading: q.Ask, Text: text})
		}
	}
	return asked
}
