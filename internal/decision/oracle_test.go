package decision_test

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"quandary/internal/decision"
	"quandary/internal/matter"
	"quandary/internal/source"
)

// rules is a table of rules, small enough to try every reader.
type ruleTable struct {
	answers []int // by question
	after   [][]int
	voids   [][]map[int][]int // each entry of `impossible` has alternatives
	landing [][]map[int][]int // by page, then alternative: answers by question
	mention [][]map[int][]int
}

// node builders, so that a hundred thousand tables need no YAML.

var nowhere = source.NewFile("made.md", []byte("made"))

func text(s string) *matter.Node {
	return &matter.Node{Kind: matter.Text, Text: s, Place: nowhere.Place(0, 1)}
}

func list(items ...*matter.Node) *matter.Node {
	return &matter.Node{Kind: matter.List, Items: items, Place: nowhere.Place(0, 1)}
}

func dict(pairs ...any) *matter.Node {
	n := &matter.Node{Kind: matter.Map, Place: nowhere.Place(0, 1)}
	for i := 0; i < len(pairs); i += 2 {
		n.Fields = append(n.Fields, matter.Field{Key: text(pairs[i].(string)), Value: pairs[i+1].(*matter.Node)})
	}
	return n
}

func qid(q int) string { return fmt.Sprint("q", q) }
func aid(a int) string { return fmt.Sprint("a", a) }

func entryNode(alt map[int][]int) *matter.Node {
	n := dict()
	for q := range 64 {
		answers, ok := alt[q]
		if !ok {
			continue
		}
		value := text(aid(answers[0]))
		if len(answers) > 1 {
			value = list()
			for _, a := range answers {
				value.Items = append(value.Items, text(aid(a)))
			}
		}
		n.Fields = append(n.Fields, matter.Field{Key: text(qid(q)), Value: value})
	}
	return n
}

func whenNode(alts []map[int][]int) *matter.Node {
	n := list()
	for _, a := range alts {
		n.Items = append(n.Items, entryNode(a))
	}
	return n
}

// pages turns the table into pages: the decision, then landings, then mentions.
func (t ruleTable) pages() ([]decision.Page, []decision.Kind) {
	questions, impossible := list(), list()
	for q, n := range t.answers {
		answers := list()
		for a := range n {
			answers.Items = append(answers.Items, dict("id", text(aid(a)), "label", text("x")))
		}
		questions.Items = append(questions.Items, dict("id", text(qid(q)), "ask", text("?"), "answers", answers))
	}
	for _, v := range t.voids {
		impossible.Items = append(impossible.Items, dict("when", whenNode(v), "because", text("x")))
	}
	d := dict("lands-on", text("goal"), "brings-up", list(text("aside")), "questions", questions, "impossible", impossible)
	pages := []decision.Page{{File: nowhere, Decision: d, DecisionKey: text("decision")}}
	for i, alts := range slices.Concat(t.landing, t.mention) {
		kind := "goal"
		if i >= len(t.landing) {
			kind = "aside"
		}
		p := decision.Page{File: source.NewFile(fmt.Sprintf("p%d.md", i+1), nil), Kind: kind}
		if alts != nil {
			p.When, p.WhenKey = whenNode(alts), text("when")
		}
		pages = append(pages, p)
	}
	return pages, []decision.Kind{{Name: "goal"}, {Name: "aside"}}
}

