package output_test

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quandary/internal/output"
)

type files = map[string]string

// put writes files by hand, as the owner of the folder would.
func put(t *testing.T, dir string, fs files) {
	t.Helper()
	for path, text := range fs {
		name := filepath.Join(dir, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// list reads every file below dir but our own manifest; folders are not files,
// but an empty one shows as "name/".
func list(t *testing.T, dir string) files {
	t.Helper()
	got := files{}
	err := filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		path, _ := filepath.Rel(dir, name)
		path = filepath.ToSlash(path)
		switch {
		case err != nil || path == "." || path == ".quandary-manifest":
			return err
		case d.IsDir():
			if entries, _ := os.ReadDir(name); len(entries) == 0 {
				got[path+"/"] = ""
			}
		case d.Type()&fs.ModeSymlink != 0:
			got[path], err = os.Readlink(name)
			got[path] = "-> " + got[path]
		default:
			data, err := os.ReadFile(name)
			got[path] = string(data)
			return err
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func write(t *testing.T, dir string, f files) output.Report {
	t.Helper()
	report, err := output.Write(dir, setOf(f), nil)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func wantFiles(t *testing.T, dir string, want files) {
	t.Helper()
	if d := cmp.Diff(want, list(t, dir)); d != "" {
		t.Errorf("in the folder, -want +got:\n%s", d)
	}
}

func wantReport(t *testing.T, got, want output.Report) {
	t.Helper()
	got.Site = "" // TestIntact looks at it
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("report, -want +got:\n%s", d)
	}
}

func TestWrite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "not", "yet")
	one := files{"index.html": "1", "a/index.html": "1", "a/b/c.css": "1", "feed.xml": "1"}
	wantReport(t, write(t, dir, one), output.Report{Written: []string{"a/b/c.css", "a/index.html", "feed.xml", "index.html"}})
	wantFiles(t, dir, one)

	two := files{"index.html": "2", "a/index.html": "1", "d/new.html": "2"}
	wantReport(t, write(t, dir, two), output.Report{
		Written: []string{"d/new.html", "index.html"}, Removed: []string{"a/b/c.css", "feed.xml"}, Unchanged: 1,
	})
	wantFiles(t, dir, two)

	wantReport(t, write(t, dir, nil), output.Report{Removed: []string{"a/index.html", "d/new.html", "index.html"}})
	wantFiles(t, dir, files{})
}

// TestWritePromised checks that files whose names are not known at first are written
// beside the others, and removed when they are no longer promised.
func TestWritePromised(t *testing.T) {
	dir := t.TempDir()
	set := setOf(files{"a.html": "1", "search/page.html": "1", "z.html": "1"})
	set.AddFolder("search", func() *output.Set { return setOf(files{"search/index.json": "1", "search/page.html": "2"}) })
	report, err := output.Write(dir, set, nil)
	if err != nil {
		t.Fatal(err)
	}
	wantReport(t, report, output.Report{Written: []string{"a.html", "search/index.json", "search/page.html", "z.html"}})
	wantFiles(t, dir, files{"a.html": "1", "search/index.json": "1", "search/page.html": "1", "z.html": "1"})
	wantReport(t, write(t, dir, files{"a.html": "1"}), output.Report{
		Removed: []string{"search/index.json", "search/page.html", "z.html"}, Unchanged: 1,
	})
}

// TestWriteNothing checks that a second build changes not even the manifest.
func TestWriteNothing(t *testing.T) {
	dir := t.TempDir()
	f := files{"index.html": "1", "a/index.html": "2", "a/c.css": "3"}
	write(t, dir, f)
	report, err := output.WriteTo(&faulty{Root: open(t, dir), left: 0}, setOf(f), nil)
	if err != nil {
		t.Fatal(err)
	}
	wantReport(t, report, output.Report{Unchanged: 3})
}

func TestWriteReproducible(t *testing.T) {
	one, two := t.TempDir(), t.TempDir()
	write(t, one, files{"old.html": "x", "index.html": "0"})
	f := files{"index.html": "1", "a.html": "2"}
	write(t, one, f)
	write(t, two, f)
	a, errA := os.ReadFile(filepath.Join(one, ".quandary-manifest"))
	b, errB := os.ReadFile(filepath.Join(two, ".quandary-manifest"))
	if errA != nil || errB != nil {
		t.Fatal(errA, errB)
	}
	if d := cmp.Diff(string(a), string(b)); d != "" {
		t.Errorf("the manifest depends on what was before:\n%s", d)
	}
}

func TestForeignFilesStay(t *testing.T) {
	dir := t.TempDir()
	foreign := files{"CNAME": "example.org", "a/notes.txt": "mine"}
	put(t, dir, foreign)
	write(t, dir, files{"index.html": "1", "a/index.html": "1"})
	write(t, dir, nil)
	wantFiles(t, dir, foreign)
}

// wantConflict checks that a set is not written because of files in the way.
func wantConflict(t *testing.T, dir string, set files, paths ...string) {
	t.Helper()
	before := list(t, dir)
	_, err := output.Write(dir, setOf(set), nil)
	want := "are not Quandary's: " + strings.Join(paths, ", ") + "; move them away or delete them"
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("Write = %v, want %q", err, want)
	}
	wantFiles(t, dir, before)
}

func TestConflictsComeFirst(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, files{"index.html": "mine", "same.html": "1", "b/c": "mine", "b/d/e": "mine", "ok": "mine"})
	wantConflict(t, dir, files{"index.html": "1", "same.html": "1", "b": "1", "fine.html": "1"}, "b", "index.html", "same.html")
	before := list(t, dir)
	if _, err := output.Write(dir, setOf(files{"fine.html": "1", "ok/index.html": "1"}), nil); err == nil {
		t.Error("a file became a folder")
	}
	wantFiles(t, dir, before)
}

// TestEditedFilesStay changes files of ours by hand, once to the same length. One
// that the site still has is in the way; one that it no longer has stays.
func TestEditedFilesStay(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, files{"a.html": "1", "b.html": "1", "stale.html": "1", "other.html": "1"})
	put(t, dir, files{"a.html": "X", "stale.html": "Y"})
	for range 2 {
		wantConflict(t, dir, files{"a.html": "2", "b.html": "1", "other.html": "2"}, "a.html")
	}
	put(t, dir, files{"a.html": "1"}) // the edit is gone
	write(t, dir, files{"a.html": "2"})
	wantFiles(t, dir, files{"a.html": "2", "stale.html": "Y"})
	write(t, dir, nil)
	wantFiles(t, dir, files{"stale.html": "Y"})
}

