package decision

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"

	"quandary/internal/source"
)

// sample is the decision of the golden files.
func sample() *Decision {
	d := &Decision{
		Questions: []Question{
			{ID: "impact", Ask: "What does this decision change for the product?", Answers: []Answer{
				{ID: "direct", Label: "The experience, a promised date or a core capability"},
				{ID: "later", Label: "Nothing now, but later product choices will rest on it"},
				{ID: "none", Label: "Nothing that anyone outside the team would notice"},
			}},
			{ID: "team", Ask: "How used is the team to deciding such things?", After: []int{0}, Answers: []Answer{
				{ID: "new", Label: "It is still learning"},
				{ID: "seasoned", Label: "It has done so often"},
				{ID: "split", Label: "It is of two minds"},
			}},
			{ID: "facilitator", Ask: "Does someone lead the discussion?", Answers: []Answer{
				{ID: "yes", Label: "Yes"}, {ID: "no", Label: "No"},
			}},
		},
		Impossible: []Impossible{{Cube: Cube{4, 4, 3}, Because: "nobody quarrels over what nobody notices"}},
		Landings: []Rule{
			{Page: 1, Alternatives: []Alternative{{Cube: Cube{1, 7, 3}}}},
			{Page: 2, Alternatives: []Alternative{{Cube: Cube{2, 2, 3}}, {Cube: Cube{2, 6, 1}}}},
			{Page: 3, Alternatives: []Alternative{{Cube: Cube{4, 2, 3}}, {Cube: Cube{2, 4, 2}}}},
			{Page: 4, Alternatives: []Alternative{{Cube: Cube{6, 1, 3}}}},
		},
		Mentions: []Rule{
			{Page: 5, Alternatives: []Alternative{{Cube: Cube{7, 7, 2}}}},
			{Page: 6, Alternatives: []Alternative{{Cube: Cube{7, 1, 3}}}},
		},
	}
	d.whole = whole(d.Questions)
	d.pages = titled([]string{
		"How involved should you be?", "Be present and engaged", "Attend as an observer",
		"Stay out, be available", "Actively step back", "It is the Scrum Master's role", "Teams need to learn",
	})
	return d
}

func titled(titles []string) []Page {
	pages := make([]Page, len(titles))
	for i, title := range titles {
		pages[i] = Page{File: source.NewFile("content/page-"+string(rune('0'+i))+".md", nil), Title: title}
	}
	return pages
}

// hostile is a decision whose every text tries to break out of its format.
func hostile() *Decision {
	nasty := "\"]; end %% <b>&amp; #quot; `x` \\N | --> 1\u202e\x1b[31m\n\tä 🙂 ]]> </text> style:#x;"
	d := &Decision{
		Questions: []Question{
			{ID: nasty, Ask: nasty, Answers: []Answer{{ID: nasty, Label: nasty}, {ID: "no", Label: "- no"}}},
			{ID: "if", Ask: "1. If?", Answers: []Answer{{ID: "1", Label: "1"}, {ID: "true", Label: "true"}}},
		},
		Landings: []Rule{
			{Page: 1, Alternatives: []Alternative{{Cube: Cube{1, 3}}, {Cube: Cube{3, 1}}}},
			{Page: 2, Alternatives: []Alternative{{Cube: Cube{2, 2}}}},
		},
	}
	d.whole = whole(d.Questions)
	d.pages = titled([]string{nasty, nasty, "end"})
	return d
}

// golden compares what write writes with a file, or rewrites the file.
func golden(t *testing.T, name string, write func(io.Writer) error) {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", "tree", name)
	if flag.Lookup("update").Value.String() == "true" { // the flag of the proof's golden files
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(b.Bytes(), want) {
		t.Errorf("%s differs (run with -update to accept):\n%s", name, b.Bytes())
	}
}

// planned is what is written of a decision that has a tree.
func planned(d *Decision) *Verdict { return &Verdict{Decision: d, Tree: Plan(d)} }

func TestExports(t *testing.T) {
	for name, d := range map[string]*Decision{"sample": sample(), "hostile": hostile()} {
		verdicts := []*Verdict{planned(d)}
		tree := verdicts[0].Tree
		golden(t, name+".txt", func(w io.Writer) error { return Write(w, "text", verdicts) })
		golden(t, name+".mmd", func(w io.Writer) error { return Write(w, "mermaid", verdicts) })
		golden(t, name+".dot", func(w io.Writer) error { return Write(w, "dot", verdicts) })
		golden(t, name+".dmn", func(w io.Writer) error { return Write(w, "dmn", verdicts) })
		golden(t, name+".result", func(w io.Writer) error {
			var err error
			tree.Root.Walk(func(n *Node) {
				if n.Question < 0 && err == nil {
					err = tree.WriteResult(w, n)
					io.WriteString(w, "--------\n")
				}
			})
			return err
		})
	}
}
