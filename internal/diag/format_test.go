package diag_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/tools/txtar"

	"quandary/internal/diag"
	"quandary/internal/source"
)

var update = flag.Bool("update", false, "rewrite the goldens")

// site finds places in the files of testdata/report.txtar by their text.
type site map[string]*source.File

func (s site) at(t *testing.T, path, text string) source.Place {
	t.Helper()
	start := bytes.Index(s[path].Data, []byte(text))
	if start < 0 {
		t.Fatalf("%s has no %q", path, text)
	}
	return s[path].Place(start, start+len(text))
}

// report is a list with one of everything.
func report(t *testing.T, s site) diag.List {
	var l diag.List
	d := l.Add("link/broken", s.at(t, "content/a.md", "quadrants/b.md"), `there is no page "quadrants/b.md"`)
	d.Hint = `did you mean "quadrants/ab.md"?`
	d.Fix = []diag.Edit{{Place: d.Place, Text: "quadrants/ab.md"}}
	d = l.Warn("field/unknown", s.at(t, "content/a.md", "clam"), `unknown field "clam"`)
	d.Related = []diag.Note{
		{Place: s.at(t, "content/index.md", "claim"), Message: "the kind's fields are declared here"},
		{Message: "a note without a place"},
	}
	l.Add("text/tab", s.at(t, "content/a.md", "tabbed"), "a place after tabs")
	l.Add("text/wide", s.at(t, "content/a.md", "世界"), "wide characters, after wide characters")
	l.Add("text/emoji", s.at(t, "content/a.md", "e\u0301"), "a combining mark, after an emoji")
	l.Add("text/lines", s.at(t, "content/a.md", "starts here\nand ends"), "a place over two lines")
	l.Warn("text/long", s.at(t, "content/a.md", "needle"), "a place in a long line")
	end := len(s["content/a.md"].Data)
	l.Add("text/end", s["content/a.md"].Place(end, end), "a place at the very end")
	l.Add("text/escape", s.at(t, "content/odd, 100%: name.md", "[31m"), "100% of\nnames: odd, \x1b[31mred\x1b[0m")
	d = l.Add("site/empty", source.Place{}, "there are no pages")
	d.Hint = "add content/index.md"
	return l
}

