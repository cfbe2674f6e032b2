package fix_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"quandary/internal/diag"
	"quandary/internal/fix"
	"quandary/internal/matter"
	"quandary/internal/source"
)

func edit(f *source.File, old, text string) diag.Edit {
	at := strings.Index(string(f.Data), old)
	return diag.Edit{Place: f.Place(at, at+len(old)), Text: text}
}

func TestApply(t *testing.T) {
	a := source.NewFile("a.md", []byte("\uFEFFone two\r\nthree four\r\n"))
	b := source.NewFile("b.md", []byte("x"))
	list := diag.List{
		{Fix: []diag.Edit{edit(a, "three", "3")}},
		{Fix: []diag.Edit{edit(a, "one", "1"), edit(b, "x", "y")}},
		{Fix: []diag.Edit{edit(a, "e two", "?"), edit(b, "x", "z")}}, // overlaps, so none of it
		{Fix: []diag.Edit{edit(a, "three", "3"), edit(a, "four", "4")}},
		{Message: "nothing certain"},
	}
	changes, mended := fix.Apply(list)
	if mended != 3 || len(changes) != 2 {
		t.Fatalf("%d mended in %d files", mended, len(changes))
	}
	if got, want := string(changes[0].Data), "\uFEFF1 two\r\n3 4\r\n"; got != want {
		t.Errorf("a.md is %q, want %q", got, want)
	}
	if got := string(changes[1].Data); got != "y" {
		t.Errorf("b.md is %q", got)
	}
	diff := fix.Diff(changes[1:])
	want := "--- a/b.md\n+++ b/b.md\n@@ -1 +1 @@\n-x\n\\ No newline at end of file\n+y\n\\ No newline at end of file\n"
	if d := cmp.Diff(want, diff); d != "" {
		t.Error(d)
	}
}

func TestInsertionsAtOnePlace(t *testing.T) {
	a := source.NewFile("a.md", []byte("text"))
	insert := func(text string) diag.Diagnostic {
		return diag.Diagnostic{Fix: []diag.Edit{{Place: a.Place(0, 0), Text: text}}}
	}
	changes, mended := fix.Apply(diag.List{insert("x"), insert("y"), insert("x")})
	if got := string(changes[0].Data); got != "xtext" || mended != 2 {
		t.Errorf("%q, %d mended", got, mended)
	}
}

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "a.md")
	if err := os.WriteFile(name, []byte("old"), 0o640); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	change := fix.Change{File: source.NewFile("a.md", []byte("old")), Data: []byte("new")}
	if err := fix.Write(root, []fix.Change{change}); err != nil {
		t.Fatal(err)
	}
	data, _ := os.ReadFile(name)
	info, _ := os.Stat(name)
	if string(data) != "new" || info.Mode().Perm() != 0o640 {
		t.Errorf("%q, %v", data, info.Mode())
	}
	if err := fix.Write(root, []fix.Change{change}); err == nil {
		t.Error("wrote over a file that was changed meanwhile")
	}
	if err := os.Symlink("a.md", filepath.Join(dir, "b.md")); err != nil {
		t.Fatal(err)
	}
	change = fix.Change{File: source.NewFile("b.md", []byte("new")), Data: []byte("newer")}
	if err := fix.Write(root, []fix.Change{change}); err == nil {
		t.Error("replaced a link by a file")
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".*")); left != nil {
		t.Errorf("left over: %v", left)
	}
}

// TestFront adds to front matter written in every way; a way that is not
// known is left alone.
func TestFront(t *testing.T) {
	cases := []struct{ name, before, after string }{
		{"none", "Text.\n", "---\naliases: [/a/, /b/]\n---\n\nText.\n"},
		{"none, with a mark and CRLF", "\uFEFFText.\r\n", "\uFEFF---\r\naliases: [/a/, /b/]\r\n---\r\n\r\nText.\r\n"},
		{"a rule at the beginning", "---\n\nText.\n", "---\naliases: [/a/, /b/]\n---\n\n---\n\nText.\n"},
		{"no such key", "---\ntitle: x\n---\nText.\n", "---\ntitle: x\naliases: [/a/, /b/]\n---\nText.\n"},
		{"no such key, CRLF", "---\r\ntitle: x\r\n---\r\nText.\r\n", "---\r\ntitle: x\r\naliases: [/a/, /b/]\r\n---\r\nText.\r\n"},
		{"empty", "---\n---\nText.\n", "---\naliases: [/a/, /b/]\n---\nText.\n"},
		{"a list", "---\naliases: [x, 'y']\ntitle: z\n---\n", "---\naliases: [x, 'y', /a/, /b/]\ntitle: z\n---\n"},
		{"an empty list", "---\naliases: []\n---\n", "---\naliases: [/a/, /b/]\n---\n"},
		{"a list over lines", "---\naliases: [\n  x,\n  y\n]\n---\n", "---\naliases: [\n  x,\n  y, /a/, /b/\n]\n---\n"},
		{"items", "---\naliases:\n  - x\n  - y # why\ntitle: z\n---\n", "---\naliases:\n  - x\n  - y # why\n  - /a/\n  - /b/\ntitle: z\n---\n"},
		{"items not indented", "---\naliases:\n- x\n---\n", "---\naliases:\n- x\n- /a/\n- /b/\n---\n"},
		{"one value", "---\naliases: x\n---\n", "---\naliases: [x, /a/, /b/]\n---\n"},
		{"no value", "---\naliases:\ntitle: z\n---\n", "---\naliases: [/a/, /b/]\ntitle: z\n---\n"},
		{"a map", "---\naliases: {a: b}\n---\n", ""},
		{"all in one line", "---\n{title: x}\n---\n", ""},
		{"another page's list", "---\nx: &l [a]\naliases: *l\n---\n", ""},
	}
	for _, c := range cases {
		front, f := parse(t, c.before)
		check(t, c.name, f, front.Add("aliases", matter.List, [][]string{{"/a/"}, {"/b/"}}), c.after)
	}
}