func randomTable(r *rand.Rand) ruleTable {
	t := ruleTable{}
	for range 1 + r.IntN(4) {
		t.answers = append(t.answers, 2+r.IntN(3))
	}
	alt := func(density int) map[int][]int {
		m := map[int][]int{}
		for q, n := range t.answers {
			if r.IntN(3) >= density {
				continue
			}
			some := r.Perm(n)[:1+r.IntN(n)]
			if r.IntN(3) > 0 {
				some = some[:1]
			}
			m[q] = some
		}
		return m
	}
	alts := func(most, density int) (as []map[int][]int) {
		for range 1 + r.IntN(most) {
			as = append(as, alt(density))
		}
		return as
	}
	for range r.IntN(3) {
		t.voids = append(t.voids, alts(2, 2))
	}
	switch r.IntN(3) {
	case 0: // anything
		for range 1 + r.IntN(4) {
			if r.IntN(12) == 0 {
				t.landing = append(t.landing, nil)
				continue
			}
			t.landing = append(t.landing, alts(4, 2))
		}
	default: // cut from a whole, then perhaps disturbed
		t.landing = make([][]map[int][]int, 1+r.IntN(4))
		for _, box := range splitBoxes(r, t.answers, 1+r.IntN(8)) {
			p := r.IntN(len(t.landing))
			t.landing[p] = append(t.landing[p], box)
		}
		if r.IntN(2) == 0 {
			p := r.IntN(len(t.landing))
			if n := len(t.landing[p]); n > 0 {
				t.landing[p][r.IntN(n)] = alt(2)
			}
		}
	}
	for range r.IntN(3) {
		t.mention = append(t.mention, alts(3, 2))
	}
	return t
}

// splitBoxes cuts all readers into n boxes or a few less.
func splitBoxes(r *rand.Rand, answers []int, n int) []map[int][]int {
	boxes := []map[int][]int{{}}
	for tries := 0; len(boxes) < n && tries < 50; tries++ {
		i, q := r.IntN(len(boxes)), r.IntN(len(answers))
		has, ok := boxes[i][q]
		if !ok {
			has = r.Perm(answers[q])
		}
		if len(has) < 2 {
			continue
		}
		at := 1 + r.IntN(len(has)-1)
		left, right := map[int][]int{}, map[int][]int{}
		for k, v := range boxes[i] {
			left[k], right[k] = v, v
		}
		left[q], right[q] = has[:at], has[at:]
		boxes[i] = left
		boxes = append(boxes, right)
	}
	return boxes
}

func inAlt(reader []int, alt map[int][]int) bool {
	for q, answers := range alt {
		if !slices.Contains(answers, reader[q]) {
			return false
		}
	}
	return true
}

func inAny(reader []int, alts []map[int][]int) bool {
	return slices.ContainsFunc(alts, func(a map[int][]int) bool { return inAlt(reader, a) })
}

// readers lists all possible readers.
func (t ruleTable) readers() (all [][]int) {
	reader := make([]int, len(t.answers))
	var walk func(q int)
	walk = func(q int) {
		if q == len(reader) {
			if !slices.ContainsFunc(t.voids, func(v []map[int][]int) bool { return inAny(reader, v) }) {
				all = append(all, slices.Clone(reader))
			}
			return
		}
		for a := range t.answers[q] {
			reader[q] = a
			walk(q + 1)
		}
	}
	walk(0)
	return all
}

func (t ruleTable) takers(reader []int) (pages []int) {
	for p, alts := range t.landing {
		if inAny(reader, alts) {
			pages = append(pages, p+1)
		}
	}
	return pages
}

func (t ruleTable) outcome(reader []int) string {
	var mentions []int
	for p, alts := range t.mention {
		if inAny(reader, alts) {
			mentions = append(mentions, p)
		}
	}
	return fmt.Sprint(t.takers(reader), mentions)
}

func cubeHas(c decision.Cube, reader []int) bool {
	for q, a := range reader {
		if !c[q].Has(a) {
			return false
		}
	}
	return true
}

