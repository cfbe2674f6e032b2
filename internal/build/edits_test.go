package build_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"math/rand"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"quandary/internal/build"
	"quandary/internal/diag"
)

// starter is the site that "quandary new site" makes.
func starter(t testing.TB) *txtar.Archive {
	t.Helper()
	archive, err := txtar.ParseFile("../../cmd/quandary/starter.txtar")
	if err != nil {
		t.Fatal(err)
	}
	return archive
}

func TestSameBytesEveryTime(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	var first map[string]string
	for _, cores := range []int{1, 2, 8} {
		runtime.GOMAXPROCS(cores)
		got := bytesOf(openFolder(t, playbook, build.Options{BaseURL: "https://example.org/x/"}).build(t))
		if first == nil {
			first = got
		} else if diff := cmp.Diff(first, got); diff != "" {
			t.Errorf("with %d cores (-first +now)\n%s", cores, diff)
		}
	}
}

// edits are the ways in which a writer changes a site; each keeps or breaks it.
var edits = []func(t *testing.T, r *rand.Rand, dir string, names []string){
	func(t *testing.T, r *rand.Rand, dir string, names []string) { // add to a page
		name := pick(r, names)
		appendTo(t, dir, name, fmt.Sprintf("\n## Part %d\n\nSee [[%s]] and [it](%s).\n", r.Intn(9), "minor", "nowhere.md"))
	},
	func(t *testing.T, r *rand.Rand, dir string, _ []string) { // a new page
		n := r.Intn(5)
		write(t, dir, fmt.Sprintf("content/new-%d/page.md", n), fmt.Sprintf("# New %d\n\n[home](../index.md)\n", n))
	},
	func(t *testing.T, r *rand.Rand, dir string, names []string) { // remove a page
		if err := os.Remove(filepath.Join(dir, pick(r, names))); err != nil {
			t.Fatal(err)
		}
	},
	func(t *testing.T, r *rand.Rand, dir string, names []string) { // rename a page
		from := filepath.Join(dir, pick(r, names))
		if err := os.Rename(from, filepath.Join(filepath.Dir(from), fmt.Sprintf("renamed-%d.md", r.Intn(9)))); err != nil {
			t.Fatal(err)
		}
	},
	func(t *testing.T, r *rand.Rand, dir string, _ []string) { // a layout of its own
		write(t, dir, "layouts/own.html", fmt.Sprintf(`{{define "head-extra"}}<meta name="n" content="%d">{{end}}`, r.Intn(3)))
	},
	func(t *testing.T, r *rand.Rand, dir string, _ []string) { // a style of its own
		write(t, dir, "assets/site.css", fmt.Sprintf(":root { --measure: %drem }", 30+r.Intn(9)))
	},
	func(t *testing.T, r *rand.Rand, dir string, names []string) { // a fault in front matter
		name := pick(r, names)
		write(t, dir, name, "---\ntitle: Bleed: what now\n---\n")
	},
	func(t *testing.T, r *rand.Rand, dir string, _ []string) { // a picture that a page shows
		write(t, dir, "content/picture.svg", fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="%d"/>`, r.Intn(3)))
		write(t, dir, "content/shown.md", "# Shown\n\n![A picture](picture.svg)\n")
	},
	func(*testing.T, *rand.Rand, string, []string) {}, // nothing
	func(t *testing.T, r *rand.Rand, dir string, _ []string) { // mend everything
		for _, f := range starter(t).Files {
			write(t, dir, f.Name, string(f.Data))
		}
	},
}

func pick(r *rand.Rand, names []string) string { return names[r.Intn(len(names))] }

func appendTo(t *testing.T, dir, name, text string) {
	t.Helper()
	old, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	write(t, dir, name, string(old)+text)
}

// sequences is how many random sequences of edits are played.
var sequences = flag.Int("sequences", 40, "how many random sequences of edits to play")

// TestEditsEndAsACleanBuild plays random edits on one builder; after each, its
// site has to be what a new builder makes of the same folder, and a cache on disk
// may only be believed where that is what was built before.
func TestEditsEndAsACleanBuild(t *testing.T) {
	rounds := *sequences
	if testing.Short() {
		rounds = 8
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	recalled := 0
	for seed := range rounds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			runtime.GOMAXPROCS([]int{1, 8}[seed%2])
			recalled += playEdits(t, rand.New(rand.NewSource(int64(seed))))
		})
	}
	if recalled == 0 {
		t.Error("the cache was never of use")
	}
}

// playEdits plays a sequence of edits, and returns how often the cache was believed.
func playEdits(t *testing.T, r *rand.Rand) (recalled int) {
	dir := lay(t, starter(t))
	kept := openFolder(t, dir, build.Options{Name: "site", Keep: true})
	var cache []byte
	var last map[string]string
	for step := range 6 {
		names := markdownIn(t, dir)
		if len(names) < 3 {
			names = []string{"content/index.md"}
			appendTo(t, dir, names[0], "") // it may be gone
		}
		edits[r.Intn(len(edits))](t, r, dir, names)
		clean := openFolder(t, dir, build.Options{Name: "site"})
		known := clean.recall(t, cache)
		got, want := kept.build(t), clean.build(t)
		a, b := bytesOf(got), bytesOf(want)
		if !maps.Equal(a, b) {
			t.Fatalf("step %d (-clean +kept)\n%s", step, cmp.Diff(b, a))
		}
		if len(got.Diags) != len(want.Diags) {
			t.Fatalf("step %d: %d diagnostics, clean %d", step, len(got.Diags), len(want.Diags))
		}
		now := want.Cache("", nil)
		if known != nil {
			recalled++
			if !maps.Equal(last, b) || !reflect.DeepEqual(plain(t, known), plain(t, now)) || !slices.EqualFunc(known.Diags, want.Diags, samePlace) {
				t.Fatalf("step %d: the cache is wrong", step)
			}
		}
		cache, last = plain(t, now), b
	}
	return recalled
}

func samePlace(a, b diag.Diagnostic) bool {
	return a.Place.Position() == b.Place.Position() && a.Place.Text() == b.Place.Text()
}

// recall returns what a cache knows of the folder as it is.
func (f *folder) recall(t *testing.T, cache []byte) *build.Cache {
	t.Helper()
	tree, err := f.Read()
	if err != nil {
		t.Fatal(err)
	}
	return f.builder.Recall(cache, tree, f.Content, f.Root.ReadFile)
}

func plain(t *testing.T, c *build.Cache) []byte {
	t.Helper()
	data, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func markdownIn(t *testing.T, dir string) (names []string) {
	t.Helper()
	for _, pattern := range []string{"content/*.md", "content/*/*.md"} {
		found, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			rel, err := filepath.Rel(dir, f)
			if err != nil {
				t.Fatal(err)
			}
			names = append(names, filepath.ToSlash(rel))
		}
	}
	slices.Sort(names)
	return names
}
