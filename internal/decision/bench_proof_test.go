package decision_test

import (
	"math/big"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"quandary/internal/decision"
	"quandary/internal/diag"
)

// shapes of tables that a proof may find hard.

// cut is a clean table: all readers, cut into boxes, given to some pages.
func cut(seed uint64, questions, answers, boxes, pages int) ruleTable {
	r := rand.New(rand.NewPCG(seed, 1))
	t := ruleTable{landing: make([][]map[int][]int, pages)}
	for range questions {
		t.answers = append(t.answers, answers)
	}
	all := []map[int][]int{{}}
	for len(all) < boxes {
		i, q := r.IntN(len(all)), r.IntN(questions)
		has, ok := all[i][q]
		if !ok {
			has = r.Perm(answers)
		}
		if len(has) < 2 {
			continue
		}
		at := 1 + r.IntN(len(has)-1)
		left, right := map[int][]int{}, map[int][]int{}
		for k, v := range all[i] {
			left[k], right[k] = v, v
		}
		left[q], right[q] = has[:at], has[at:]
		all[i] = left
		all = append(all, right)
	}
	for i, b := range all {
		t.landing[i%pages] = append(t.landing[i%pages], b)
	}
	return t
}

// scattered has random cubes, each of which narrows a few questions.
func scattered(seed uint64, questions, answers, cubes, narrow, pages int) ruleTable {
	r := rand.New(rand.NewPCG(seed, 2))
	t := ruleTable{landing: make([][]map[int][]int, pages)}
	for range questions {
		t.answers = append(t.answers, answers)
	}
	for i := range cubes {
		alt := map[int][]int{}
		for _, q := range r.Perm(questions)[:narrow] {
			alt[q] = r.Perm(answers)[:1+r.IntN(max(1, answers/2))]
		}
		t.landing[i%pages] = append(t.landing[i%pages], alt)
	}
	return t
}

// parity sends readers by whether the sum of their answers is even.
func parity(bits, spare int) ruleTable {
	t := ruleTable{landing: make([][]map[int][]int, 2)}
	for range bits + spare {
		t.answers = append(t.answers, 2)
	}
	for n := range 1 << bits {
		alt, sum := map[int][]int{}, 0
		for b := range bits {
			alt[b] = []int{n >> b & 1}
			sum += n >> b & 1
		}
		t.landing[sum%2] = append(t.landing[sum%2], alt)
	}
	return t
}

// chain lands by the first question not answered 0, on one of three pages.
func chain(questions, answers int) ruleTable {
	t := ruleTable{landing: make([][]map[int][]int, 3)}
	for range questions {
		t.answers = append(t.answers, answers)
	}
	for q := range questions {
		for a := 1; a < answers; a++ {
			alt := map[int][]int{q: {a}}
			for p := range q {
				alt[p] = []int{0}
			}
			t.landing[(q+a)%3] = append(t.landing[(q+a)%3], alt)
		}
	}
	return t
}

// pairs lands on one page where any two neighbours agree: the parts overlap
// in a chain, and what is left has to be counted along it.
func pairs(questions, answers int) ruleTable {
	t := ruleTable{landing: make([][]map[int][]int, 1)}
	for range questions {
		t.answers = append(t.answers, answers)
	}
	for q := range questions - 1 {
		for a := range answers {
			t.landing[0] = append(t.landing[0], map[int][]int{q: {a}, q + 1: {a}})
		}
	}
	return t
}

// holes are pigeons: no two of them in one hole, which cannot be. Searching
// without counting takes exponential time for it.
func holes(n int) ruleTable {
	t := ruleTable{landing: make([][]map[int][]int, 2)}
	for range n + 1 {
		t.answers = append(t.answers, n)
	}
	for p := range n + 1 {
		for q := range p {
			for h := range n {
				i := (p + q) % 2
				t.landing[i] = append(t.landing[i], map[int][]int{p: {h}, q: {h}})
			}
		}
	}
	return t
}

func without(t ruleTable, page, alt int) ruleTable {
	l := append([]map[int][]int{}, t.landing[page]...)
	t.landing = append([][]map[int][]int{}, t.landing...)
	t.landing[page] = append(l[:alt], l[alt+1:]...)
	return t
}