// TestPlacesAreTraded makes files of the site into folders and back. A file that
// somebody else put into the folder is in the way as ever.
func TestPlacesAreTraded(t *testing.T) {
	dir := t.TempDir()
	for range 2 {
		for _, set := range []files{{"license": "1", "a/b": "1", "c": "1"}, {"license/index.html": "2", "a": "2", "c/d/e": "2", "c/f": "2"}} {
			write(t, dir, set)
			wantFiles(t, dir, set)
		}
	}
	put(t, dir, files{"c/d/notes.txt": "mine", "c/f": "edited"})
	write(t, dir, files{"license": "1"})
	wantConflict(t, dir, files{"license": "1", "c": "1"}, "c")
	write(t, dir, files{"license": "1", "x": "1"})
	put(t, dir, files{"x": "edited"})
	wantConflict(t, dir, files{"license/index.html": "2", "x": "2"}, "license/index.html, x")
}

func TestRefusedPaths(t *testing.T) {
	for _, path := range []string{
		"", ".", "..", "../x", "/x", "a/../../x", "a//b", "a/", "a\\b", "a\nb", "a\x00b", ".quandary-manifest", "a/.quandary-tmp/x",
	} {
		dir := t.TempDir()
		if _, err := output.Write(dir, setOf(files{"ok.html": "1", path: "1"}), nil); err == nil {
			t.Errorf("%q was written", path)
		}
		wantFiles(t, dir, files{})
	}
}

func TestLinksAreNotFollowedOut(t *testing.T) {
	outside := t.TempDir()
	put(t, outside, files{"index.html": "theirs"})
	dir := t.TempDir()
	link := func(to, at string) {
		if err := os.Symlink(to, filepath.Join(dir, at)); err != nil {
			t.Skip(err)
		}
	}
	link(filepath.Join(outside, "index.html"), "file.html")
	wantConflict(t, dir, files{"file.html": "1", "new.html": "1"}, "file.html")
	link(outside, "folder")
	if _, err := output.Write(dir, setOf(files{"folder/index.html": "1", "folder/new.html": "1"}), nil); err == nil {
		t.Error("written through a link that leads out")
	}
	wantFiles(t, outside, files{"index.html": "theirs"})

	// A file of ours that became a link is one that was changed by hand.
	write(t, dir, files{"mine.html": "1", "sub/mine.html": "1"})
	for _, name := range []string{"mine.html", "sub/mine.html"} {
		os.Remove(filepath.Join(dir, name))
		link(filepath.Join(outside, "index.html"), name)
	}
	wantConflict(t, dir, files{"mine.html": "2"}, "mine.html")
	write(t, dir, nil)
	wantFiles(t, outside, files{"index.html": "theirs"})
	if _, err := os.Lstat(filepath.Join(dir, "sub/mine.html")); err != nil {
		t.Error(err)
	}
}

