package render

import (
	"html/template"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"quandary/internal/source"
	builtin "quandary/layouts"
)

// theme reads the built-in layouts and, with own, those of the playbook.
func theme(t *testing.T, own bool) *Layouts {
	t.Helper()
	var files []*source.File
	err := fs.WalkDir(builtin.Files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(builtin.Files, path)
		files = append(files, source.NewFile("layouts/"+path, data))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if own {
		data, err := os.ReadFile("../../layouts/playbook.html")
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, source.NewFile("layouts/playbook.html", data))
	}
	l, diags := NewLayouts(files)
	for _, d := range diags {
		t.Errorf("%s: %s", d.Code, d.Message)
	}
	return l
}

// full is a view in which nothing is empty.
func full(l *Layouts, language string) *View {
	ref := Ref{
		Path: "quadrants/engage/", Title: "Be present", Summary: "Bring what you know.", Kind: "quadrant", Name: "engage", Number: 1,
		Sentence: "So <b>come</b>.", Fields: []Field{{Name: "presence", Label: "Room", Text: "in", HTML: "in"}, {Name: "short", Label: "Short", Text: "Take part", HTML: "Take part"}},
		Preview: "quadrants/engage/preview.html", Menu: "search", More: 3,
	}
	section := ref
	section.Name, section.Path, section.Children = "quadrants", "quadrants/", []Ref{ref, ref}
	d := DecisionRef{Path: "decide/", Title: "How involved?", Summary: "Some questions.", Worst: 3, Average: "2.1", Overview: "decide/overview/", Data: "decide/states.json"}
	given := []Given{{Question: "team", Ask: "Which team?", Answer: "new", Label: "A new one", Change: "decide/change/team/"}}
	answer := Answer{Path: "decide/team.new/", ID: "new", Label: "A new one"}
	groups := []Group{{Label: "Arguments", Kind: "argument", Refs: []Ref{ref}, More: 2}}
	words := l.Words(language)
	return &View{
		Root: "../", words: words,
		Site: &Site{
			Name: "Handbook", Description: "What we do.", Language: language, BaseURL: "https://example.org/", Menu: []Ref{ref}, Style: "assets/main.css",
			Script: "assets/main.js", Early: "assets/early.js", SearchScript: "assets/search.js", Icon: "assets/icon.svg", Author: "Platform",
			Footer: "<p>By us</p>", Decisions: []DecisionRef{d, d}, Sections: []Ref{section},
		},
		Page: &Page{
			Path: "quadrants/engage/", Title: "Be present", TitleID: "be-present", Summary: "Bring what you know.", Name: "engage", Kind: "quadrant",
			KindLabel: "Quadrant", KindPlural: "Quadrants", Number: 1, Count: 4, Language: language, Direction: words.Direction,
			Canonical: "https://example.org/x/", Card: "https://example.org/x.png", NoIndex: true, Content: "<h2 id=\"a\">A</h2><p>Text.</p>",
			Headings: []Heading{{ID: "a", Text: "A", Children: []Heading{{ID: "b", Text: "B"}}}}, Fields: ref.Fields, Relations: groups, Backlinks: groups,
			Breadcrumbs: []Ref{ref, ref}, Siblings: []Ref{ref}, Children: []Ref{ref}, Previous: &ref, Next: &ref, Minutes: 3, Updated: "2026-01-02",
			Owner: "Ada", EditURL: "https://example.org/edit", Markdown: "x.md", Near: template.HTML("<svg></svg>"), Decision: &d, AskedBy: []DecisionRef{d},
		},
		Question: &Question{
			Decision: d, ID: "team", Ask: "Which team?", Help: "Think.", Step: 2, Most: 3, Answers: []Answer{answer}, Given: given,
			Remaining: []Remaining{{Ref: ref, Answers: []RemainingAnswer{{answer, true}, {answer, false}}}},
		},
		Result: &Result{
			Decision: d, Landing: ref, Why: given, DidNotMatter: given, Mentions: groups, Given: given,
			Changes: []Change{{Ref: ref, Path: "decide/team.new/", Answers: given, Assuming: given}},
			Perhaps: []Perhaps{{Ref: ref, Conditions: given}},
		},
		Overview: &Overview{
			Decision: d, Optimal: true, Picture: "<svg></svg>", Questions: []OverviewQuestion{{"team", "Which team?"}},
			Tree:  OverviewNode{Path: "decide/", Ask: "Which team?", Edges: []OverviewEdge{{"A new one", OverviewNode{Path: "decide/team.new/", Landing: &ref}}}},
			Rules: []OverviewRule{{Ref: ref, Cells: [][]string{{"A", "B"}}}, {Ref: ref, Cells: [][]string{nil}}},
		},
		Index: &Index{Letters: groups, Kinds: groups, Total: 3, Picture: "<svg></svg>"},
		Moved: ref,
	}
}