var hardTables = []struct {
	name  string
	table func() ruleTable
}{
	{"cut 24q x 200", func() ruleTable { return cut(1, 24, 4, 200, 8) }},
	{"cut 24q x 200, one missing", func() ruleTable { return without(cut(1, 24, 4, 200, 8), 3, 5) }},
	{"cut 24q x 200, 200 pages", func() ruleTable { return cut(1, 24, 4, 200, 200) }},
	{"cut 30q x 5000", func() ruleTable { return cut(2, 30, 4, 5000, 20) }},
	{"cut 30q x 5000, one missing", func() ruleTable { return without(cut(2, 30, 4, 5000, 20), 3, 5) }},
	{"scattered 24q x 200, 2 narrowed", func() ruleTable { return scattered(1, 24, 4, 200, 2, 8) }},
	{"scattered 24q x 200, 3 narrowed", func() ruleTable { return scattered(1, 24, 4, 200, 3, 8) }},
	{"scattered 24q x 200, 4 narrowed", func() ruleTable { return scattered(1, 24, 4, 200, 4, 8) }},
	{"scattered 24q x 200, 8 narrowed", func() ruleTable { return scattered(1, 24, 4, 200, 8, 8) }},
	{"scattered 24q x 200, 20 narrowed", func() ruleTable { return scattered(1, 24, 4, 200, 20, 8) }},
	{"scattered 30q x 5000, 2 narrowed", func() ruleTable { return scattered(1, 30, 4, 5000, 2, 8) }},
	{"scattered 30q x 5000, 5 narrowed", func() ruleTable { return scattered(1, 30, 4, 5000, 5, 8) }},
	{"scattered 30q x 5000, 15 narrowed", func() ruleTable { return scattered(1, 30, 4, 5000, 15, 8) }},
	{"scattered 30q x 5000, 30 narrowed", func() ruleTable { return scattered(1, 30, 4, 5000, 30, 5000) }},
	{"scattered 30q x 5000, yes or no, 10 narrowed", func() ruleTable { return scattered(1, 30, 2, 5000, 10, 2) }},
	{"parity 12 of 30", func() ruleTable { return parity(12, 18) }},
	{"parity 12 of 30, one missing", func() ruleTable { return without(parity(12, 18), 0, 1000) }},
	{"chain 30q", func() ruleTable { return chain(30, 4) }},
	{"chain 64q", func() ruleTable { return chain(64, 40) }},
	{"pairs 30q", func() ruleTable { return pairs(30, 4) }},
	{"pairs 64q", func() ruleTable { return pairs(64, 40) }},
	{"holes 7", func() ruleTable { return holes(7) }},
	{"holes 12", func() ruleTable { return holes(12) }},
	{"holes 20", func() ruleTable { return holes(20) }},
}

// BenchmarkProof takes no YAML: from nodes to verdict and messages.
func BenchmarkProof(b *testing.B) {
	for _, h := range hardTables {
		b.Run(h.name, func(b *testing.B) {
			pages, kinds := h.table().pages()
			for b.Loop() {
				decision.Compile(pages, kinds)
			}
		})
	}
}

// TestHardTables checks that each is proven, or said plainly not to be, soon.
func TestHardTables(t *testing.T) {
	for _, h := range hardTables {
		pages, kinds := h.table().pages()
		start := time.Now()
		verdicts, diags := decision.Compile(pages, kinds)
		if took := time.Since(start); took > time.Minute { // half a second on a machine that does nothing else, twenty on a busy one with -race
			t.Errorf("%s took %v", h.name, took)
		}
		v := verdicts[0]
		unproven := v.Cells == nil || v.Gap == nil || v.Overlap == nil || v.Unreachable == nil || v.Redundant == nil || v.Irrelevant == nil
		said := slices.ContainsFunc(diags, func(d diag.Diagnostic) bool { return d.Code == "decision/too-large" })
		if unproven != said {
			t.Errorf("%s: unproven %v, said %v", h.name, unproven, said)
		}
	}
}

// size returns how many readers an alternative has.
func (t ruleTable) size(alt map[int][]int) *big.Int {
	n := big.NewInt(1)
	for q, answers := range t.answers {
		if some, ok := alt[q]; ok {
			answers = len(some)
		}
		n.Mul(n, big.NewInt(int64(answers)))
	}
	return n
}

// TestCountsOfLargeTables takes rules out of large clean tables and gives
// others to a second page, so that the exact counts are known.
func TestCountsOfLargeTables(t *testing.T) {
	for seed := range uint64(30) {
		table := cut(seed, 24, 3+int(seed%2), 200, 7)
		r := rand.New(rand.NewPCG(seed, 4))
		gap, overlap := new(big.Int), new(big.Int)
		for range r.IntN(4) {
			p := r.IntN(3)
			i := r.IntN(len(table.landing[p]))
			gap.Add(gap, table.size(table.landing[p][i]))
			table = without(table, p, i)
		}
		twice := map[int]bool{}
		for range r.IntN(4) {
			p := 3 + r.IntN(2)
			if i := r.IntN(len(table.landing[p])); !twice[p*1000+i] {
				twice[p*1000+i] = true
				overlap.Add(overlap, table.size(table.landing[p][i]))
				table.landing[5] = append(table.landing[5], table.landing[p][i])
			}
		}
		pages, kinds := table.pages()
		verdicts, _ := decision.Compile(pages, kinds)
		v := verdicts[0]
		if v.Gap.Cells.Cmp(gap) != 0 || v.Overlap.Cells.Cmp(overlap) != 0 {
			t.Errorf("table %d: gap %v, want %v; overlap %v, want %v", seed, v.Gap.Cells, gap, v.Overlap.Cells, overlap)
		}
		if v.Gap.More || v.Overlap.More {
			t.Errorf("table %d: not all boxes were found", seed)
		}
	}
}
