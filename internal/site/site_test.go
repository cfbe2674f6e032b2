package site_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
	"gotest.tools/v3/golden"

	"quandary/internal/content"
	"quandary/internal/diag"
	"quandary/internal/site"
	"quandary/internal/source"
)

// TestGolden reads testdata/*.txtar: each holds the content of a site and, in
// "want", its pages as they were assembled and what is wrong with them. A
// comment with "keep drafts" keeps drafts.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var pages []*content.Page
			var others []string
			var diags diag.List
			ins := slices.DeleteFunc(slices.Clone(archive.Files), func(f txtar.File) bool { return f.Name == "want" })
			for _, in := range ins {
				if !strings.HasSuffix(in.Name, ".md") {
					others = append(others, in.Name)
					continue
				}
				p, more := content.Parse(source.NewFile(in.Name, in.Data), in.Name, site.Settings{}.MarkdownOptions())
				pages, diags = append(pages, p), append(diags, more...)
			}
			s, more := site.Assemble(pages, others, "folder", strings.Contains(string(archive.Comment), "keep drafts"))
			checkTree(t, s)
			want := txtar.File{Name: "want", Data: []byte(describe(s, append(diags, more...)))}
			golden.Assert(t, string(txtar.Format(&txtar.Archive{Comment: archive.Comment, Files: append(ins, want)})), filepath.Base(file))
		})
	}
}

// describe writes down a site: its settings, pages, kinds and faults.
func describe(s *site.Site, diags diag.List) string {
	var b strings.Builder
	st := s.Settings
	fmt.Fprintf(&b, "site %q %q %s url=%q edit=%q owner=%q raw=%v exclude=%q\n", st.Name, st.Description, st.Language, st.URL, st.Edit, st.Owner, st.RawHTML, st.Exclude)
	for _, e := range s.Menu {
		fmt.Fprintf(&b, "menu %s %q %v\n", e.Name, e.Label, e.Page != nil)
	}
	for _, p := range s.Pages {
		fmt.Fprintf(&b, "/%s %s %q", p.Path, p.Name, p.Title)
		if p.Virtual {
			b.WriteString(" virtual")
		}
		if p.Kind != nil {
			fmt.Fprintf(&b, " %s %d", p.Kind.Name, p.Number)
		}
		b.WriteByte('\n')
		for _, f := range p.Fields {
			fmt.Fprintf(&b, "\t%s %s %q", f.Type.Name, f.Type.Type, f.Values)
			for _, d := range f.Docs {
				if d != nil {
					fmt.Fprintf(&b, " %s", d.HTML)
					for _, l := range d.Links {
						fmt.Fprintf(&b, " -> %q at %q", l.Target, p.File.Place(l.Span.Start, l.Span.End).Text())
					}
				}
			}
			b.WriteByte('\n')
		}
	}
	for _, k := range s.Kinds {
		fmt.Fprintf(&b, "kind %s %q %q order=%q %d pages\n", k.Name, k.Label, k.Plural, k.OrderBy, len(k.Pages))
		for _, f := range k.Fields {
			fmt.Fprintf(&b, "\tfield %s %q %s of=%q many=%v required=%v unique=%v\n", f.Name, f.Label, f.Type, f.Of, f.Many, f.Required, f.Unique)
		}
		for _, r := range k.Relations {
			fmt.Fprintf(&b, "\trelation %s %q %q to %s %d..%d\n", r.Name, r.Label, r.Inverse, r.To.Name, r.Min, r.Max)
		}
	}
	for _, d := range diags.Sort() {
		fmt.Fprintf(&b, "%s %s: %s\n", at(d.Place), d.Code, d.Message)
		if d.Hint != "" {
			fmt.Fprintf(&b, "\thint: %s\n", d.Hint)
		}
		for _, n := range d.Related {
			fmt.Fprintf(&b, "\t%s %s\n", at(n.Place), n.Message)
		}
	}
	return b.String()
}

// at writes a place down: file, line and column, and the text it covers.
func at(p source.Place) string {
	from := p.Position()
	return fmt.Sprintf("%s:%d:%d[%s]", p.Path(), from.Line, from.Column, p.Text())
}

// checkTree checks what always holds of an assembled site.
func checkTree(t *testing.T, s *site.Site) {
	t.Helper()
	for i, p := range s.Pages {
		switch {
		case p.ID != i:
			t.Errorf("%s is page %d, and its ID is %d", p.Name, i, p.ID)
		case s.Named(p.Name) != p:
			t.Errorf("%s is not found by its name", p.Name)
		case s.At(p.Path) == nil:
			t.Errorf("nothing is at %s", p.Path)
		case (p.Parent == nil) != (p == s.Home):
			t.Errorf("%s has no parent", p.Name)
		case p.Parent != nil && !slices.Contains(p.Parent.Children, p):
			t.Errorf("%s is not among the children of %s", p.Name, p.Parent.Name)
		}
	}
}

func TestBaseURL(t *testing.T) {
	for in, want := range map[string]string{
		"https://example.org": "https://example.org/", "http://example.org/sub/": "http://example.org/sub/",
		"example.org": "", "/sub/": "", "ftp://example.org/": "", "https://": "", "https://example.org/?q": "", "https://example.org/#a": "", "": "",
	} {
		if got, err := site.BaseURL(in); got != want || (err == nil) != (want != "") {
			t.Errorf("BaseURL(%q) = %q, %v; want %q", in, got, err, want)
		}
	}
}
