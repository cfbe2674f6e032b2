package decision

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// readDMN parses a document with dmn-moddle and prints what it found.
const readDMN = `
import { DmnModdle } from 'dmn-moddle';
let text = '';
for await (const chunk of process.stdin) text += chunk;
const { rootElement, warnings } = await new DmnModdle().fromXML(text, 'dmn:Definitions');
const decisions = rootElement.drgElement.filter(e => e.$type === 'dmn:Decision');
console.log(JSON.stringify(decisions.map(d => d.decisionLogic).map(table => ({
  warnings: warnings.map(w => w.message),
  hitPolicy: table.hitPolicy,
  inputs: table.input.map(i => [i.label, i.inputExpression.text, i.inputValues.text]),
  output: table.output.map(o => [o.name, o.outputValues.text]),
  rules: table.rule.map(r => ({
    entries: r.inputEntry.map(e => e.text), page: r.outputEntry[0].text, title: r.annotationEntry[0].text,
  })),
}))));`

type dmnRead struct {
	Warnings  []string
	HitPolicy string
	Inputs    [][3]string
	Output    [][2]string
	Rules     []struct {
		Entries     []string
		Page, Title string
	}
}

// moddle reads a document as a DMN tool would, or skips the test.
func moddle(t *testing.T, doc []byte) []dmnRead {
	t.Helper()
	tools := filepath.Join("..", "tools")
	node, err := exec.LookPath("node")
	if _, found := os.Stat(filepath.Join(tools, "node_modules", "dmn-moddle")); err != nil || found != nil {
		if os.Getenv("QUANDARY_REQUIRE_BROWSER") == "1" {
			t.Fatal("no dmn-moddle, and QUANDARY_REQUIRE_BROWSER=1 asks for it: run npm ci in internal/tools")
		}
		t.Skip("no dmn-moddle found: run npm ci in internal/tools to run this test")
	}
	cmd := exec.Command(node, "--input-type=module", "-e", readDMN)
	cmd.Dir, cmd.Stdin, cmd.Stderr = tools, bytes.NewReader(doc), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var read []dmnRead
	if err := json.Unmarshal(out, &read); err != nil {
		t.Fatal(err)
	}
	return read
}

func TestDMNOpensElsewhere(t *testing.T) {
	apart := splitDecision(rand.New(rand.NewPCG(1, 1)), 3, 9, 3, 2, 3)
	apart.pages = titled([]string{"Apart", "One", "Two", "Three"})
	decisions := []*Decision{sample(), hostile(), apart}
	verdicts := append([]*Verdict{{Decision: sample()}}, each(decisions, planned)...)
	var doc bytes.Buffer
	if err := Write(&doc, "dmn", verdicts); err != nil {
		t.Fatal(err)
	}
	tables := moddle(t, doc.Bytes())
	if len(tables) != len(decisions) {
		t.Fatalf("%d tables, want %d", len(tables), len(decisions))
	}
	for i, d := range decisions {
		checkDMN(t, d, tables[i])
	}
}

func checkDMN(t *testing.T, d *Decision, got dmnRead) {
	t.Helper()
	policy := "UNIQUE"
	eachCell(d, func(cell []int) {
		for _, r := range d.Landings {
			if len(keep(cubesOf(r.Alternatives), cubeOf(cell).meets)) > 1 {
				policy = "ANY"
			}
		}
	})
	if len(got.Warnings) > 0 || got.HitPolicy != policy {
		t.Errorf("warnings %q, hit policy %s", got.Warnings, got.HitPolicy)
	}
	if len(got.Inputs) != len(d.Questions) || len(got.Output) != 1 {
		t.Errorf("inputs %q, output %q", got.Inputs, got.Output)
	}
	var rules []row
	for i, r := range d.Landings {
		rules = append(rules, each(r.Alternatives, func(a Alternative) row { return row{a.Cube, i} })...)
	}
	if len(got.Rules) != len(rules) {
		t.Fatalf("%d rules, want %d", len(got.Rules), len(rules))
	}
	for i, r := range got.Rules {
		page := d.pages[d.Landings[rules[i].landing].Page]
		if r.Page != `"`+page.File.Path+`"` || r.Title != oneLine(page.Title) || len(r.Entries) != len(d.Questions) {
			t.Errorf("rule %d reads %q", i+1, r)
		}
		for q, entry := range r.Entries {
			if entry != "-" && strings.Count(entry, `","`)+1 != rules[i].cube[q].Count() {
				t.Errorf("rule %d, input %d reads %s", i+1, q+1, entry)
			}
		}
	}
}
