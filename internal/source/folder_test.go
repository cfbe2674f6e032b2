package source_test

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"quandary/internal/source"
)

// site is a folder on the real disk with the given files.
func site(t *testing.T, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range names {
		write(t, dir, name, "# "+name)
	}
	return dir
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	file := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func open(t *testing.T, dir string) *source.Folder {
	t.Helper()
	f, err := source.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Root.Close() })
	return f
}

func read(t *testing.T, f *source.Folder) *source.Tree {
	t.Helper()
	tree, err := f.Read()
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func paths(tree *source.Tree) (files []string) {
	for _, f := range tree.Files {
		files = append(files, f.Path)
	}
	return files
}

func want(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s, -want +got:\n%s", what, d)
	}
}

func TestReadSite(t *testing.T) {
	dir := site(t, "README.md", "go.mod", "main.go", ".git/HEAD", "cmd/a.md", "node_modules/b.md",
		"content/index.md", "content/a-b.md", "content/a/c.md", "content/a/picture.png", "content/.draft.md", "content/out/old.md",
		"layouts/page.html", "layouts/embed.go", "assets/main.css", "assets/.x.swp")
	f := open(t, dir)
	f.Ignore = []string{"content/out"}
	tree := read(t, f)
	want(t, "read", paths(tree), "assets/main.css", "content/a-b.md", "content/a/c.md", "content/index.md", "layouts/page.html")
	want(t, "others", tree.Other, "content/a/picture.png")
	if f.Content != "content/" || string(tree.Files[0].Data) != "# assets/main.css" {
		t.Errorf("content in %q, first file %q", f.Content, tree.Files[0].Data)
	}
}

func TestReadBareFolder(t *testing.T) {
	f := open(t, site(t, "README.md", "guides/a.md", "guides/a.pdf", "layouts/x.md", "node_modules/b.md"))
	tree := read(t, f)
	want(t, "read", paths(tree), "README.md", "guides/a.md", "layouts/x.md")
	want(t, "others", tree.Other, "guides/a.pdf")
	if f.Content != "" {
		t.Errorf("content in %q", f.Content)
	}
}

// TestChanges changes files, one with and one without a change of its size, and
// looks at what the next Read makes of it.
func TestChanges(t *testing.T) {
	dir := site(t, "same.md", "touched.md", "longer.md", "other.md", "gone.md", "a.png", "b.png")
	f := open(t, dir)
	before := read(t, f)
	write(t, dir, "longer.md", "# much longer than it was")
	write(t, dir, "other.md", "# OTHER.md")
	write(t, dir, "new/page.md", "# New")
	write(t, dir, "a.png", "another picture")
	past := time.Now().Add(-time.Hour)
	if err := os.Chtimes(filepath.Join(dir, "touched.md"), past, past); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(dir, "gone.md")); err != nil {
		t.Fatal(err)
	}
	after := read(t, f)
	want(t, "changed", after.Changed(before), "a.png", "gone.md", "longer.md", "new/page.md", "other.md")
	want(t, "against nothing", before.Changed(&source.Tree{}), "a.png", "b.png", "gone.md", "longer.md", "other.md", "same.md", "touched.md")
	want(t, "changed again", read(t, f).Changed(after))
}

