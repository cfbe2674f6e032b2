package search

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func wordsOf(text string) []string {
	var words []string
	s := scanner{emit: func(word []byte, _ bool) { words = append(words, string(word)) }}
	s.scan(text)
	return words
}

func TestWords(t *testing.T) {
	for text, want := range map[string]string{
		"Read the team's notes":   "read the team s teams notes",
		"don’t, l'équipe":         "don t dont l équipe léquipe",
		"user_id":                 "user id userid",
		"kube-proxy.":             "kube proxy kubeproxy",
		"camelCase HTTPServer":    "camel case camelcase http server httpserver",
		"URLs v1.2 utf8":          "urls v1 2 v12 utf8",
		"a - b -- c":              "a b c",
		"漢字かな":                    "漢字 字か かな な",
		"React組件":                 "react 組件 件",
		"":                        "",
		"'quoted' -flag _x_":      "quoted flag x",
		strings.Repeat("ü", 50):   strings.Repeat("ü", longest),
		"ÜBER-größe":              "über größe übergröße",
		"\xff\xfe broken \xc3(ok": "broken ok",
	} {
		if got := strings.Join(wordsOf(text), " "); got != want {
			t.Errorf("words of %q = %q, want %q", text, got, want)
		}
	}
}

func TestFold(t *testing.T) {
	for word, want := range map[string]string{
		"résumé": "resume", "straße": "strasse", "smørrebrød": "smorrebrod", "ﬁn": "fin",
		"ёлка": "елка", "ὈΔΟΣ": "οδοσ", "שָׁלוֹם": "שלום", "ก่อน": "ก่อน", "が": "が", "½": "12",
	} {
		if got := fold(word); got != want {
			t.Errorf("fold(%q) = %q, want %q", word, got, want)
		}
	}
}

func TestLevels(t *testing.T) {
	if (count{total: 1}).level() != 0 || (count{total: 1<<16 - 1}).level() != levels-1 {
		t.Error("counts beyond the levels must take the nearest one")
	}
}

// handbook makes n pages of made-up words, the same for the same n.
func handbook(n int) []Document {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	words := make([]string, 0, 4000)
	syllables := strings.Fields("ta re mi so lun der vik an ost per ga tion ing ed ment al qu x é ö ши 漢")
	for range cap(words) {
		var b strings.Builder
		for range 1 + r.IntN(4) {
			b.WriteString(syllables[r.IntN(len(syllables))])
		}
		words = append(words, b.String())
	}
	some := func(n int) string {
		picked := make([]string, n)
		for i := range picked {
			picked[i] = words[min(r.IntN(len(words)), r.IntN(len(words)))]
		}
		return strings.Join(picked, " ")
	}
	docs := make([]Document, n)
	for i := range docs {
		docs[i] = Document{
			URL: fmt.Sprintf("part-%d/page-%d/", i/20, i), Title: some(3), Kind: []string{"", "note", "rule"}[i/20%3],
			Summary: some(8),
		}
		for s := range 6 {
			docs[i].Sections = append(docs[i].Sections, Section{ID: fmt.Sprint("s", s), Heading: some(2), Text: some(120)})
		}
	}
	return docs
}

func analysed(docs []Document) []*Entry {
	entries := make([]*Entry, len(docs))
	for i, d := range docs {
		entries[i] = Analyse(d)
	}
	return entries
}

func TestOrderNeverShows(t *testing.T) {
	docs := handbook(150)
	want := Build(analysed(docs))
	for seed := range uint64(4) {
		mixed := slices.Clone(docs)
		rand.New(rand.NewPCG(2, seed)).Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
		if diff := cmp.Diff(want, Build(analysed(mixed))); diff != "" {
			t.Fatal(diff)
		}
	}
}

func TestInputIsLeftAlone(t *testing.T) {
	entries := analysed(handbook(30))
	first := Build(entries)
	if diff := cmp.Diff(first, Build(entries)); diff != "" {
		t.Fatal(diff)
	}
}

func TestEditChangesFewPieces(t *testing.T) {
	docs := handbook(600)
	before := Build(analysed(docs))
	docs[77].Sections[2].Text += " zzyzx"
	after := Build(analysed(docs))
	same := 0
	for path, data := range after {
		if old, there := before[path]; there && bytes.Equal(old, data) {
			same++
		}
	}
	if changed := len(after) - same; changed > 6 {
		t.Errorf("one new word changed %d of %d files", changed, len(after))
	}
}

func TestEmptySite(t *testing.T) {
	for _, docs := range [][]Document{nil, {{}}, {{URL: "a/", Title: "…"}}} {
		files := Build(analysed(docs))
		if files["search/index.json"] == nil {
			t.Errorf("no manifest for %d empty pages", len(docs))
		}
	}
}

func FuzzAnalyse(f *testing.F) {
	for _, s := range []string{"", "a-b", "'", "ab'cd", "ÀB_c.", "漢ー字", "\xffA\xc3'b", "½ ① ﬁ", "a\u0301\u0301-x", "𝔘𝔫𝔦 𠀀𠀁"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, title, text string) {
		doc := Document{URL: "x/", Title: title, Sections: []Section{{Text: text}, {ID: title, Heading: title, Text: text}}}
		entry := Analyse(doc)
		if diff := cmp.Diff(Build([]*Entry{entry}), Build([]*Entry{Analyse(doc)})); diff != "" {
			t.Fatal(diff)
		}
		if strings.Count(entry.text, "\n") != 3 {
			t.Errorf("two sections made these lines: %q", entry.text)
		}
	})
}
