package matter_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"
	"gotest.tools/v3/golden"

	"quandary/internal/diag"
	"quandary/internal/matter"
	"quandary/internal/source"
)

// TestGolden reads testdata/*.txtar. Each file "x.md" or "x.yaml" in one is
// followed by "x.want": its nodes with their places, its body and what is wrong
// with it. A comment line "line ends: crlf" adds a byte-order mark, too.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := &txtar.Archive{Comment: archive.Comment}
			for _, in := range archive.Files {
				name, ext, _ := strings.Cut(in.Name, ".")
				if ext == "want" {
					continue
				}
				text := string(in.Data)
				if strings.Contains(string(archive.Comment), "line ends: crlf") {
					text = "\uFEFF" + strings.ReplaceAll(text, "\n", "\r\n")
				}
				want := txtar.File{Name: name + ".want", Data: []byte(describe(source.NewFile(in.Name, []byte(text))))}
				got.Files = append(got.Files, in, want)
			}
			golden.Assert(t, string(txtar.Format(got)), filepath.Base(file))
		})
	}
}

// describe reads a file and writes down everything that was found in it.
func describe(f *source.File) string {
	var b strings.Builder
	var root *matter.Node
	var diags diag.List
	if strings.HasSuffix(f.Path, ".yaml") {
		root, diags = matter.ParseYAML(f)
	} else {
		var body int
		root, body, diags = matter.Parse(f)
		fmt.Fprintf(&b, "body %q\n", f.Data[body:])
	}
	if root != nil {
		dump(&b, root, "")
	}
	for _, d := range diags {
		fmt.Fprintf(&b, "%s %s: %s\n", at(d.Place), d.Code, d.Message)
		if d.Hint != "" {
			fmt.Fprintf(&b, "\thint: %s\n", d.Hint)
		}
		for _, n := range d.Related {
			fmt.Fprintf(&b, "\t%s %s\n", at(n.Place), n.Message)
		}
	}
	return b.String()
}

func dump(b *strings.Builder, n *matter.Node, indent string) {
	fmt.Fprintf(b, "%s %s", at(n.Place), n.Kind)
	if n.Text != "" {
		fmt.Fprintf(b, " %q", n.Text)
	}
	if n.Quoted {
		b.WriteString(" quoted")
	}
	b.WriteByte('\n')
	indent += "  "
	for _, item := range n.Items {
		b.WriteString(indent + "- ")
		dump(b, item, indent)
	}
	for _, f := range n.Fields {
		fmt.Fprintf(b, "%s%s %s: ", indent, at(f.Key.Place), f.Key.Text)
		dump(b, f.Value, indent)
	}
}

// at writes a place down: line and column, and the text it covers.
func at(p source.Place) string {
	from := p.Position()
	return fmt.Sprintf("%d:%d[%s]", from.Line, from.Column, p.Text())
}

// TestLimits checks that no front matter can hang or crash a build.
func TestLimits(t *testing.T) {
	bomb := "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
	for i := 1; i < 9; i++ {
		alias := fmt.Sprintf("*a%d", i-1)
		bomb += fmt.Sprintf("a%d: &a%d [%s%s]\n", i, i, alias, strings.Repeat(", "+alias, 9))
	}
	for name, yaml := range map[string]string{
		"alias bomb":    bomb,
		"nested lists":  "a: " + strings.Repeat("[", 200) + strings.Repeat("]", 200) + "\n",
		"nested maps":   strings.Repeat("{a: ", 100_000) + "\n",
		"nested dashes": strings.Repeat("- ", 100_000) + "x\n",
		"nested keys":   strings.Repeat("? ", 100_000) + "x\n",
		"too long":      "a: " + strings.Repeat("x", 5<<20) + "\n",
		"many keys":     strings.Repeat("k: 1\n", 100_000),
		"no values":     "a:\n" + strings.Repeat("-\n", 300_000),
		"no values {}":  "a: {" + strings.Repeat("k:, ", 200_000) + "}\n",
		"bare keys {}":  "a: {" + strings.Repeat("k, ", 200_000) + "}\n",
		"many ends":     strings.Repeat("a: 1\n...\n", 100_000),
	} {
		t.Run(name, func(t *testing.T) {
			begin := time.Now()
			root, _, diags := matter.Parse(source.NewFile("a.md", []byte("---\n"+yaml+"---\n")))
			if root != nil || len(diags) != 1 || diags[0].Code != "yaml/too-large" {
				t.Errorf("root %v, %v", root, diags)
			}
			if took := time.Since(begin); took > time.Minute {
				t.Errorf("took %v", took)
			}
		})
	}
}

// FuzzParse looks for front matter that makes the parser panic, and for a node
// or a fault whose place is outside the file.
func FuzzParse(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.txtar")
	for _, file := range files {
		if archive, err := txtar.ParseFile(file); err == nil {
			for _, in := range archive.Files {
				f.Add(string(in.Data))
			}
		}
	}
	f.Fuzz(func(t *testing.T, in string) {
		file := source.NewFile("a.md", []byte(in))
		root, body, diags := matter.Parse(file)
		if body < 0 || body > len(in) {
			t.Fatalf("body at %d of %d", body, len(in))
		}
		if root != nil {
			dump(&strings.Builder{}, root, "")
			if root.Kind != matter.Map {
				t.Fatalf("the root is %v", root.Kind)
			}
		}
		for _, d := range diags {
			_ = at(d.Place)
		}
	})
}
