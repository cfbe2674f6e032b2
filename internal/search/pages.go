package search

import (
	"slices"
	"strings"
)

// kinds records every page's kind as runs, which follow the folders.
func (m *manifest) kinds(pages []*Entry) {
	for _, e := range pages {
		if e.kind != "" && !slices.Contains(m.Kinds, e.kind) {
			m.Kinds = append(m.Kinds, e.kind)
		}
	}
	if m.Kinds == nil {
		return
	}
	slices.Sort(m.Kinds)
	for _, e := range pages {
		kind := slices.Index(m.Kinds, e.kind)
		if n := len(m.Runs); n > 0 && m.Runs[n-2] == kind {
			m.Runs[n-1]++
		} else {
			m.Runs = append(m.Runs, kind, 1)
		}
	}
}

// documents writes the text pieces and the page list.
func (m *manifest) documents(pages []*Entry, p *pieces) {
	starts := cut(len(pages), textPiece,
		func(i int) int { return len(pages[i].text) + 1 },
		func(i int) int { return shared(pages[i-1].url, pages[i].url) })
	var list []byte
	first, before := 0, ""
	for _, of := range ranges(starts, len(pages)) {
		start, end := of[0], of[1]
		if len(pages) > inline && start-first >= listPiece {
			m.Lists = append(m.Lists, first, p.add(list))
			list, first, before = nil, start, ""
		}
		list = append(append(append(list, '#'), p.add(texts(pages[start:end]))...), '\n')
		for _, e := range pages[start:end] {
			list, before = listed(list, e, before)
		}
	}
	if len(pages) > inline {
		m.Lists = append(m.Lists, first, p.add(list))
	} else {
		m.List = string(list)
	}
}

func texts(pages []*Entry) []byte {
	var b []byte
	for _, e := range pages {
		b = append(append(b, e.text...), '\n')
	}
	return b
}

// listed appends the page's line, and returns its address as coded for the
// next one: what repeats the title at its end becomes a tilde.
func listed(list []byte, e *Entry, before string) ([]byte, string) {
	url := e.url
	if s := slug(e.title) + "/"; s != "/" && strings.HasSuffix(url, s) {
		url = strings.TrimSuffix(url, s) + "~"
	}
	list = append(appendShared(list, before, url), '\t')
	return append(append(list, flat(e.title)...), '\n'), url
}
