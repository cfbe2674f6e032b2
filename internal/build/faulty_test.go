package build_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
	"golang.org/x/tools/txtar"

	"quandary/internal/build"
	"quandary/internal/diag"
	"quandary/internal/source"
)

var update = flag.Bool("update", false, "rewrite what is wanted in testdata")

// TestFaultySites checks whole sites that have something wrong with them: each
// archive in testdata/faulty holds a small site and, in "want", every
// diagnostic of it, none missing and none extra.
//
// A line "+bom FILE", "+crlf FILE" or "+nfd FILE" in an archive's comment puts
// a byte-order mark before that file, ends its lines in CRLF, or decomposes the
// accents in its name: what editors do to archives must not change the tests.
func TestFaultySites(t *testing.T) {
	files, err := filepath.Glob("testdata/faulty/*.txtar")
	if err != nil || len(files) < 80 {
		t.Fatalf("%d archives (%v), and at least 80 are wanted", len(files), err)
	}
	builder := &build.Builder{BuiltIn: builtIn(t)}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			wants := archive.Files[len(archive.Files)-1:]
			if wants[0].Name != "want" || strings.TrimSpace(string(archive.Comment)) == "" {
				t.Fatal("the last file must be called want, and the comment say what is wrong")
			}
			got := describe(buildArchive(builder, archive).Diags)
			if *update {
				wants[0].Data = []byte(got)
				if err := os.WriteFile(file, txtar.Format(archive), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if d := cmp.Diff(string(wants[0].Data), got); d != "" {
				t.Errorf("-want +got:\n%s", d)
			}
		})
	}
}

// buildArchive builds the site in an archive, in memory.
func buildArchive(b *build.Builder, archive *txtar.Archive) *build.Result {
	flags := map[string]string{}
	for line := range strings.Lines(string(archive.Comment)) {
		if flag, name, ok := strings.Cut(strings.TrimSpace(line), " "); ok && strings.HasPrefix(flag, "+") {
			flags[name] += flag
		}
	}
	tree, prefix := &source.Tree{}, ""
	others := map[string][]byte{}
	for _, f := range archive.Files {
		name, data := f.Name, f.Data
		switch {
		case name == "want":
			continue
		case strings.HasPrefix(name, "content/"):
			prefix = "content/"
		}
		if strings.Contains(flags[f.Name], "+crlf") {
			data = bytes.ReplaceAll(data, []byte("\n"), []byte("\r\n"))
		}
		if strings.Contains(flags[f.Name], "+bom") {
			data = append([]byte("\uFEFF"), data...)
		}
		if strings.Contains(flags[f.Name], "+nfd") {
			name = norm.NFD.String(name)
		}
		if strings.HasSuffix(name, ".md") || strings.HasPrefix(name, "layouts/") {
			tree.Files = append(tree.Files, source.NewFile(name, data))
			continue
		}
		tree.Other = append(tree.Other, name)
		others[name] = data
	}
	return b.Build(tree, prefix, func(name string) ([]byte, error) {
		if data, ok := others[name]; ok {
			return data, nil
		}
		return nil, os.ErrNotExist
	})
}

// describe writes diagnostics one a line, with their notes and edits below.
func describe(list diag.List) string {
	var b strings.Builder
	at := func(p source.Place) string {
		pos := p.Position()
		return fmt.Sprintf("%s:%d:%d", p.Path(), pos.Line, pos.Column)
	}
	for _, d := range list {
		fmt.Fprintf(&b, "%s: %s %s: %s", at(d.Place), d.Severity, d.Code, d.Message)
		if d.Hint != "" {
			fmt.Fprintf(&b, " | %s", d.Hint)
		}
		b.WriteString("\n")
		for _, n := range d.Related {
			fmt.Fprintf(&b, "  note %s: %s\n", at(n.Place), n.Message)
		}
		for _, e := range d.Fix {
			fmt.Fprintf(&b, "  fix %s: %q -> %q\n", at(e.Place), e.Place.Text(), e.Text)
		}
	}
	return b.String()
}
