package link_test

import (
	"fmt"
	"strings"
	"testing"

	"quandary/internal/content"
	"quandary/internal/link"
	"quandary/internal/markdown"
	"quandary/internal/site"
	"quandary/internal/source"
)

// BenchmarkWholeSite is the whole-site work on links for 10,000 pages with
// 200,000 links: the pages are put in place and every link is resolved.
func BenchmarkWholeSite(b *testing.B) {
	pages := manyPages(10_000, 20)
	b.ResetTimer()
	for b.Loop() {
		s, diags := site.Assemble(pages, nil, "bench", false)
		_, more := link.Resolve(s)
		if diags = append(diags, more...); diags.Errors() > 0 {
			b.Fatal(diags[0].Message)
		}
	}
}

// manyPages parses n pages in folders of 50, each with so many links of the
// forms that handbooks have.
func manyPages(n, links int) []*content.Page {
	name := func(i int) string { return fmt.Sprintf("area-%d/topic-%d/page-%d.md", i%4, i/50, i) }
	pages := make([]*content.Page, n)
	for i := range pages {
		var text strings.Builder
		fmt.Fprintf(&text, "---\ntitle: Page %d\n---\n\nAbout this.\n\n## First part\n\n## Second part\n\n", i)
		for l := range links {
			to := (i*31 + l*977) % n
			switch l % 5 {
			case 0, 1:
				fmt.Fprintf(&text, "See [that page](../../%s) for more.\n\n", name(to))
			case 2:
				fmt.Fprintf(&text, "See [that part](../../%s#second-part) for more.\n\n", name(to))
			case 3:
				fmt.Fprintf(&text, "See [[page-%d#First part]] for more.\n\n", to)
			default:
				fmt.Fprintf(&text, "See [them](https://example.org/%d) for more.\n\n", to)
			}
		}
		pages[i], _ = content.Parse(source.NewFile("content/"+name(i), []byte(text.String())), name(i), markdown.Options{})
	}
	return pages
}

func BenchmarkAssemble(b *testing.B) {
	pages := manyPages(10_000, 20)
	b.ResetTimer()
	for b.Loop() {
		site.Assemble(pages, nil, "bench", false)
	}
}

func BenchmarkResolve(b *testing.B) {
	s, _ := site.Assemble(manyPages(10_000, 20), nil, "bench", false)
	b.ResetTimer()
	for b.Loop() {
		link.Resolve(s)
	}
}