// check compares a verdict with what trying every reader gives.
func (t ruleTable) check(v *decision.Verdict) error {
	all := t.readers()
	if got := v.Cells.Int64(); got != int64(len(all)) {
		return fmt.Errorf("cells %d, want %d", got, len(all))
	}
	if len(all) == 0 {
		return nil
	}
	gap, overlap := 0, 0
	for _, r := range all {
		pages := t.takers(r)
		if len(pages) == 0 {
			gap++
		}
		if len(pages) > 1 {
			overlap++
		}
		if in := slices.ContainsFunc(v.Gap.Regions, func(g decision.Region) bool { return cubeHas(g.Cube, r) }); in != (len(pages) == 0) {
			return fmt.Errorf("gap regions hold %v: %v", r, in)
		}
		in := false
		for _, g := range v.Overlap.Regions {
			if cubeHas(g.Cube, r) {
				in = true
				if !slices.Equal(g.Pages, pages) {
					return fmt.Errorf("overlap region of %v holds %v, of %v", g.Pages, r, pages)
				}
			}
		}
		if in != (len(pages) > 1) {
			return fmt.Errorf("overlap regions hold %v: %v", r, in)
		}
	}
	for _, g := range slices.Concat(v.Gap.Regions, v.Overlap.Regions) {
		n := 0
		for _, r := range all {
			if cubeHas(g.Cube, r) {
				n++
			}
		}
		if int64(n) != g.Cells.Int64() {
			return fmt.Errorf("region %v counts %v readers, want %d", g.Cube, g.Cells, n)
		}
	}
	if v.Gap.Cells.Cmp(big.NewInt(int64(gap))) != 0 || v.Overlap.Cells.Cmp(big.NewInt(int64(overlap))) != 0 {
		return fmt.Errorf("gap %v, overlap %v; want %d, %d", v.Gap.Cells, v.Overlap.Cells, gap, overlap)
	}
	if got, want := v.Unreachable, t.unreachable(all); !slices.Equal(got, want) {
		return fmt.Errorf("unreachable %v, want %v", got, want)
	}
	if got, want := redundantOf(v), t.redundant(all); got != want {
		return fmt.Errorf("redundant %v, want %v", got, want)
	}
	if got, want := v.Irrelevant, t.irrelevant(all); !slices.Equal(got, want) {
		return fmt.Errorf("irrelevant %v, want %v", got, want)
	}
	return nil
}

func redundantOf(v *decision.Verdict) string {
	var s []string
	for _, r := range v.Redundant {
		s = append(s, fmt.Sprint(r.Page, "/", r.Number))
	}
	return strings.Join(s, " ")
}

func (t ruleTable) unreachable(all [][]int) (pages []int) {
	for p, alts := range t.landing {
		if !slices.ContainsFunc(all, func(r []int) bool { return inAny(r, alts) }) {
			pages = append(pages, p+1)
		}
	}
	return pages
}

func (t ruleTable) redundant(all [][]int) string {
	var s []string
	for p, alts := range slices.Concat(t.landing, t.mention) {
		if !slices.ContainsFunc(all, func(r []int) bool { return inAny(r, alts) }) {
			continue
		}
		for i, a := range alts {
			others := slices.Delete(slices.Clone(alts), i, i+1)
			if !slices.ContainsFunc(all, func(r []int) bool { return inAlt(r, a) && !inAny(r, others) }) {
				s = append(s, fmt.Sprint(p+1, "/", i+1))
			}
		}
	}
	return strings.Join(s, " ")
}

func (t ruleTable) irrelevant(all [][]int) (questions []int) {
	for q := range t.answers {
		seen, turns := map[string]string{}, false
		for _, r := range all {
			outcome := t.outcome(r)
			rest := slices.Clone(r)
			rest[q] = -1
			key := fmt.Sprint(rest)
			if before, ok := seen[key]; ok && before != outcome {
				turns = true
			}
			seen[key] = outcome
		}
		if !turns {
			questions = append(questions, q)
		}
	}
	return questions
}

func TestProofAgreesWithTryingEveryReader(t *testing.T) {
	tables := 100_000
	if testing.Short() {
		tables = 5_000
	}
	var wg sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		wg.Go(func() {
			for seed := w; seed < tables && !t.Failed(); seed += workers {
				table := randomTable(rand.New(rand.NewPCG(uint64(seed), 3)))
				pages, kinds := table.pages()
				verdicts, _ := decision.Compile(pages, kinds)
				if err := table.check(verdicts[0]); err != nil {
					t.Errorf("table %d %+v: %v", seed, table, err)
				}
			}
		})
	}
	wg.Wait()
}