// TestLinkedFolderStays removes our last file below a link to a folder; the link
// is not ours to remove.
func TestLinkedFolderStays(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, files{"v2/keep": "mine"})
	if err := os.Symlink("v2", filepath.Join(dir, "latest")); err != nil {
		t.Skip(err)
	}
	write(t, dir, files{"latest/a/index.html": "1"})
	wantFiles(t, dir, files{"v2/keep": "mine", "v2/a/index.html": "1", "latest": "-> v2"})
	write(t, dir, nil)
	wantFiles(t, dir, files{"v2/keep": "mine", "latest": "-> v2"})
}

func TestDamagedManifest(t *testing.T) {
	dir := t.TempDir()
	for _, text := range []string{"", "other", "quandary manifest 2\n", `["a"]`} {
		put(t, dir, files{".quandary-manifest": text})
		if _, err := output.Write(dir, setOf(files{"a": "1"}), nil); err == nil || !strings.Contains(err.Error(), "delete the output folder") {
			t.Errorf("Write = %v over the manifest %q", err, text)
		}
		wantFiles(t, dir, files{})
	}
}

// faulty lets a number of changes through and then fails every one, as when the
// disk is full or the program was killed. The last write is cut short.
type faulty struct {
	*os.Root
	mu      sync.Mutex
	left    int
	renames []string
}

var errFault = errors.New("injected fault")

func open(t *testing.T, dir string) *os.Root {
	t.Helper()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	return root
}

func (f *faulty) fault() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.left--; f.left < 0 {
		return errFault
	}
	return nil
}

func (f *faulty) MkdirAll(name string, perm fs.FileMode) error {
	return cmpOr(f.fault, func() error { return f.Root.MkdirAll(name, perm) })
}

func (f *faulty) Remove(name string) error {
	return cmpOr(f.fault, func() error { return f.Root.Remove(name) })
}

func (f *faulty) RemoveAll(name string) error {
	if _, err := f.Root.Lstat(name); err != nil {
		return nil
	}
	return cmpOr(f.fault, func() error { return f.Root.RemoveAll(name) })
}

func (f *faulty) Rename(from, to string) error {
	f.mu.Lock()
	f.renames = append(f.renames, to)
	f.mu.Unlock()
	return cmpOr(f.fault, func() error { return f.Root.Rename(from, to) })
}

func (f *faulty) WriteFile(name string, data []byte, perm fs.FileMode) error {
	if err := f.fault(); err != nil {
		_ = f.Root.WriteFile(name, data[:len(data)/2], perm)
		return err
	}
	return f.Root.WriteFile(name, data, perm)
}

func cmpOr(first, then func() error) error {
	if err := first(); err != nil {
		return err
	}
	return then()
}

func TestOrder(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, files{"index.html": "1", "z.css": "1"})
	f := &faulty{Root: open(t, dir), left: 1000}
	if _, err := output.WriteTo(f, setOf(files{"index.html": "2", "new.html": "2", "z.css": "2", "zz.css": "2", "feed.xml": "2", "a.js": "2"}), nil); err != nil {
		t.Fatal(err)
	}
	rank := map[string]int{"a.js": 0, "zz.css": 0, "z.css": 0, "new.html": 2, "index.html": 2, "feed.xml": 4, ".quandary-manifest": 5}
	if f.renames[0] != ".quandary-manifest" {
		t.Error("nothing was announced")
	}
	for i := 1; i < len(f.renames)-1; i++ {
		if rank[f.renames[i]] > rank[f.renames[i+1]] {
			t.Errorf("written in the order %v", f.renames)
		}
	}
}

// TestInterrupted fails the second build at every change it makes, and checks
// that what is left is old or new, that nothing foreign was touched, and that
// the next build ends as if nothing had happened.
func TestInterrupted(t *testing.T) {
	before := files{"index.html": "old index", "a.html": "old", "gone/x.html": "old", "same.css": "same", "b/c/d.html": "old"}
	after := files{"index.html": "new index", "a/index.html": "new", "same.css": "same", "b/c/d.html": "new", "e.xml": "new"}
	foreign := files{"CNAME": "mine", "gone/mine": "mine"}
	for faults := 0; ; faults++ {
		dir := t.TempDir()
		put(t, dir, foreign)
		write(t, dir, before)
		_, err := output.WriteTo(&faulty{Root: open(t, dir), left: faults}, setOf(after), nil)
		if err == nil {
			break
		}
		if faults > 100 {
			t.Fatal("the build never ends")
		}
		for path, text := range list(t, dir) {
			if strings.HasPrefix(path, ".quandary-") || strings.HasSuffix(path, "/") {
				continue
			}
			if text != before[path] && text != after[path] && text != foreign[path] {
				t.Errorf("after %d changes %s is %q", faults, path, text)
			}
		}
		write(t, dir, after)
		want := files{"CNAME": "mine", "gone/mine": "mine"}
		for path, text := range after {
			want[path] = text
		}
		wantFiles(t, dir, want)
		write(t, dir, nil)
		wantFiles(t, dir, foreign)
	}
}

