package decision_test

import (
	"fmt"
	"math/bits"
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
	answers []int             // by question
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
func (t ruleTable) pages() ([]decision.Page, []string) {
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
	pages := []decision.Page{{File: nowhere, Decision: d}}
	for i, alts := range slices.Concat(t.landing, t.mention) {
		kind := "goal"
		if i >= len(t.landing) {
			kind = "aside"
		}
		p := decision.Page{File: source.NewFile(fmt.Sprintf("p%d.md", i+1), nil), Kind: kind}
		if alts != nil {
			p.When = whenNode(alts)
		}
		pages = append(pages, p)
	}
	return pages, []string{"goal", "aside"}
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

// crowd is a set of readers, who are numbered: of a question's answers, each
// stands for stride readers in a row.
type crowd [4]uint64

const mostReaders = 256

func (c crowd) and(d crowd) crowd {
	return crowd{c[0] & d[0], c[1] & d[1], c[2] & d[2], c[3] & d[3]}
}

func (c crowd) or(d crowd) crowd { return crowd{c[0] | d[0], c[1] | d[1], c[2] | d[2], c[3] | d[3]} }

func (c crowd) but(d crowd) crowd {
	return crowd{c[0] &^ d[0], c[1] &^ d[1], c[2] &^ d[2], c[3] &^ d[3]}
}
func (c crowd) empty() bool    { return c == crowd{} }
func (c crowd) has(i int) bool { return c[i/64]>>(i%64)&1 == 1 }
func (c *crowd) set(i int)     { c[i/64] |= 1 << (i % 64) }
func (c crowd) count() int64 {
	return int64(bits.OnesCount64(c[0]) + bits.OnesCount64(c[1]) + bits.OnesCount64(c[2]) + bits.OnesCount64(c[3]))
}

// oracle knows everything of a table, because it tries every reader.
type oracle struct {
	answers  []int
	everyone crowd
	possible crowd
	rules    [][]crowd // by page (landings, then mentions) and alternative
	unions   []crowd   // by page
	landings int
	first    int // the index of the first page
}

// those returns the readers whose answer to every question fits.
func those(answers []int, fits func(q, a int) bool) (c crowd) {
	total := 1
	for _, n := range answers {
		total *= n
	}
	for i := range total {
		rest, in := i, true
		for q, n := range answers {
			in, rest = in && fits(q, rest%n), rest/n
		}
		if in {
			c.set(i)
		}
	}
	return c
}

func newOracle(t ruleTable) *oracle {
	o := &oracle{answers: t.answers, landings: len(t.landing), first: 1}
	box := func(alt map[int][]int) crowd {
		return those(t.answers, func(q, a int) bool { s, named := alt[q]; return !named || slices.Contains(s, a) })
	}
	o.everyone = box(nil)
	o.possible = o.everyone
	for _, v := range t.voids {
		for _, alt := range v {
			o.possible = o.possible.but(box(alt))
		}
	}
	for _, alts := range slices.Concat(t.landing, t.mention) {
		var union crowd
		rule := []crowd{}
		for _, alt := range alts {
			c := box(alt)
			rule, union = append(rule, c), union.or(c)
		}
		o.rules, o.unions = append(o.rules, rule), append(o.unions, union)
	}
	return o
}

func (o *oracle) box(c decision.Cube) crowd {
	return those(o.answers, func(q, a int) bool { return c[q].Has(a) })
}

// check compares a verdict with what trying every reader gives.
func (o *oracle) check(v *decision.Verdict) error {
	if got := v.Cells.Int64(); got != o.possible.count() {
		return fmt.Errorf("cells %d, want %d", got, o.possible.count())
	}
	if o.possible.empty() {
		return nil
	}
	gap, overlap := o.possible, crowd{}
	for p := range o.landings {
		overlap = overlap.or(o.unions[p].and(o.possible.but(gap)))
		gap = gap.but(o.unions[p])
	}
	if err := o.regions(v.Gap, gap); err != nil {
		return fmt.Errorf("gap: %w", err)
	}
	if err := o.regions(v.Overlap, overlap); err != nil {
		return fmt.Errorf("overlap: %w", err)
	}
	same := func(r decision.Rule, page int) bool { return r.Page == page }
	if got, want := v.Unreachable, o.unreachable(); !slices.EqualFunc(got, want, same) {
		return fmt.Errorf("unreachable %v, want %v", got, want)
	}
	if got, want := redundantOf(v), o.redundant(); got != want {
		return fmt.Errorf("redundant %v, want %v", got, want)
	}
	if got, want := v.Irrelevant, o.irrelevant(); !slices.Equal(got, want) {
		return fmt.Errorf("irrelevant %v, want %v", got, want)
	}
	return nil
}

// regions checks that boxes hold just the readers wanted, that they say whose
// they are, and that none could be larger or left out.
func (o *oracle) regions(s *decision.Share, want crowd) error {
	if s.Cells.Int64() != want.count() {
		return fmt.Errorf("%v cells, want %d", s.Cells, want.count())
	}
	boxes := make([]crowd, len(s.Regions))
	var union crowd
	for i, r := range s.Regions {
		boxes[i] = o.box(r.Cube).and(o.possible)
		union = union.or(boxes[i])
		if r.Cells.Int64() != boxes[i].count() {
			return fmt.Errorf("box %v counts %v, want %d", r.Cube, r.Cells, boxes[i].count())
		}
		if !o.taken(boxes[i], r.Pages) {
			return fmt.Errorf("box %v is not of just the pages %v", r.Cube, r.Pages)
		}
		for q, n := range o.answers {
			for a := range n {
				if wider := slices.Clone(r.Cube); !wider[q].Has(a) {
					wider[q] |= 1 << a
					if c := o.box(wider).and(o.possible); o.taken(c, r.Pages) {
						return fmt.Errorf("box %v could be %v", r.Cube, wider)
					}
				}
			}
		}
	}
	if union != want {
		return fmt.Errorf("the boxes hold others than they should")
	}
	for i := range boxes {
		rest := boxes[i]
		for j, b := range boxes {
			if j != i {
				rest = rest.but(b)
			}
		}
		if rest.empty() {
			return fmt.Errorf("box %v is of no use", s.Regions[i].Cube)
		}
	}
	return nil
}

// taken reports whether the readers land on just these pages.
func (o *oracle) taken(c crowd, pages []int) bool {
	for p := range o.landings {
		if in := slices.Contains(pages, p+o.first); in && !c.but(o.unions[p]).empty() || !in && !c.and(o.unions[p]).empty() {
			return false
		}
	}
	return true
}

func redundantOf(v *decision.Verdict) string {
	var s []string
	for _, r := range v.Redundant {
		s = append(s, fmt.Sprint(r.Page, "/", r.Number))
	}
	return strings.Join(s, " ")
}

func (o *oracle) unreachable() (pages []int) {
	for p := range o.landings {
		if o.unions[p].and(o.possible).empty() {
			pages = append(pages, p+o.first)
		}
	}
	return pages
}

func (o *oracle) redundant() string {
	var s []string
	for p, rule := range o.rules {
		if o.unions[p].and(o.possible).empty() {
			continue
		}
		for i := range rule {
			rest := rule[i].and(o.possible)
			for j := range rule {
				if j != i {
					rest = rest.but(rule[j])
				}
			}
			if rest.empty() {
				s = append(s, fmt.Sprint(p+o.first, "/", i+1))
			}
		}
	}
	return strings.Join(s, " ")
}

// irrelevant compares every two possible readers who differ in one answer.
func (o *oracle) irrelevant() (questions []int) {
	stride := 1
	for q, n := range o.answers {
		turns := false
		for i := range mostReaders {
			for step := 1; step < n-i/stride%n; step++ {
				j := i + step*stride
				if j < mostReaders && o.possible.has(i) && o.possible.has(j) {
					turns = turns || slices.ContainsFunc(o.unions, func(c crowd) bool { return c.has(i) != c.has(j) })
				}
			}
		}
		if stride *= n; !turns {
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
				if err := newOracle(table).check(verdicts[0]); err != nil {
					t.Errorf("table %d %+v: %v", seed, table, err)
				}
			}
		})
	}
	wg.Wait()
}

