package markdown_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"quandary/internal/markdown"
	"quandary/internal/source"
)

func TestProbe(t *testing.T) {
	src := "# Title *x*\n\nLead para one. See [the page](a%20b.md#x \"tt\") and [[foo/bar#Baz|lab]], [[ Qux ]]. Next sentence <https://x.org>.\n\n> [!SAY] Out loud\n> hello [r][ref]\n\n> [!NOTE]\n> hi\n\n## Two & \"three\" {#two}\n\n- a\n  - [deep](<b c.md>)\n\n| a | b |\n|---|:-:|\n| [[x\\|y]] | ![alt [z](q)](img.png) |\n\n<script>alert(1)</script>\n\n<a href=\"javascript:alert(1)\">x</a> <b onclick=x>q</b> <img src=i.png width=3>\n\n## Two\n\n![[page#sec]]\n\n```go\nfunc main() {}\n```\n\n- [x] done\n\nfn[^1]\n\n[^1]: note [l](z.md)\n\n[ref]: ./target.md 'T'\n"
	f := source.NewFile("a.md", []byte(src))
	d, diags := markdown.Parse(f, 0, markdown.Options{Quotes: true})
	out := d.Append(nil, 0, len(d.HTML), func(dst []byte, h markdown.Hole) []byte { return fmt.Appendf(dst, "{%d:%d%s}", h.Part, h.Link, h.Key) })
	t.Logf("%s", out)
	for _, l := range d.Links {
		p := f.Position(l.Span.Start)
		t.Logf("%d %q label=%q %d:%d %q  %q [%s]", l.Form, l.Target, l.Label, p.Line, p.Column, src[l.Span.Start:l.Span.End], l.Sentence, l.Sentence[l.From:l.To])
	}
	t.Logf("%+v\n%+v\n%+v\n%v", d.Headings, d.Title, d.Sections, diags)
}

func TestSpeed(t *testing.T) {
	root := os.Getenv("HB")
	if root == "" {
		t.Skip()
	}
	var files []*source.File
	filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if strings.HasSuffix(p, ".md") {
			b, _ := os.ReadFile(p)
			files = append(files, source.NewFile(p, b))
		}
		return nil
	})
	for range 3 {
		start := time.Now()
		n := 0
		for _, f := range files {
			d, _ := markdown.Parse(f, 0, markdown.Options{})
			n += len(d.HTML)
		}
		t.Log(len(files), n, time.Since(start))
	}
}
