package search

import (
	"bufio"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
)

// golden is a query with the pages that answer it.
type golden struct {
	class, query string
	pages        []string
}

func readGolden(tb testing.TB, name string) []golden {
	tb.Helper()
	f, err := os.Open(name)
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	var set []golden
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if l := lines.Text(); l != "" && l[0] != '#' {
			fields := strings.Split(l, "\t")
			set = append(set, golden{fields[0], fields[1], strings.Fields(fields[2])})
		}
	}
	return set
}

// TestGolden asks the golden queries of a folder of Markdown, which may be any:
//
//	QUANDARY_GOLDEN=path/of/code-with-engineering-playbook go test -run Golden -v ./internal/search
func TestGolden(t *testing.T) {
	dir := os.Getenv("QUANDARY_GOLDEN")
	if dir == "" {
		t.Skip("QUANDARY_GOLDEN names no folder of the handbook that testdata/golden.txt is about")
	}
	judge(t, corpus(t, dir), readGolden(t, "testdata/golden.txt"))
}

// TestGoldenOwn asks what readers of the site that Quandary ships with might.
func TestGoldenOwn(t *testing.T) {
	judge(t, corpus(t, "../../content"), readGolden(t, "testdata/golden-own.txt"))
}

// judge holds the answers to the targets: exact titles always first, nine in
// ten answers first, all but two in a hundred (or two) among the first three.
func judge(t *testing.T, docs []Document, set []golden) {
	in := run{Files: index(docs)}
	for _, g := range set {
		in.Asks = append(in.Asks, ask{Q: g.query})
	}
	for _, d := range docs {
		in.Asks = append(in.Asks, ask{Q: d.Title, Kept: true})
	}
	answers := engine(t, in).Answers
	rates := map[string]*rate{}
	for i, g := range set {
		for _, class := range []string{g.class, "all"} {
			if rates[class] == nil {
				rates[class] = &rate{}
			}
			rates[class].count(answers[i], g.pages)
		}
		if r := rank(answers[i], g.pages); r > 0 {
			t.Logf("%s %q: place %d; first is %s", g.class, g.query, r, answers[i].Results[0].URL)
		} else if r < 0 {
			t.Logf("%s %q: not found", g.class, g.query)
		}
	}
	for _, class := range slices.Sorted(maps.Keys(rates)) {
		t.Logf("%-7s %s", class, rates[class])
	}
	if all := rates["all"]; all.first*10 < all.asked*9 || all.asked-all.three > max(2, all.asked/50) {
		t.Errorf("of all answers %s", all)
	}
	for i, d := range docs {
		if a := answers[len(set)+i]; fold(d.Title) != "" && (len(a.Results) == 0 || !strings.EqualFold(strings.Join(a.Results[0].Title, ""), d.Title)) {
			t.Errorf("the title %q is not first", d.Title)
		}
	}
}

type rate struct{ asked, first, three, requests, bytes int }

func (r *rate) count(a answer, pages []string) {
	place := rank(a, pages)
	r.asked++
	r.requests += a.Requests
	r.bytes += a.Bytes
	if place == 0 {
		r.first++
	}
	if place >= 0 && place < 3 {
		r.three++
	}
}

func (r *rate) String() string {
	return fmt.Sprintf("%3d asked: %3d%% first, %3d%% in the first three; %.1f requests, %d bytes compressed",
		r.asked, 100*r.first/r.asked, 100*r.three/r.asked, float64(r.requests)/float64(r.asked), r.bytes/r.asked)
}

// rank is the place of the first answer among the pages, or -1.
func rank(a answer, pages []string) int {
	return slices.IndexFunc(a.Results, func(r result) bool {
		url, _, _ := strings.Cut(r.URL, "#")
		return slices.ContainsFunc(pages, func(p string) bool { return strings.EqualFold(url, strings.TrimPrefix(p+"/", "/")) })
	})
}
