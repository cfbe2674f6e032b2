package search

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"quandary/internal/asset"
	"quandary/internal/source"
)

func compressed(text string) int {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		panic(err)
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.Len()
}

// scriptAndStyle is what a browser loads of the search before any index: the
// script, and what the search adds to the style sheet.
func scriptAndStyle(t *testing.T) int {
	size := func(style bool) (script, sheet int) {
		var files []*source.File
		names, err := filepath.Glob("../../assets/*.*s")
		if err != nil || len(names) == 0 {
			t.Fatal("no assets", err)
		}
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if filepath.Base(name) == "search.css" && !style {
				data = nil
			}
			files = append(files, source.NewFile("assets/"+filepath.Base(name), data))
		}
		bundle, faults := asset.Make(files)
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		for _, f := range bundle {
			switch f.Path {
			case bundle.Path("search.js"):
				script = compressed(string(f.Data))
			case bundle.Path("main.css"):
				sheet = compressed(string(f.Data))
			}
		}
		if script == 0 || sheet == 0 {
			t.Fatal("no script or no style was made")
		}
		return script, sheet
	}
	script, sheet := size(true)
	_, without := size(false)
	return script + sheet - without
}

// prose makes n pages of so many words that are as common as words are: a few
// everywhere, most hardly anywhere, and those of a page's title in its text.
func prose(n, words int) []Document {
	r := rand.New(rand.NewPCG(7, uint64(n)))
	vocabulary := make([]string, 30000)
	for i := range vocabulary {
		for range 1 + min(4, len(fmt.Sprint(i))/2+r.IntN(2)) {
			vocabulary[i] += strings.Fields("ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu sta tri plo gen ment ver con ta er st")[r.IntN(30)]
		}
	}
	zipf := rand.NewZipf(r, 1.15, 4, uint64(len(vocabulary)-1))
	word := func() string { return vocabulary[zipf.Uint64()] }
	some := func(n int) string {
		picked := make([]string, n)
		for i := range picked {
			picked[i] = word()
		}
		return strings.Join(picked, " ")
	}
	docs := make([]Document, n)
	for i := range docs {
		docs[i] = Document{URL: fmt.Sprintf("part-%d/%s-%d/", i/20, word(), i), Title: strings.TrimSpace(some(2) + " " + vocabulary[200+r.IntN(20000)])}
		for s := range 6 {
			text := ""
			for range words / 6 / 12 {
				text += some(11) + " " + strings.Fields(docs[i].Title)[r.IntN(3)] + ".\n"
			}
			docs[i].Sections = append(docs[i].Sections, Section{ID: fmt.Sprint("s", s), Heading: some(3), Text: text})
		}
	}
	return docs
}

// queries takes n of one to four words from titles, headings and texts.
func queries(docs []Document, n int) []string {
	r := rand.New(rand.NewPCG(8, 8))
	var all []string
	for len(all) < n {
		d := docs[r.IntN(len(docs))]
		text := d.Title
		if len(d.Sections) > 0 {
			s := d.Sections[r.IntN(len(d.Sections))]
			text = []string{d.Title, s.Heading, s.Text}[r.IntN(3)]
		}
		if words := strings.FieldsFunc(text, func(r rune) bool { return !inWord(r) }); len(words) > 0 {
			from := r.IntN(len(words))
			all = append(all, strings.Join(words[from:min(len(words), from+1+r.IntN(4))], " "))
		}
	}
	return all
}

// TestBudgets holds searches to what they may cost: a first query with script
// and style, a next one, and the index beside the text it is of. Sites are the
// one that Quandary ships with, made-up ones, and what QUANDARY_CORPUS names.
// A page list in pieces, of ten thousand pages, adds its requests.
func TestBudgets(t *testing.T) {
	sites := []struct {
		name        string
		docs        []Document
		first, next int
		share       int // percent
	}{
		{"playbook", corpus(t, "../../content"), 15000, 15000, 80},
		{"20 long pages", prose(20, 3000), 15000, 15000, 60},
		{"900 pages", prose(900, 900), 40000, 15000, 60},
		{"10,000 pages", nil, 60000, 30000, 60},
	}
	if !testing.Short() {
		sites[3].docs = prose(10000, 500)
	}
	if dir := os.Getenv("QUANDARY_CORPUS"); dir != "" {
		sites[0].name, sites[0].docs, sites[0].first, sites[0].share = dir, corpus(t, dir), 40000, 60
	}
	shell := scriptAndStyle(t)
	for _, site := range sites {
		if site.docs == nil {
			continue
		}
		in := run{Files: index(site.docs)}
		all := queries(site.docs, 200)
		for i, q := range all {
			in.Asks = append(in.Asks, ask{Q: q}, ask{Q: all[(i+1)%len(all)], Kept: true})
		}
		answers := engine(t, in).Answers
		var first, next, requests []int
		for i := 0; i < len(answers); i += 2 {
			words := len(strings.Fields(in.Asks[i+1].Q))
			first, next, requests = append(first, shell+answers[i].Bytes), append(next, answers[i+1].Bytes), append(requests, answers[i+1].Requests)
			if n := answers[i+1].Requests; n > max(3, words+1) && len(site.docs) <= inline {
				t.Errorf("%s: %d requests for %q", site.name, n, in.Asks[i+1].Q)
			}
		}
		size, text := 0, 0
		for _, f := range in.Files {
			size += compressed(f)
		}
		for _, d := range site.docs {
			page := d.Title + "\n" + d.Summary
			for _, s := range d.Sections {
				page += "\n" + s.Heading + "\n" + s.Text
			}
			text += compressed(page)
		}
		t.Logf("%s, %d pages: first query %s; next %s in %s requests; index %d%% of the text",
			site.name, len(site.docs), span(first), span(next), span(requests), 100*size/text)
		if worst := slices.Max(first); worst > site.first {
			t.Errorf("%s: a first query takes %d bytes: %q", site.name, worst, all[slices.Index(first, worst)])
		}
		if worst := slices.Max(next); worst > site.next {
			t.Errorf("%s: a next query takes %d bytes", site.name, worst)
		}
		if 100*size > site.share*text {
			t.Errorf("%s: the index takes %d bytes, the text %d", site.name, size, text)
		}
	}
}

// span says what is usual and what is worst.
func span(all []int) string {
	sum := 0
	for _, n := range all {
		sum += n
	}
	return fmt.Sprintf("%.1f (at most %d)", float64(sum)/float64(len(all)), slices.Max(all))
}