// layoutNames are the values of View.Layout.
var layoutNames = []string{"home", "section", "page", "question", "result", "overview", "index", "map", "search", "print", "404"}

func TestEveryLayoutIsWhole(t *testing.T) {
	for _, own := range []bool{false, true} {
		l := theme(t, own)
		for _, language := range []string{"en", "he"} {
			for _, layout := range layoutNames {
				v := full(l, language)
				v.Layout, v.Whole = layout, []*Page{v.Page}
				whole(t, l, "base", v, 1)
			}
			v := full(l, language)
			v.Layout = "moved"
			whole(t, l, "moved", v, 1)
			v.Layout, v.Embedded = "result", true
			whole(t, l, "embed", v, 1)
			v.Layout, v.Result = "question", nil
			whole(t, l, "embed", v, 1)
			whole(t, l, "preview", v, 0)
		}
	}
}

var inline = regexp.MustCompile(`(?i)<style|<script>|\s(style|on[a-z]+)=|ZgotmplZ|\[[a-z]+(-[a-z]+)*\]`)

// whole draws a view, and looks for what no page may have.
func whole(t *testing.T, l *Layouts, name string, v *View, headings int) {
	t.Helper()
	data, err := l.execute(name, v)
	if err != nil {
		t.Error(err)
		return
	}
	if m := inline.Find(data); m != nil {
		t.Errorf("%s %s: has %q", name, v.Layout, m)
	}
	if n := strings.Count(string(data), "<h1"); n != headings {
		t.Errorf("%s %s: %d main headings", name, v.Layout, n)
	}
	if open := unclosed(string(data)); open != "" {
		t.Errorf("%s %s: %s", name, v.Layout, open)
	}
}

// void are the elements without an end tag.
var void = []string{"meta", "link", "img", "br", "hr", "base", "input", "path", "circle"}

// unclosed names the first tag that does not match.
func unclosed(text string) string {
	var stack []string
	for z := html.NewTokenizer(strings.NewReader(text)); ; {
		switch z.Next() {
		case html.ErrorToken:
			if len(stack) > 0 {
				return "never closed: " + strings.Join(stack, " ")
			}
			return ""
		case html.StartTagToken:
			name, _ := z.TagName()
			if !slices.Contains(void, string(name)) {
				stack = append(stack, string(name))
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			if len(stack) == 0 || stack[len(stack)-1] != string(name) {
				return "</" + string(name) + "> closes " + strings.Join(stack, " ")
			}
			stack = stack[:len(stack)-1]
		}
	}
}

// A page whose view is all but empty must not fall over its own fields.
func TestLayoutsOfAnEmptyPage(t *testing.T) {
	l := theme(t, true)
	for _, layout := range []string{"home", "section", "page", "search", "404"} {
		words := l.Words("en")
		v := &View{Root: "./", Layout: layout, words: words, Site: &Site{Name: "Site"}, Page: &Page{Title: "Page", Language: "en", Direction: "ltr"}}
		whole(t, l, "base", v, 1)
	}
}

func TestWordsOfEveryLanguageAreComplete(t *testing.T) {
	l := theme(t, false)
	en := l.words["en"]
	for name, w := range l.words {
		for key, phrase := range en.phrases {
			if w.phrases[key] == nil {
				t.Errorf("%s.yaml lacks %s", name, key)
			}
			for _, n := range []string{"{0}", "{1}", "{2}"} {
				if slices.ContainsFunc(values(phrase), contains(n)) && !slices.ContainsFunc(values(w.phrases[key]), contains(n)) {
					t.Errorf("%s.yaml: %s lacks %s", name, key, n)
				}
			}
		}
		for key := range w.phrases {
			if en.phrases[key] == nil {
				t.Errorf("%s.yaml: nothing says %s", name, key)
			}
		}
	}
}

func values(p phrase) (texts []string) {
	for _, text := range p {
		texts = append(texts, text)
	}
	return texts
}

func contains(part string) func(string) bool {
	return func(s string) bool { return strings.Contains(s, part) }
}
