package markdown_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
	"gotest.tools/v3/golden"

	"quandary/internal/markdown"
	"quandary/internal/source"
)

// TestGolden reads testdata/*.txtar. Each has a page, "in.md", and what is
// wanted of it: "out.html" with holes in braces, and "links", "sections" and
// "diagnostics" where there are any. A comment line "options: raw" lets raw
// HTML through, "options: quotes" curls quotes.
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
			comment := string(archive.Comment)
			opts := markdown.Options{RawHTML: strings.Contains(comment, "options: raw"), Quotes: strings.Contains(comment, "options: quotes")}
			in := string(archive.Files[0].Data)
			if strings.Contains(comment, "line ends: crlf") {
				in = "\uFEFF" + strings.ReplaceAll(in, "\n", "\r\n")
			}
			golden.Assert(t, string(txtar.Format(&txtar.Archive{Comment: archive.Comment, Files: append(archive.Files[:1:1], describe(in, opts)...)})), filepath.Base(file))
		})
	}
}

// describe parses a page and writes down everything that was found in it.
func describe(in string, opts markdown.Options) (files []txtar.File) {
	f := source.NewFile("in.md", []byte(in))
	body := 0
	if strings.HasPrefix(in, "\uFEFF") {
		body = len("\uFEFF")
	}
	doc, diags := markdown.Parse(f, body, opts)
	add := func(name, text string) {
		if text != "" {
			files = append(files, txtar.File{Name: name, Data: []byte(strings.ReplaceAll(text, "\r", ""))})
		}
	}
	add("out.html", string(doc.Append(nil, 0, len(doc.HTML), func(dst []byte, h markdown.Hole) []byte {
		if h.Part == markdown.Coloured {
			return fmt.Appendf(dst, "{code %q %q}", doc.Codes[h.Link].Language, doc.Codes[h.Link].Text)
		}
		return fmt.Appendf(dst, "{%s %d%s}", [...]string{"attributes", "text", "whole", "address", "coloured", "word"}[h.Part], h.Link, h.Key)
	})))
	var links, headings, sections, faults strings.Builder
	for _, l := range doc.Links {
		at := f.Position(l.Span.Start)
		fmt.Fprintf(&links, "%d:%d form %d %q = %q", at.Line, at.Column, l.Form, l.Target, f.Place(l.Span.Start, l.Span.End).Text())
		if l.Label != "" {
			fmt.Fprintf(&links, " label %q", l.Label)
		}
		before, own, after := l.Sentence()
		fmt.Fprintf(&links, "\n\t%s[%s]%s\n", before, own, after)
	}
	add("links", links.String())
	for _, h := range doc.Headings {
		fmt.Fprintf(&headings, "h%d #%s %q\n", h.Level, h.ID, h.Text)
	}
	add("headings", headings.String())
	if doc.Title != nil {
		add("title", fmt.Sprintf("#%s %q\n", doc.Title.ID, doc.Title.Text))
	}
	for _, s := range doc.Sections {
		fmt.Fprintf(&sections, "[%d] %q\n", s.Heading, s.Text)
	}
	add("sections", sections.String())
	for _, d := range diags {
		at := d.Place.Position()
		fmt.Fprintf(&faults, "%d:%d %s %s: %s\n", at.Line, at.Column, d.Severity, d.Code, d.Message)
	}
	add("diagnostics", faults.String())
	return files
}

// TestAppendRanges checks that a document drawn in two parts is the whole, and
// that a section has the embed that ends it.
func TestAppendRanges(t *testing.T) {
	f := source.NewFile("in.md", []byte("# T\n\nA [one](a.md).\n\n## B\n\n[two](b.md) ![x](c.png)\n\n![[four]]\n\n## C\n\n[[three]]\n"))
	doc, _ := markdown.Parse(f, 0, markdown.Options{})
	fill := func(dst []byte, h markdown.Hole) []byte { return fmt.Appendf(dst, "{%d}", h.Link) }
	whole := string(doc.Append(nil, 0, len(doc.HTML), fill))
	for _, h := range doc.Headings {
		parts := string(doc.Append(doc.Append(nil, 0, h.From, fill), h.From, len(doc.HTML), fill))
		if parts != whole {
			t.Errorf("split at %s:\n%s\nwant\n%s", h.ID, parts, whole)
		}
		from, to := doc.Part(h.ID)
		if section := string(doc.Append(nil, from, to, fill)); h.ID == "b" && !strings.HasSuffix(section, "{3}\n") {
			t.Errorf("the section is %q", section)
		}
	}
}

func TestSlug(t *testing.T) {
	for text, want := range map[string]string{
		"Setup": "setup", "What's new?": "whats-new", "C++ & Go": "c--go", "Über uns": "über-uns", "a_b c": "a_b-c", "日本語": "日本語", "!!!": "section", "  two  spaces ": "two--spaces",
	} {
		if got := markdown.Slug(text); got != want {
			t.Errorf("Slug(%q) = %q, want %q", text, got, want)
		}
	}
}

// FuzzParse looks for text that makes the parser panic, a hole outside the
// HTML, or a script that gets through.
func FuzzParse(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.txtar")
	for _, file := range files {
		if archive, err := txtar.ParseFile(file); err == nil {
			f.Add(string(archive.Files[0].Data))
		}
	}
	f.Fuzz(func(t *testing.T, in string) {
		file := source.NewFile("in.md", []byte(in))
		doc, _ := markdown.Parse(file, 0, markdown.Options{Quotes: true})
		last := 0
		for _, h := range doc.Holes {
			if h.Offset < last || h.Offset > len(doc.HTML) {
				t.Fatalf("hole at %d after %d in %d bytes", h.Offset, last, len(doc.HTML))
			}
			last = h.Offset
		}
		for _, l := range doc.Links {
			if l.Span.Start < 0 || l.Span.End > len(in) || l.Span.Start > l.Span.End {
				t.Fatalf("link %+v in %d bytes", l, len(in))
			}
			l.Sentence()
		}
		if html := strings.ToLower(string(doc.HTML)); strings.Contains(html, "<script") || strings.Contains(html, "<iframe") {
			t.Fatalf("script in %q", html)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	text := strings.Repeat("## Heading\n\nA paragraph with a [link](page.md#part) and `code`, **bold** and [[a wiki link]].\n\n- one\n- two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```go\nfunc main() { println(1) }\n```\n\n", 20)
	f := source.NewFile("in.md", []byte(text))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		markdown.Parse(f, 0, markdown.Options{})
	}
}

// TestBareAddress checks that every sign of an address is looked for.
func TestBareAddress(t *testing.T) {
	for text, want := range map[string]int{
		"http://a.example": 1, "https://a.example": 1, "ftp://a.example": 1, "www.a.example": 1, "me@a.example": 1, "a.example": 0,
	} {
		for _, quotes := range []bool{false, true} {
			doc, _ := markdown.Parse(source.NewFile("in.md", []byte("See "+text+" for more.\n")), 0, markdown.Options{Quotes: quotes})
			if len(doc.Links) != want {
				t.Errorf("%q has %d links, want %d", text, len(doc.Links), want)
			}
		}
	}
}