// TestSequences writes random sets one after another, with faults between, and
// files put there by somebody else.
func TestSequences(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 1))
		dir := t.TempDir()
		foreign := files{"mine.txt": "mine", "a/mine.txt": "mine"}
		put(t, dir, foreign)
		for range 12 {
			set := randomSet(r)
			if r.IntN(3) == 0 {
				_, _ = output.WriteTo(&faulty{Root: open(t, dir), left: r.IntN(20)}, setOf(set), nil)
				continue
			}
			write(t, dir, set)
			want := files{}
			for _, from := range []files{set, foreign} {
				for path, text := range from {
					want[path] = text
				}
			}
			wantFiles(t, dir, want)
			if t.Failed() {
				t.Fatalf("seed %d", seed)
			}
		}
	}
}

// randomSet draws from few names. Some are a file in one set and a folder in
// another.
func randomSet(r *rand.Rand) files {
	set := files{}
	for range r.IntN(8) {
		var path string
		for range r.IntN(3) {
			path += string("abc"[r.IntN(3)]) + "/"
		}
		path += []string{"b", "c", "x.html", "y.html", "z.html"}[r.IntN(5)]
		clash := strings.HasPrefix("a/mine.txt", path+"/")
		for other := range set {
			clash = clash || strings.HasPrefix(other, path+"/") || strings.HasPrefix(path, other+"/")
		}
		if !clash {
			set[path] = fmt.Sprint(r.IntN(3))
		}
	}
	return set
}

func TestIntact(t *testing.T) {
	dir := t.TempDir()
	if site, _ := output.Intact(dir); site != "" {
		t.Errorf("an empty folder is %q", site)
	}
	report, err := output.Write(dir, setOf(map[string]string{"a.html": "a", "b/c.txt": "c"}), nil)
	if err != nil {
		t.Fatal(err)
	}
	if site, files := output.Intact(dir); site == "" || site != report.Site || files != 2 {
		t.Errorf("Intact = %q, %d, want %q, 2", site, files, report.Site)
	}
	if err := os.WriteFile(filepath.Join(dir, "a.html"), []byte("b"), 0o644); err != nil {
		t.Fatal(err)
	}
	if site, _ := output.Intact(dir); site != "" {
		t.Errorf("changed by hand, and still %q", site)
	}
}

func TestProgress(t *testing.T) {
	var most atomic.Int32
	_, err := output.Write(t.TempDir(), setOf(files{"a": "1", "b": "1", "c": "1"}), func(done, all int) {
		if all != 3 {
			t.Errorf("%d of %d", done, all)
		}
		most.Store(max(most.Load(), int32(done)))
	})
	if err != nil || most.Load() != 3 {
		t.Errorf("%v, at most %d of 3 are ready", err, most.Load())
	}
}

func BenchmarkWrite(b *testing.B) {
	const pages = 10_000
	site := func(changed string) *output.Set {
		var s output.Set
		body := strings.Repeat("x", 8<<10)
		for i := range pages {
			path := fmt.Sprintf("section-%d/page-%d/index.html", i%100, i)
			text := path + body
			if i == 0 {
				text += changed
			}
			s.Add(output.New(path, []byte(text)))
		}
		return &s
	}
	b.Run("first", func(b *testing.B) {
		s := site("")
		for b.Loop() {
			bench(b, b.TempDir(), s)
		}
	})
	b.Run("unchanged", func(b *testing.B) {
		dir, s := b.TempDir(), site("")
		bench(b, dir, s)
		for b.Loop() {
			b.StopTimer()
			s = site("") // digests have to be computed again
			b.StartTimer()
			bench(b, dir, s)
		}
	})
	b.Run("one changed", func(b *testing.B) {
		dir, n := b.TempDir(), 0
		bench(b, dir, site(""))
		for b.Loop() {
			b.StopTimer()
			n++
			s := site(fmt.Sprint(n))
			b.StartTimer()
			bench(b, dir, s)
		}
	})
}

func bench(b *testing.B, dir string, s *output.Set) {
	if _, err := output.Write(dir, s, nil); err != nil {
		b.Fatal(err)
	}
}
