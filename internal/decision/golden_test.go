package decision_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"quandary/internal/decision"
	"quandary/internal/diag"
	"quandary/internal/matter"
	"quandary/internal/source"
)

var update = flag.Bool("update", false, "rewrite the wanted output of the golden cases")

// readSite parses a small site: pages whose folder's index.md declares a kind
// are of that kind.
func readSite(files map[string]string) (pages []decision.Page, kinds []string, diags diag.List) {
	kindOf := map[string]string{}
	var names []string
	roots := map[string]*matter.Node{}
	sources := map[string]*source.File{}
	for name, data := range files {
		f := source.NewFile(name, []byte(data))
		root, _, more := matter.Parse(f)
		diags = append(diags, more...)
		names, roots[name], sources[name] = append(names, name), root, f
		if k := root.Get("kind").Get("name"); k != nil && path.Base(name) == "index.md" {
			kindOf[path.Dir(name)] = k.Text
			kinds = append(kinds, k.Text)
		}
	}
	slices.Sort(names)
	slices.Sort(kinds)
	for _, name := range names {
		p := decision.Page{File: sources[name], When: roots[name].Get("when"), Decision: roots[name].Get("decision")}
		if path.Base(name) != "index.md" {
			p.Kind = kindOf[path.Dir(name)]
		}
		p.Broken = roots[name] == nil && strings.HasPrefix(files[name], "---")
		pages = append(pages, p)
	}
	return pages, kinds, diags
}

func printDiags(b *bytes.Buffer, diags diag.List) {
	for _, d := range diags {
		pos := d.Place.Position()
		fmt.Fprintf(b, "%s:%d:%d: %s: %s: %s\n", d.Place.Path(), pos.Line, pos.Column, d.Severity, d.Code, d.Message)
		if d.Hint != "" {
			fmt.Fprintf(b, "  hint: %s\n", d.Hint)
		}
		for _, n := range d.Related {
			pos := n.Place.Position()
			fmt.Fprintf(b, "  %s:%d:%d: %s\n", n.Place.Path(), pos.Line, pos.Column, n.Message)
		}
	}
}

func writeVerdicts(t *testing.T, b *bytes.Buffer, verdicts []*decision.Verdict) {
	for _, v := range verdicts {
		if !v.Faulty {
			v.Tree = decision.Plan(v.Decision)
		}
	}
	if err := decision.Write(b, "json", verdicts); err != nil {
		t.Fatal(err)
	}
}

// TestGolden compiles the small sites of testdata and compares all that is
// wrong with them, and the JSON where a case has it.
func TestGolden(t *testing.T) {
	cases, _ := filepath.Glob("testdata/proof/*.txtar")
	if len(cases) == 0 {
		t.Fatal("no cases")
	}
	for _, name := range cases {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) { golden(t, name) })
	}
}

func golden(t *testing.T, name string) {
	archive, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range archive.Files {
		if strings.HasSuffix(f.Name, ".md") {
			files[f.Name] = string(f.Data)
		}
	}
	pages, kinds, _ := readSite(files)
	verdicts, diags := decision.Compile(pages, kinds)
	for i, f := range archive.Files {
		var got bytes.Buffer
		switch {
		case f.Name == "want":
			printDiags(&got, diags)
		case f.Name == "want.json":
			writeVerdicts(t, &got, verdicts)
		case strings.HasSuffix(f.Name, ".md"):
			continue
		default:
			t.Fatalf("what is %q for?", f.Name)
		}
		if *update {
			archive.Files[i].Data = got.Bytes()
		} else if diff := cmp.Diff(string(f.Data), got.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", f.Name, diff)
		}
	}
	if *update {
		if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