// TestRegionsAreFew compares the boxes of gaps with the fewest that would do.
func TestRegionsAreFew(t *testing.T) {
	got, least := 0, 0
	for seed := range 600 {
		r := rand.New(rand.NewPCG(uint64(seed), 21))
		table := ruleTable{landing: make([][]map[int][]int, 1)}
		for range 3 {
			table.answers = append(table.answers, 2+r.IntN(3))
		}
		for range 2 + r.IntN(5) {
			alt := map[int][]int{}
			for q, n := range table.answers {
				if r.IntN(3) > 0 {
					alt[q] = r.Perm(n)[:1+r.IntN(n)]
				}
			}
			table.landing[0] = append(table.landing[0], alt)
		}
		pages, kinds := table.pages()
		verdicts, _ := decision.Compile(pages, kinds)
		o := newOracle(table)
		got += len(verdicts[0].Gap.Regions)
		least += o.fewest(o.everyone.but(o.unions[0]))
	}
	t.Logf("%d boxes where %d would do", got, least)
	if got > least+least/100 {
		t.Errorf("%d boxes where %d would do", got, least)
	}
}

// fewest returns how many boxes it takes to cover just the target.
func (o *oracle) fewest(target crowd) int {
	var boxes []crowd
	cube := make(decision.Cube, len(o.answers))
	var walk func(q int)
	walk = func(q int) {
		if q == len(cube) {
			if b := o.box(cube); b.but(target).empty() {
				boxes = append(boxes, b)
			}
			return
		}
		for set := 1; set < 1<<o.answers[q]; set++ {
			cube[q] = decision.Answers(set)
			walk(q + 1)
		}
	}
	walk(0)
	boxes = slices.DeleteFunc(slices.Clone(boxes), func(b crowd) bool {
		return slices.ContainsFunc(boxes, func(c crowd) bool { return b != c && b.but(c).empty() })
	})
	var covers func(rest crowd, n int) bool
	covers = func(rest crowd, n int) bool {
		if rest.empty() || n == 0 {
			return rest.empty()
		}
		one := 0
		for !rest.has(one) {
			one++
		}
		return slices.ContainsFunc(boxes, func(b crowd) bool { return b.has(one) && covers(rest.but(b), n-1) })
	}
	n := 0
	for !covers(target, n) {
		n++
	}
	return n
}
