package build_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"quandary/assets"
	"quandary/internal/build"
	"quandary/internal/source"
	"quandary/layouts"
)

// builtIn reads the built-in layouts and assets as the command does.
func builtIn(t testing.TB) (files []*source.File) {
	t.Helper()
	for top, tree := range map[string]fs.FS{"layouts/": layouts.Files, "assets/": assets.Files} {
		err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			data, err := fs.ReadFile(tree, name)
			files = append(files, source.NewFile(top+name, data))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return files
}

// folder is a site's folder with a builder that goes on from build to build.
type folder struct {
	*source.Folder
	builder *build.Builder
}

func openFolder(t testing.TB, dir string, opts build.Options) *folder {
	t.Helper()
	f, err := source.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Root.Close() })
	return &folder{f, &build.Builder{BuiltIn: builtIn(t), Options: opts}}
}

// build reads the files called names, or all, and builds the site.
func (f *folder) build(t testing.TB, names ...string) *build.Result {
	t.Helper()
	tree, err := f.Reread(names)
	if err != nil {
		t.Fatal(err)
	}
	return f.builder.Build(tree, f.Content, f.Root.ReadFile)
}

// bytesOf returns every file of a finished site.
func bytesOf(res *build.Result) map[string]string {
	files := map[string]string{}
	for _, f := range res.Set.All() {
		files[f.Path] = string(f.Bytes())
	}
	return files
}

// lay writes the files of an archive to a new folder.
func lay(t testing.TB, archive *txtar.Archive) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range archive.Files {
		write(t, dir, f.Name, string(f.Data))
	}
	return dir
}

func write(t testing.TB, dir, name, text string) {
	t.Helper()
	full := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(full, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestSearchOfAKind changes what a kind says its pages' field is: the index of a
// preview follows, though the pages are the same.
func TestSearchOfAKind(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "content/index.md", "# Home\n")
	write(t, dir, "content/a/x.md", "---\ncode: 4711\n---\n# X\n")
	f := openFolder(t, dir, build.Options{Keep: true})
	for _, kind := range []string{"text", "integer", "text"} {
		write(t, dir, "content/a/index.md", "---\nkind: {name: arg, fields: {code: "+kind+"}}\n---\n# A\n")
		files := bytesOf(f.build(t))
		found := false
		for name, text := range files {
			found = found || strings.HasPrefix(name, "search/") && strings.Contains(text, "4711")
		}
		if found != (kind == "text") {
			t.Errorf("with code: %s, 4711 is in the index: %t", kind, found)
		}
	}
}

// The playbook is the root of the repository.
const playbook = "../.."

func TestPlaybookIsClean(t *testing.T) {
	res := openFolder(t, playbook, build.Options{}).build(t)
	for _, d := range res.Diags {
		at := d.Place.Position()
		t.Errorf("%s:%d:%d: %s %s: %s", d.Place.Path(), at.Line, at.Column, d.Severity, d.Code, d.Message)
	}
	if len(res.Site.Pages) < 20 || len(res.Decisions) != 2 {
		t.Errorf("%d pages and %d decisions", len(res.Site.Pages), len(res.Decisions))
	}
	for _, d := range res.Decisions {
		if d.Tree == nil || !d.Tree.Optimal {
			t.Errorf("the tree of %s is not proven best", res.Site.Pages[d.Page].Name)
		}
	}
}

// TestHostile holds what hostile content may not do.
func TestHostile(t *testing.T) {
	outside := t.TempDir()
	write(t, outside, "secret.md", "# Secret\n")
	write(t, outside, "secret.txt", "secret text\n")
	dir := lay(t, &txtar.Archive{Files: []txtar.File{
		{Name: "content/index.md", Data: []byte("# Home\n\n<script>alert('evil')</script>\n\n[x](javascript:alert) [y](JaVaScRiPt:alert) [z](data:text/html,x) <a href=\"java\tscript:alert\">q</a> [o](../../secret.txt) ![i](../../../secret.txt) [[../secret]]\n\n[s](stolen.txt)\n")},
		{Name: "content/title.md", Data: []byte("---\ntitle: \"<script>evil</script>\"\nsummary: '\"><img src=x onerror=evil>'\n---\n[[index|<b>x</b>]]\n")},
	}})
	for _, name := range []string{"stolen.txt", "stolen.md"} {
		if err := os.Symlink(filepath.Join(outside, strings.Replace(name, "stolen", "secret", 1)), filepath.Join(dir, "content", name)); err != nil {
			t.Fatal(err)
		}
	}
	res := openFolder(t, dir, build.Options{}).build(t)
	if res.Diags.Errors() < 6 {
		t.Errorf("%d errors: %v", res.Diags.Errors(), res.Diags)
	}
	for path, text := range bytesOf(res) {
		if !strings.HasSuffix(path, ".html") {
			if strings.Contains(text, "secret text") {
				t.Errorf("%s holds what lies outside the folder", path)
			}
			continue
		}
		for _, bad := range []string{"alert('evil')", "<script>evil", "javascript:", "<img src=x onerror", "data:text", "secret text"} {
			if strings.Contains(strings.ToLower(text), strings.ToLower(bad)) {
				t.Errorf("%s holds %q", path, bad)
			}
		}
	}
}
