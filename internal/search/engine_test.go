package search

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// ask is a query put to the browser's engine under Node; answer what it said.
type ask struct {
	Q        string `json:"q"`
	Kind     string `json:"kind,omitempty"`
	Limit    int    `json:"limit,omitempty"`
	Kept     bool   `json:"-"` // go on with the pieces read so far
	Fresh    bool   `json:"fresh"`
	Complete bool   `json:"complete"`
}

type answer struct {
	Total, Requests, Bytes int
	MS                     float64
	Results                []result
}

type result struct {
	URL, Kind               string
	Trail                   []string
	Title, Heading, Excerpt []string // every second one a match
}

type run struct {
	Files map[string]string   `json:"files"`
	Pages map[string][]string `json:"pages,omitempty"`
	Asks  []ask               `json:"asks,omitempty"`
	Texts []string            `json:"texts,omitempty"`
}

type ran struct {
	Answers []answer
	Words   [][]string
}

// engine runs assets/search-engine.js, or skips the test where there is no Node.
func engine(tb testing.TB, in run) ran {
	tb.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		if os.Getenv("QUANDARY_REQUIRE_BROWSER") == "1" {
			tb.Fatal("node is not installed, and QUANDARY_REQUIRE_BROWSER=1")
		}
		tb.Skip("node is not installed; the browser's half of search is not tested")
	}
	code, err := os.ReadFile("../../assets/search-engine.js")
	if err != nil {
		tb.Fatal(err)
	}
	module := filepath.Join(tb.TempDir(), "engine.mjs")
	if err := os.WriteFile(module, code, 0o644); err != nil {
		tb.Fatal(err)
	}
	for i := range in.Asks {
		in.Asks[i].Fresh = !in.Asks[i].Kept
	}
	input, err := json.Marshal(in)
	if err != nil {
		tb.Fatal(err)
	}
	cmd := exec.Command(node, "testdata/engine.mjs", module)
	cmd.Stdin = bytes.NewReader(input)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	output, err := cmd.Output()
	if err != nil {
		tb.Fatalf("%v\n%s", err, stderr.String())
	}
	var out ran
	if err := json.Unmarshal(output, &out); err != nil {
		tb.Fatal(err)
	}
	return out
}

func index(docs []Document) map[string]string {
	files := map[string]string{}
	for path, data := range Build(analysed(docs)) {
		files[path] = string(data)
	}
	return files
}

// small is a site that has one of everything.
var small = []Document{
	{
		URL: "arguments/bottom-line/", Title: "The bottom line", Kind: "argument", Summary: "Money talks.", Aliases: []string{"Profit first"},
		Sections: []Section{
			{Text: "Expenses are paid back within a week."},
			{ID: "reimbursement", Heading: "Reimbursement", Text: "Send the receipt to finance.\nCall refundTask with user_id."},
		},
	},
	{URL: "arguments/trust/", Title: "Trust grows slowly", Kind: "argument", Sections: []Section{
		{Text: "A team that trusts its manager asks for help."},
		{ID: "growing-it", Heading: "How it grows", Text: "Promises kept, again and again. The kube-proxy is a metaphor here."},
	}},
	{URL: "quadrants/observe/", Title: "Attend as an observer", Kind: "quadrant", Fields: []string{"in the room"}, Sections: []Section{
		{Text: "Listen. Café talk counts, and so does a naïve résumé. The policies say so."},
	}},
	{URL: "arguments/", Title: "All of them", Sections: []Section{{}}},
	{URL: "zh/", Title: "信任", Sections: []Section{{Text: "产品经理应该参与技术讨论吗？"}}},
	{URL: "th/", Title: "ไทย", Sections: []Section{{Text: "ผู้จัดการผลิตภัณฑ์"}}},
	{URL: "fr/", Title: "L'équipe", Language: "fr", Sections: []Section{{Text: "Les remboursements sont rapides."}}},
}

