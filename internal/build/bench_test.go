package build_test

import (
	"fmt"
	"math/rand"
	"strings"
	"testing"

	"quandary/internal/build"
)

// sizes are the sites that are measured. Eight times the pages may take eight
// and a half times as long.
var sizes = []int{1000, 8000, 10000}

// handbook writes a site of n pages of about 3 kB, in folders of 20, with
// headings, lists, tables, code and links. The same n gives the same site.
func handbook(b *testing.B, n int) string {
	b.Helper()
	dir := b.TempDir()
	r := rand.New(rand.NewSource(1))
	words := strings.Fields("team product decision engineer scope release customer roadmap design review facilitate autonomy debrief context observe question priority delivery estimate risk trust")
	sentence := func() string {
		var s []string
		for range 6 + r.Intn(10) {
			s = append(s, words[r.Intn(len(words))])
		}
		return strings.Join(s, " ") + ". "
	}
	for i := range n {
		var t strings.Builder
		fmt.Fprintf(&t, "---\ntitle: Page %d on %s\n---\n\n", i, words[r.Intn(len(words))])
		for range 4 {
			fmt.Fprintf(&t, "## %s\n\n%s%sSee [%s](../topic-%d/page-%d.md).\n\n- %s\n- `%s`\n\n", sentence()[:20], sentence(), sentence(),
				words[r.Intn(len(words))], r.Intn(n)/20, 0, sentence(), words[r.Intn(len(words))])
		}
		fmt.Fprintf(&t, "| who | what |\n|---|---|\n| %s | %s |\n", words[r.Intn(len(words))], sentence())
		write(b, dir, fmt.Sprintf("topic-%d/page-%d.md", i/20, i%20), t.String())
	}
	return dir
}

// BenchmarkBuild reads, builds and draws a whole site, and writes nothing.
func BenchmarkBuild(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			dir := handbook(b, n)
			b.ReportAllocs()
			for b.Loop() {
				res := openFolder(b, dir, build.Options{}).build(b)
				for _, f := range res.Set.All() {
					f.Bytes()
				}
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "pages/s")
		})
	}
}

// BenchmarkEdit changes one page of a site that was built before, builds it
// again and draws the page.
func BenchmarkEdit(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			dir := handbook(b, n)
			site := openFolder(b, dir, build.Options{Keep: true})
			site.build(b)
			edit := 0
			for b.Loop() {
				edit++
				write(b, dir, "topic-0/page-1.md", fmt.Sprintf("# Edited\n\nEdit %d of [this page](page-2.md).\n", edit))
				res := site.build(b, "topic-0/page-1.md")
				if f, ok := res.Set.Get("topic-0/page-1/index.html"); !ok || !strings.Contains(string(f.Bytes()), fmt.Sprintf("Edit %d ", edit)) {
					b.Fatal("the edit does not show")
				}
			}
		})
	}
}

// BenchmarkStages builds a site whose pages are all remembered: what is left is
// the whole-site work, reported stage by stage.
func BenchmarkStages(b *testing.B) {
	for _, n := range sizes {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			site := openFolder(b, handbook(b, n), build.Options{Keep: true})
			site.build(b)
			took := map[string]float64{}
			for b.Loop() {
				for _, s := range site.build(b).Stages {
					took[s.Name] += float64(s.Took.Microseconds())
				}
			}
			for name, micros := range took {
				b.ReportMetric(micros/float64(b.N)/1000, strings.ReplaceAll(name, " ", "-")+"-ms")
			}
		})
	}
}