func TestFormats(t *testing.T) {
	const golden = "testdata/report.txtar"
	archive, err := txtar.ParseFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	s := make(site)
	want := make(map[string]*txtar.File)
	for i, f := range archive.Files {
		if name, ok := strings.CutPrefix(f.Name, "want/"); ok {
			want[name] = &archive.Files[i]
		} else {
			s[f.Name] = source.NewFile(f.Name, f.Data)
		}
	}
	list := report(t, s)
	formats := map[string]diag.Report{
		"text":   {List: list, Pages: 20},
		"color":  {List: list[:2], Color: true},
		"json":   {List: list, Pages: 20, Dir: "elsewhere"},
		"github": {List: list},
		"sarif":  {List: list, Version: "1.2.3", Dir: "handbook"},
	}
	for name, r := range formats {
		t.Run(name, func(t *testing.T) {
			var got bytes.Buffer
			format := name
			if r.Color {
				format = "text"
			}
			if err := r.Write(&got, format); err != nil {
				t.Fatal(err)
			}
			file := want[name]
			if file == nil {
				t.Fatalf("%s has no want/%s", golden, name)
			}
			if *update {
				file.Data = got.Bytes()
			} else if d := cmp.Diff(string(file.Data), got.String()); d != "" {
				t.Errorf("-want +got:\n%s", d)
			}
		})
		delete(want, name)
	}
	for name := range want {
		t.Errorf("%s: nothing prints want/%s", golden, name)
	}
	if *update {
		if err := os.WriteFile(golden, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// TestCounts prints short lists.
func TestCounts(t *testing.T) {
	var one, many diag.List
	one.Warn("a/b", source.Place{}, "m")
	many.Add("a/b", source.Place{}, "m")
	many.Add("a/c", source.Place{}, "m")
	many.Warn("a/d", source.Place{}, "m")
	for _, test := range []struct {
		format, want string
		r            diag.Report
	}{
		{"text", "nothing wrong in 1 page\n", diag.Report{Pages: 1}},
		{"text", "warning[a/b]: m\n\n1 warning in 20 pages\n", diag.Report{List: one, Pages: 20}},
		{"text", "error[a/b]: m\n\nerror[a/c]: m\n\nwarning[a/d]: m\n\n2 errors, 1 warning in 0 pages\n", diag.Report{List: many}},
		{"github", "", diag.Report{}},
		{"json", "{\n  \"diagnostics\": [],\n  \"errors\": 0,\n  \"pages\": 1,\n  \"warnings\": 0\n}\n", diag.Report{Pages: 1}},
	} {
		var got bytes.Buffer
		if err := test.r.Write(&got, test.format); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(test.want, got.String()); d != "" {
			t.Errorf("%s, -want +got:\n%s", test.format, d)
		}
	}
}

// TestSARIFSchema holds our logs, a full one and an empty one, against the
// published schema.
func TestSARIFSchema(t *testing.T) {
	schema := compile(t, "testdata/sarif-schema-2.1.0.json")
	f := source.NewFile("content/a b.md", []byte("one two\nthree"))
	var l diag.List
	d := l.Add("a/b", f.Place(0, 3), "m")
	d.Fix = []diag.Edit{{Place: f.Place(0, 3), Text: "1"}, {Place: f.Place(4, 4), Text: "2"}, {Place: source.NewFile("b:c", nil).Place(0, 0)}}
	d.Related = []diag.Note{{Place: f.Place(8, 9), Message: "n"}, {Message: "nowhere"}}
	l.Warn("a/a", source.Place{}, "w")
	for _, list := range []diag.List{nil, l} {
		for _, version := range []string{"", "v1"} {
			var b bytes.Buffer
			if err := (diag.Report{List: list, Version: version, Dir: "sub"}).Write(&b, "sarif"); err != nil {
				t.Fatal(err)
			}
			instance, err := jsonschema.UnmarshalJSON(&b)
			if err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(instance); err != nil {
				t.Errorf("%#v", err)
			}
		}
	}
}

func compile(t *testing.T, path string) *jsonschema.Schema {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	document, err := jsonschema.UnmarshalJSON(f)
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("sarif.json", document); err != nil {
		t.Fatal(err)
	}
	return c.MustCompile("sarif.json")
}

// FuzzText checks that no text of a site can break out of the line a terminal
// shows it on, and that every format takes every text and span.
func FuzzText(f *testing.F) {
	f.Add("a\tb\x1b[31m\u202e世界é\r\nz", "name\n\x1b]8;;", 3, 9)
	f.Add("\xff\xfe\ufeff", "\u2028", -1, 100)
	f.Add(strings.Repeat("word ", 100), "m", 200, 300)
	f.Fuzz(func(t *testing.T, text, message string, start, end int) {
		file := source.NewFile(message, []byte(text))
		start = min(max(start, 0), len(text))
		end = min(max(end, start), len(text))
		var l diag.List
		d := l.Add("a/b", file.Place(start, end), message)
		d.Hint = message
		var b bytes.Buffer
		for _, format := range diag.Formats {
			b.Reset()
			if err := (diag.Report{List: l, Dir: "d"}).Write(&b, format); err != nil {
				t.Fatal(err)
			}
			lines := strings.Count(b.String(), "\n")
			switch {
			case format == "text" && lines != 7 && message != "":
				t.Errorf("%d lines: %q", lines, b.String())
			case format == "text" && strings.ContainsAny(b.String(), "\x1b\r\t\x00\u202e\u2028"):
				t.Errorf("not clean: %q", b.String())
			case format == "github" && lines != 1:
				t.Errorf("%d lines: %q", lines, b.String())
			case (format == "json" || format == "sarif") && !json.Valid(b.Bytes()):
				t.Errorf("not JSON: %q", b.String())
			}
		}
	})
}