func TestEngineFinds(t *testing.T) {
	cases := map[string]string{
		"reimbursement": "arguments/bottom-line/#reimbursement",
		"reimbursing":   "arguments/bottom-line/#reimbursement", // a form the site never uses
		"reimb":         "arguments/bottom-line/#reimbursement", // typed so far
		"reimbursi":     "arguments/bottom-line/#reimbursement",
		"riembursement": "arguments/bottom-line/#reimbursement", // two swapped
		"xeimbursement": "arguments/bottom-line/#reimbursement", // the first letter wrong
		"eimbursement":  "arguments/bottom-line/#reimbursement", // and missing
		"profit first":  "arguments/bottom-line/",               // an alias
		"Money talks":   "arguments/bottom-line/",
		"user_id":       "arguments/bottom-line/#reimbursement",
		"userid":        "arguments/bottom-line/#reimbursement",
		"refundTask":    "arguments/bottom-line/#reimbursement",
		"refund":        "arguments/bottom-line/#reimbursement",
		"kube-proxy":    "arguments/trust/#growing-it",
		"proxy":         "arguments/trust/#growing-it",
		"policy":        "quadrants/observe/",
		"cafe resume":   "quadrants/observe/",
		"in the room":   "quadrants/observe/",
		"产品":            "zh/",
		"技术讨论":          "zh/",
		"信任":            "zh/",
		"จัดการ":        "th/",
		"equipe":        "fr/",
		"remboursement": "fr/",
		`"kept, again"`: "arguments/trust/#growing-it",
	}
	in := run{Files: index(small), Pages: map[string][]string{}}
	for _, d := range small {
		for _, s := range d.Sections {
			in.Pages[d.URL] = append(in.Pages[d.URL], s.Heading, s.Text)
		}
	}
	queries := make([]string, 0, len(cases))
	for q := range cases {
		queries = append(queries, q)
		in.Asks = append(in.Asks, ask{Q: q})
	}
	for i, a := range engine(t, in).Answers {
		want := cases[queries[i]]
		if len(a.Results) == 0 || a.Results[0].URL != want {
			t.Errorf("%q finds %v, want %s first", queries[i], a.Results, want)
		}
	}
}

func TestEngineShows(t *testing.T) {
	out := engine(t, run{Files: index(small), Asks: []ask{
		{Q: "finance receipt "},
		{Q: "trust", Kind: "argument"},
		{Q: "trust", Kind: "quadrant"},
		{Q: "grow", Kind: "nothing"},
		{Q: ""},
		{Q: `"again and kept"`},
		{Q: "zebra"},
	}})
	want := []result{{
		URL: "arguments/bottom-line/#reimbursement", Title: []string{"The bottom line"}, Kind: "argument", Trail: []string{"All of them"}, Heading: []string{"Reimbursement"},
		Excerpt: []string{"Send the ", "receipt", " to ", "finance", ". Call refundTask with user_id."},
	}}
	if diff := cmp.Diff(want, out.Answers[0].Results); diff != "" {
		t.Error(diff)
	}
	if got := out.Answers[1]; got.Total != 1 || got.Results[0].URL != "arguments/trust/" || !slices.Equal(got.Results[0].Title, []string{"", "Trust", " grows slowly"}) {
		t.Errorf("arguments about trust: %+v", got)
	}
	for _, i := range []int{2, 3, 4, 6} {
		if n := out.Answers[i].Total; n != 0 {
			t.Errorf("answer %d has %d results, want none", i, n)
		}
	}
}

