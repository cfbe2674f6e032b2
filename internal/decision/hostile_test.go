package decision_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/tools/txtar"

	"quandary/internal/decision"
	"quandary/internal/diag"
)

// schema checks documents against the JSON Schema that ships with the program.
func schema(t testing.TB) *jsonschema.Schema {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(decision.Schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("tree.json", document); err != nil {
		t.Fatal(err)
	}
	return c.MustCompile("tree.json")
}

func validate(t testing.TB, s *jsonschema.Schema, document []byte) {
	instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
	if err == nil {
		err = s.Validate(instance)
	}
	if err != nil {
		t.Errorf("%v in %s", err, document)
	}
}

// TestSchema validates what is written for the golden cases and for random
// tables, sound and faulty.
func TestSchema(t *testing.T) {
	s := schema(t)
	cases, _ := filepath.Glob("testdata/proof/*.txtar")
	for _, name := range cases {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range archive.Files {
			if f.Name == "want.json" {
				validate(t, s, f.Data)
			}
		}
	}
	for seed := range 200 {
		pages, kinds := randomTable(rand.New(rand.NewPCG(uint64(seed), 3))).pages()
		verdicts, _ := decision.Compile(pages, kinds)
		var b bytes.Buffer
		writeVerdicts(t, &b, verdicts)
		validate(t, s, b.Bytes())
	}
	for _, document := range []string{
		`{"decisions": [{}]}`,
		`{"decisions": [{"page": "a.md", "cells": 12, "gap": null, "overlap": null, "unreachable": [], "redundant": [], "irrelevant": [], "tree": null}]}`,
	} {
		instance, _ := jsonschema.UnmarshalJSON(strings.NewReader(document))
		if s.Validate(instance) == nil {
			t.Errorf("the schema takes %s", document)
		}
	}
}

// hostile is front matter that means harm: a decision's page and a page of the
// kind that it lands on.
func hostile() map[string]map[string]string {
	r := rand.New(rand.NewPCG(1, 9))
	head := func(questions, answers int, more string) string {
		var b strings.Builder
		b.WriteString("---\ndecision:\n  lands-on: goal\n  questions:\n")
		for q := range questions {
			fmt.Fprintf(&b, "    - id: q%d\n      ask: x\n%s      answers: [", q, strings.ReplaceAll(more, "Q", fmt.Sprint(q)))
			for a := range answers {
				fmt.Fprintf(&b, "{id: a%d, label: x}, ", a)
			}
			b.WriteString("]\n")
		}
		return b.String()
	}
	rules := func(n, questions, answers, names int) string {
		var b strings.Builder
		b.WriteString("---\nwhen:\n")
		for range n {
			b.WriteString("  - {")
			for _, q := range r.Perm(questions)[:names] {
				fmt.Fprintf(&b, "q%d: a%d, ", q, r.IntN(answers))
			}
			b.WriteString("}\n")
		}
		return b.String()
	}
	unknown := func(n int, entry string) string {
		var b strings.Builder
		b.WriteString("---\nwhen:\n")
		for i := range n {
			fmt.Fprintf(&b, "  - {%s}\n", strings.ReplaceAll(entry, "N", fmt.Sprint(i)))
		}
		return b.String()
	}
	one := "---\nwhen: {q0: a0}\n"
	return map[string]map[string]string{
		"10,000 rules":             {"decide.md": head(30, 4, ""), "goals/a.md": rules(10_000, 30, 4, 8)},
		"10,000 narrow rules":      {"decide.md": head(30, 4, ""), "goals/a.md": rules(10_000, 30, 4, 1)},
		"10,000 rules, 20 pages":   {"decide.md": head(64, 3, ""), "goals/a.md": rules(5_000, 64, 3, 5), "goals/b.md": rules(5_000, 64, 3, 5)},
		"500 questions":            {"decide.md": head(500, 4, ""), "goals/a.md": rules(1000, 500, 4, 20)},
		"64 questions, 64 answers": {"decide.md": head(64, 64, ""), "goals/a.md": one},
		"65 answers":               {"decide.md": head(3, 65, ""), "goals/a.md": one},
		"5,000 answers":            {"decide.md": head(3, 5000, ""), "goals/a.md": one},
		"10,000 questions":         {"decide.md": head(10_000, 2, ""), "goals/a.md": one},
		"nested":                   {"decide.md": "---\ndecision:\n  questions: " + strings.Repeat("[", 98) + strings.Repeat("]", 98) + "\n", "goals/a.md": one},
		"nested deeper":            {"decide.md": "---\ndecision: " + strings.Repeat("{a: ", 5000) + "\n", "goals/a.md": one},
		"a circle of all":          {"decide.md": head(64, 2, "      after: [q0, q1, q2, q3, q4, q5, q6, q7, q8, q9, q10, q11, q12, q13, q14, q15, q63, q62, q61, q60]\n"), "goals/a.md": one},
		"10,000 unknown questions": {"decide.md": head(64, 2, ""), "goals/a.md": unknown(10_000, "question-N-which-nobody-asks: x, question-N-which-nobody-knows: y")},
		"10,000 unknown answers":   {"decide.md": head(6, 60, ""), "goals/a.md": unknown(10_000, "q1: [answer-N-which-nobody-gives, another-N], q2: yet-another-N")},
		"10,000 impossibles":       {"decide.md": head(30, 4, "") + "  impossible:\n" + strings.ReplaceAll(strings.ReplaceAll(rules(10_000, 30, 4, 3)[4:], "when:\n", ""), "- {", "- because: x\n    when: {"), "goals/a.md": one},
		"impossible without end":   {"decide.md": head(30, 4, "") + "  impossible: " + strings.Repeat("[", 90) + strings.Repeat("]", 90) + "\n", "goals/a.md": one},
		"the same rule":            {"decide.md": head(64, 2, ""), "goals/a.md": unknown(20_000, "q1: a0, q2: a1")},
		"rules by alias":           {"decide.md": head(64, 2, ""), "goals/a.md": "---\nx: &x {q1: a0, q2: a1, q3: a0}\nwhen: [" + strings.Repeat("*x , ", 60_000) + "]\n"},
		"a rule of a rule":         {"decide.md": head(4, 2, ""), "goals/a.md": "---\nwhen: &w [*w ]\n"},
		"50 pages, 200 rules each": func() map[string]string {
			files := map[string]string{"decide.md": head(30, 4, "")}
			for i := range 50 {
				files[fmt.Sprintf("goals/p%d.md", i)] = rules(200, 30, 4, 6)
			}
			return files
		}(),
	}
}

// TestHostileFrontMatter checks that front matter that means harm ends in a
// diagnostic, and soon.
func TestHostileFrontMatter(t *testing.T) {
	for name, files := range hostile() {
		t.Run(name, func(t *testing.T) { checkHostile(t, files) })
	}
}

func checkHostile(t *testing.T, files map[string]string) {
	files["goals/index.md"] = "---\nkind: {name: goal}\n---\n"
	for k := range files {
		files[k] = strings.TrimSuffix(files[k], "---\n") + "---\n"
	}
	start := time.Now()
	pages, kinds, diags := readSite(files)
	parsed := time.Since(start)
	verdicts, more := decision.Compile(pages, kinds)
	took := time.Since(start)
	t.Logf("%v, of which YAML %v; %d diagnostics", took, parsed, len(diags)+len(more))
	if diags.Errors()+more.Errors() == 0 {
		t.Error("nothing was reported")
	}
	for _, v := range verdicts {
		if !v.Faulty {
			t.Error("found sound")
		}
	}
}

// FuzzCompile feeds any bytes as the front matter of a decision and of a page
// it lands on. Whatever they are, the verdict can be written and fits the
// schema, diagnostics point into the files, and what is sound has no gap.
func FuzzCompile(f *testing.F) {
	cases, _ := filepath.Glob("testdata/proof/*.txtar")
	for _, name := range cases {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		var decide, page string
		for _, file := range txtar.Parse(data).Files {
			switch {
			case file.Name == "decide.md":
				decide = string(file.Data)
			case strings.HasPrefix(file.Name, "quadrants/") && file.Name != "quadrants/index.md":
				page = string(file.Data)
			}
		}
		f.Add(decide, page)
	}
	s := schema(f)
	f.Fuzz(func(t *testing.T, decide, page string) {
		files := map[string]string{"decide.md": decide, "quadrants/a.md": page, "arguments/b.md": page}
		files["quadrants/index.md"] = "---\nkind: {name: quadrant}\n---\n"
		files["arguments/index.md"] = "---\nkind: {name: argument}\n---\n"
		pages, kinds, _ := readSite(files)
		start := time.Now()
		verdicts, diags := decision.Compile(pages, kinds)
		if took := time.Since(start); took > time.Minute {
			t.Errorf("took %v", took)
		}
		checkPlaces(t, diags)
		var b bytes.Buffer
		if err := decision.Write(&b, "json", verdicts); err != nil {
			t.Fatal(err)
		}
		validate(t, s, b.Bytes())
		for _, v := range verdicts {
			if !v.Faulty && (v.Gap.Cells.Sign() > 0 || v.Overlap.Cells.Sign() > 0 || len(v.Unreachable) > 0) {
				t.Errorf("found sound: %+v", v)
			}
		}
		if !json.Valid(b.Bytes()) {
			t.Errorf("not JSON: %s", b.Bytes())
		}
	})
}

func checkPlaces(t *testing.T, diags diag.List) {
	for _, d := range diags {
		if d.Place.File == nil || d.Place.Span.Start > d.Place.Span.End || d.Place.Span.End > len(d.Place.File.Data) {
			t.Errorf("%s stands nowhere: %v", d.Code, d.Place)
		}
		if strings.Contains(d.Message+d.Hint, "\n") {
			t.Errorf("%s has more than a line: %q %q", d.Code, d.Message, d.Hint)
		}
		for _, n := range d.Related {
			if n.Place.File == nil || n.Place.Span.End > len(n.Place.File.Data) {
				t.Errorf("a note of %s stands nowhere: %v", d.Code, n.Place)
			}
		}
	}
}