// TestReread changes files at random, names some that did not change besides, and
// compares what is known then with what a new look at the folder finds.
func TestReread(t *testing.T) {
	all := []string{"content/a.md", "content/b/c.md", "content/b/.d.md", "content/b/e.png", "layouts/f.html", "layouts/g.go", "h.md"}
	const folder = "content/b" // as a folder is named that was moved away
	dir, r := site(t, all...), rand.New(rand.NewSource(1))
	f := open(t, dir)
	before := read(t, f)
	for i := range 300 {
		names := []string{}
		for range r.Intn(4) {
			name := all[r.Intn(len(all))]
			if names = append(names, name); r.Intn(3) > 0 {
				write(t, dir, name, fmt.Sprint("# ", i))
			} else if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
		}
		if i%10 == 0 {
			names = append(names, folder)
			if err := os.RemoveAll(filepath.Join(dir, folder)); err != nil {
				t.Fatal(err)
			}
		}
		after, err := f.Reread(names)
		if err != nil {
			t.Fatal(err)
		}
		fresh := read(t, open(t, dir))
		want(t, "files", paths(after), paths(fresh)...)
		want(t, "others", append([]string(nil), after.Other...), fresh.Other...)
		for k, file := range after.Files {
			want(t, file.Path, []string{string(file.Data)}, string(fresh.Files[k].Data))
		}
		for _, name := range after.Changed(before) {
			if !slices.Contains(names, name) && !(slices.Contains(names, folder) && strings.HasPrefix(name, folder)) {
				t.Errorf("%s changed without being named", name)
			}
		}
		before = after
	}
	if anything, err := f.Reread(nil); err != nil || anything.Changed(before) != nil {
		t.Errorf("a look at all of it finds %v changed, %v", anything.Changed(before), err)
	}
}

// TestNotReadAgain edits a file and takes the edit's size and time back: that is
// what a file is known by once its time is old enough to be trusted.
func TestNotReadAgain(t *testing.T) {
	dir := site(t, "a.md")
	name, past := filepath.Join(dir, "a.md"), time.Now().Add(-time.Hour)
	if err := os.Chtimes(name, past, past); err != nil {
		t.Fatal(err)
	}
	f := open(t, dir)
	before := read(t, f)
	write(t, dir, "a.md", "# A.MD")
	if err := os.Chtimes(name, past, past); err != nil {
		t.Fatal(err)
	}
	if after := read(t, f); after.Files[0] != before.Files[0] {
		t.Error("the file was read again")
	}
	if after, err := f.Reread([]string{"a.md"}); err != nil || string(after.Files[0].Data) != "# A.MD" {
		t.Errorf("told that it changed, it is still %q, %v", after.Files[0].Data, err)
	}
}

func TestLinksStayInside(t *testing.T) {
	outside, dir := site(t, "secret.md", "folder/secret.md"), site(t, "index.md", "real/a.md")
	for name, to := range map[string]string{
		"secret.md": filepath.Join(outside, "secret.md"), "folder": filepath.Join(outside, "folder"),
		"alias.md": "real/a.md", "loop": ".", "dangling.md": "nowhere.md",
	} {
		if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
			t.Skip(err)
		}
	}
	tree := read(t, open(t, dir))
	want(t, "read", paths(tree), "alias.md", "index.md", "real/a.md")
	want(t, "others", tree.Other)
}

func TestNoFolder(t *testing.T) {
	if _, err := source.Open(filepath.Join(t.TempDir(), "nowhere")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Open = %v", err)
	}
}

func TestPositions(t *testing.T) {
	f := source.NewFile("a.md", []byte("\ufeffå\r\nb\rc\n"))
	for offset, want := range map[int]source.Position{
		-1: {1, 1}, 0: {1, 1}, 3: {1, 1}, 5: {1, 2}, 7: {2, 1}, 9: {3, 1}, 11: {4, 1}, 99: {4, 1},
	} {
		if got := f.Position(offset); got != want {
			t.Errorf("Position(%d) = %v, want %v", offset, got, want)
		}
	}
	for line, want := range map[int]string{-1: "", 0: "", 1: "å", 2: "b", 3: "c", 4: "", 5: ""} {
		if got := f.Line(line); got != want {
			t.Errorf("Line(%d) = %q, want %q", line, got, want)
		}
	}
	for line, want := range map[int]int{-1: 0, 1: 0, 2: 7, 4: 11, 9: 11} {
		if got := f.Offset(line); got != want {
			t.Errorf("Offset(%d) = %d, want %d", line, got, want)
		}
	}
}