// The two halves must split and fold alike, or words are indexed that no query reaches.
func TestEngineSplitsAlike(t *testing.T) {
	texts := []string{"", "don't l'équipe team’s", "user_id kube-proxy. camelCase HTTPServer URLs", "漢字かなReact組件ーー", "ß½①ﬁ İstanbul ΟΔΟΣ", "a\u0301b\u0308-c", "'a' b'c d'ef gh'ijk"}
	alphabet := []rune("abAB12 _-.'’éÉßİ漢字ーカกิ\u0301\u200d𝔘𠀀²ٱـش-Дж")
	r := rand.New(rand.NewPCG(5, 5))
	for range 3000 {
		var b strings.Builder
		for range r.IntN(14) {
			b.WriteRune(alphabet[r.IntN(len(alphabet))])
		}
		texts = append(texts, b.String())
	}
	for i, got := range engine(t, run{Texts: texts}).Words {
		want := map[string]bool{}
		for _, w := range wordsOf(texts[i]) {
			want[fold(w)] = true
		}
		for _, w := range got {
			if !want[w] {
				t.Errorf("%q: the engine asks for %q, the index has %v", texts[i], w, want)
			}
		}
		for w := range want {
			r, n := utf8.DecodeRuneInString(w)
			if w != "" && !slices.Contains(got, w) && !(n == len(w) && unspaced(r)) { // one of a pair is for queries of one character
				t.Errorf("%q: the index has %q, the engine asks for %q", texts[i], w, got)
			}
		}
	}
}

func TestEveryWordIsFound(t *testing.T) {
	docs := handbook(60)
	docs = append(docs, small...)
	in := run{Files: index(docs)}
	var pages []string
	r := rand.New(rand.NewPCG(3, 3))
	for _, d := range docs {
		for _, w := range wordsOf(d.Title + " " + d.Sections[0].Text) {
			if r.IntN(20) == 0 || len(d.Sections) < 3 {
				in.Asks = append(in.Asks, ask{Q: w + " ", Limit: len(docs), Kept: len(in.Asks) > 0})
				pages = append(pages, d.URL)
			}
		}
	}
	for i, a := range engine(t, in).Answers {
		if !slices.ContainsFunc(a.Results, func(r result) bool { return strings.Split(r.URL, "#")[0] == pages[i] }) {
			t.Errorf("%q stands on %s, which is not among its %d results", in.Asks[i].Q, pages[i], a.Total)
		}
	}
}

// Addresses that begin alike, in any number of characters.
func TestAnyAddressIsListed(t *testing.T) {
	var docs []Document
	in := run{}
	for n := range 100 {
		url := strings.Repeat("y", n) + "/"
		docs = append(docs, Document{URL: url, Title: fmt.Sprint("Page ", n)}, Document{URL: "z" + url, Title: fmt.Sprint("Other ", n)})
		in.Asks = append(in.Asks, ask{Q: fmt.Sprint("page ", n)}, ask{Q: fmt.Sprint("other ", n)})
	}
	in.Files = index(docs)
	for i, a := range engine(t, in).Answers {
		if len(a.Results) == 0 || a.Results[0].URL != docs[i].URL {
			t.Errorf("%q finds %v, want %s first", in.Asks[i].Q, a.Results, docs[i].URL)
		}
	}
}

func TestExactTitleIsFirst(t *testing.T) {
	docs := handbook(1300) // enough for a page list in pieces
	in := run{Files: index(docs)}
	var titles []string
	for i := 0; i < len(docs); i += 5 {
		titles = append(titles, docs[i].Title)
		in.Asks = append(in.Asks, ask{Q: strings.ToUpper(docs[i].Title), Kept: i > 0})
	}
	for i, a := range engine(t, in).Answers {
		if len(a.Results) == 0 || fold(strings.Join(a.Results[0].Title, "")) != fold(titles[i]) {
			t.Errorf("%q is not first of %d", titles[i], a.Total)
		}
	}
}

// A title that most pages bear is listed as a common word is.
func TestTitleOfMostPages(t *testing.T) {
	docs := handbook(160)
	for i := range docs[:120] {
		docs[i].Title = "Read me"
	}
	answer := engine(t, run{Files: index(docs), Asks: []ask{{Q: "Read me", Limit: 120}}}).Answers[0]
	for _, r := range answer.Results {
		if title := strings.Join(r.Title, ""); title != "Read me" {
			t.Errorf("%q is among the first 120", title)
		}
	}
	if len(answer.Results) != 120 {
		t.Errorf("%d results", len(answer.Results))
	}
}