func TestFrontPairs(t *testing.T) {
	cases := []struct{ name, before, after string }{
		{"none", "Text.\n", "---\nmoved: {a: b, c: d.md#e}\n---\n\nText.\n"},
		{"a map", "---\nmoved: {x: y}\n---\n", "---\nmoved: {x: y, a: b, c: d.md#e}\n---\n"},
		{"an empty map", "---\nmoved: {}\n---\n", "---\nmoved: {a: b, c: d.md#e}\n---\n"},
		{"lines", "---\nmoved:\n    x: y\ntitle: z\n---\n", "---\nmoved:\n    x: y\n    a: b\n    c: d.md#e\ntitle: z\n---\n"},
		{"no value", "---\nmoved:\n---\n", "---\nmoved: {a: b, c: d.md#e}\n---\n"},
		{"text", "---\nmoved: x\n---\n", ""},
	}
	for _, c := range cases {
		front, f := parse(t, c.before)
		check(t, c.name, f, front.Add("moved", matter.Map, [][]string{{"a", "b"}, {"c", "d.md#e"}}), c.after)
	}
	front, f := parse(t, "x")
	check(t, "quotes", f, front.Add("moved", matter.Map, [][]string{{"a b", "null"}, {"ü-1", "x, y.md"}}), "---\nmoved: {\"a b\": \"null\", ü-1: \"x, y.md\"}\n---\n\nx")
}

func parse(t *testing.T, text string) (fix.Front, *source.File) {
	f := source.NewFile("a.md", []byte(text))
	root, body, diags := matter.Parse(f)
	if len(diags) > 0 {
		t.Fatalf("%q: %v", text, diags)
	}
	return fix.Front{File: f, Root: root, Body: body}, f
}

func check(t *testing.T, name string, f *source.File, edits []diag.Edit, want string) {
	t.Helper()
	if want == "" {
		if edits != nil {
			t.Errorf("%s: %v", name, edits)
		}
		return
	}
	changes, _ := fix.Apply(diag.List{{Fix: edits}})
	if len(changes) != 1 || string(changes[0].Data) != want {
		t.Errorf("%s: got %v, want %q", name, changes, want)
		return
	}
	if _, _, diags := matter.Parse(source.NewFile("a.md", changes[0].Data)); len(diags) > 0 {
		t.Errorf("%s: what was made is wrong: %v (%s)", name, diags[0].Message, f.Data)
	}
}

// FuzzFront adds to front matter of any kind: what comes out says what it said
// before and the new value, and the body is the same.
func FuzzFront(f *testing.F) {
	for _, seed := range []string{"x", "---\naliases: [a]\n---\nx", "---\r\naliases:\r\n- a\r\n---\r\nx", "---\n{a: b}\n---\n", "---\naliases: >\n  a\n---\n", "---\na: &x [b]\naliases: *x\n---\n", "---\naliases:\n\n  - 'a' # b\n---\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		file := source.NewFile("a.md", []byte(text))
		root, body, diags := matter.Parse(file)
		if len(diags) > 0 {
			return
		}
		edits := fix.Front{File: file, Root: root, Body: body}.Add("aliases", matter.List, [][]string{{"/new/"}})
		if edits == nil {
			return
		}
		changes, _ := fix.Apply(diag.List{{Fix: edits}})
		after := source.NewFile("a.md", changes[0].Data)
		now, at, faults := matter.Parse(after)
		if len(faults) > 0 {
			t.Fatalf("%q became %q: %s", text, after.Data, faults[0].Message)
		}
		if got, want := strings.TrimLeft(string(after.Data[at:]), "\r\n"), strings.TrimLeft(text[body:], "\r\n"); got != want {
			t.Errorf("%q became %q: the body is %q", text, after.Data, got)
		}
		var faulty diag.List
		items := (matter.Shape{Diags: &faulty}).Texts(now.Get("aliases"), "aliases")
		if len(items) == 0 || items[len(items)-1].Text != "/new/" {
			t.Errorf("%q became %q", text, after.Data)
		}
	})
}