// A title of words that most pages have is found however its compounds are written.
func TestTitleOfCommonWords(t *testing.T) {
	docs := handbook(160)
	for i := range docs {
		docs[i].Sections[0].Text += " get command 设置 置"
		if i > 90 {
			docs[i].Title = fmt.Sprint("Get command 设置 ", i)
			docs[i].Sections[0].Text += strings.Repeat(" get command 设置", 50)
		}
	}
	docs[70].Title, docs[80].Title = "Get-Command", "设置"
	in := run{Files: index(docs)}
	queries := []string{"get command", "Get-Command", "getcommand", "设置"}
	for _, q := range queries {
		in.Asks = append(in.Asks, ask{Q: q})
	}
	for i, a := range engine(t, in).Answers {
		if len(a.Results) == 0 || fold(strings.Join(a.Results[0].Title, "")) != fold(queries[i]) {
			t.Errorf("%q is not first", queries[i])
		}
	}
}

// A word that is on no page takes none away, though the others be common.
func TestOnlyCommonWordsFound(t *testing.T) {
	docs := handbook(160)
	for i := range docs {
		docs[i].Sections[0].Text += " manager"
	}
	in := run{Files: index(docs), Asks: []ask{{Q: "manager zzyzx "}, {Q: "zzyzx "}}}
	if answers := engine(t, in).Answers; answers[0].Total == 0 || answers[1].Total != 0 {
		t.Errorf("%d and %d pages", answers[0].Total, answers[1].Total)
	}
}

// A slip is no form of another word, a form may double a letter, and a word that is on no page takes none away.
func TestSlipBesideForms(t *testing.T) {
	docs := handbook(60)
	docs[5].Title, docs[6].Title = "Compliance", "Notes"
	docs[5].Sections[0].Text += " Plan for it."
	docs[6].Sections[0].Text += " We compile it."
	in := run{Files: index(docs), Asks: []ask{{Q: "compilance"}, {Q: "planning"}, {Q: "compliance zzyzx"}}}
	for i, a := range engine(t, in).Answers {
		if len(a.Results) == 0 || strings.Join(a.Results[0].Title, "") != "Compliance" {
			t.Errorf("%q is not answered", in.Asks[i].Q)
		}
	}
}

// A compound counts for more than its parts, and a letter is no two words of a title.
func TestCompoundBeforeItsParts(t *testing.T) {
	docs := handbook(60)
	docs[5].Title, docs[6].Title = "Passwords", "Demo day"
	docs[7].Sections[0].Text += strings.Repeat(" A proxy, a user, a password.", 9)
	docs[8].Sections[0].Text += " Set PROXY_USER_PASSWORD. The jury comes later."
	in := run{Files: index(docs), Asks: []ask{{Q: "PROXY_USER_PASSWORD"}, {Q: "jury d"}}}
	for i, a := range engine(t, in).Answers {
		if len(a.Results) == 0 || strings.Split(a.Results[0].URL, "#")[0] != docs[8].URL {
			t.Errorf("%q finds %v first", in.Asks[i].Q, a.Results)
		}
	}
}

func TestAnyQueryIsAnswered(t *testing.T) {
	in := run{Files: index(small)}
	r := rand.New(rand.NewPCG(4, 4))
	for range 2000 {
		b := make([]byte, r.IntN(30))
		for i := range b {
			b[i] = byte(r.IntN(256))
			if r.IntN(3) == 0 {
				b[i] = "\"'-_. \t\n*()[]\\^$"[r.IntN(16)]
			}
		}
		in.Asks = append(in.Asks, ask{Q: string(b), Kept: true})
	}
	in.Asks = append(in.Asks, ask{Q: strings.Repeat("long ", 5000), Kept: true}, ask{Q: strings.Repeat("x", 50000), Kept: true})
	for i, a := range engine(t, in).Answers {
		if a.MS > 1000 {
			t.Errorf("%q took %.0f ms", in.Asks[i].Q, a.MS)
		}
	}
}
