package decision

import (
	"fmt"
	"maps"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
)

// questions returns questions q0, q1, ... with so many answers each.
func questions(answers ...int) []Question {
	qs := make([]Question, len(answers))
	for i, n := range answers {
		qs[i] = Question{ID: fmt.Sprintf("q%d", i), Ask: fmt.Sprintf("Question %d?", i)}
		for a := range n {
			qs[i].Answers = append(qs[i].Answers, Answer{ID: fmt.Sprintf("a%d", a), Label: fmt.Sprintf("Answer %d", a)})
		}
	}
	return qs
}

// whole returns every answer to every question.
func whole(qs []Question) Cube {
	return each(qs, func(q Question) Answers { return every(len(q.Answers)) })
}

// split makes a complete table without overlaps: it cuts the box in two again
// and again, and gives each last piece to some page.
func split(r *rand.Rand, d *Decision, c Cube, pieces int) {
	var wide []int
	for q := range c {
		if c[q].Count() > 1 {
			wide = append(wide, q)
		}
	}
	if pieces < 2 || len(wide) == 0 {
		rule := &d.Landings[r.IntN(len(d.Landings))]
		rule.Alternatives = append(rule.Alternatives, Alternative{Cube: c})
		return
	}
	q := wide[r.IntN(len(wide))]
	left := Answers(0)
	for left == 0 || left == c[q] {
		left = c[q] & Answers(r.Uint64())
	}
	some := 1 + r.IntN(pieces-1)
	split(r, d, c.with(q, left), some)
	split(r, d, c.with(q, c[q]&^left), pieces-some)
}

// splitDecision returns a random complete decision.
func splitDecision(r *rand.Rand, landings, pieces int, answers ...int) *Decision {
	d := &Decision{Questions: questions(answers...), Landings: make([]Rule, landings)}
	d.whole = whole(d.Questions)
	for i := range d.Landings {
		d.Landings[i].Page = i + 1
	}
	split(r, d, d.whole, pieces)
	d.Landings = slices.DeleteFunc(d.Landings, func(r Rule) bool { return len(r.Alternatives) == 0 })
	return d
}

// cellDecision returns a decision with an alternative for each combination.
func cellDecision(land func([]int) int, answers ...int) *Decision {
	d := &Decision{Questions: questions(answers...)}
	d.whole = whole(d.Questions)
	at := map[int]int{}
	eachCell(d, func(cell []int) {
		page := land(cell)
		if page < 0 {
			d.Impossible = append(d.Impossible, Impossible{Cube: cubeOf(cell), Because: "the test says so"})
			return
		}
		i, ok := at[page]
		if !ok {
			i, at[page] = len(d.Landings), len(d.Landings)
			d.Landings = append(d.Landings, Rule{Page: page + 1})
		}
		d.Landings[i].Alternatives = append(d.Landings[i].Alternatives, Alternative{Cube: cubeOf(cell)})
	})
	return d
}

func cubeOf(cell []int) Cube {
	c := make(Cube, len(cell))
	for q, a := range cell {
		c[q] = 1 << a
	}
	return c
}

// randomImpossible forbids some combinations; where they would leave no reader
// they are dropped again.
func randomImpossible(r *rand.Rand, d *Decision, n int) {
	for range n {
		c := slices.Clone(d.whole)
		for range 1 + r.IntN(2) {
			q := r.IntN(len(c))
			c[q] &= Answers(r.Uint64())
		}
		if !slices.Contains(c, 0) {
			d.Impossible = append(d.Impossible, Impossible{Cube: c, Because: "the test says so"})
		}
	}
	if d.covered(d.whole) {
		d.Impossible = nil
	}
}

// randomAfter puts some questions after others, never in a circle.
func randomAfter(r *rand.Rand, d *Decision, n int) {
	order := r.Perm(len(d.Questions))
	for range n {
		i, j := r.IntN(len(order)), r.IntN(len(order))
		if i < j {
			q := &d.Questions[order[j]]
			if !slices.Contains(q.After, order[i]) {
				q.After = append(q.After, order[i])
			}
		}
	}
}

// randomMentions adds brings-up rules.
func randomMentions(r *rand.Rand, d *Decision, n int) {
	for i := range n {
		rule := Rule{Page: 100 + i}
		for range 1 + r.IntN(3) {
			c := slices.Clone(d.whole)
			for q := range c {
				if r.IntN(2) == 0 {
					c[q] &= Answers(r.Uint64())
				}
			}
			if !slices.Contains(c, 0) {
				rule.Alternatives = append(rule.Alternatives, Alternative{Cube: c})
			}
		}
		d.Mentions = append(d.Mentions, rule)
	}
}

// smallDecision returns any decision that brute force can deal with.
func smallDecision(r *rand.Rand, most int) *Decision {
	answers := make([]int, 1+r.IntN(most))
	for i := range answers {
		answers[i] = 2 + r.IntN(2)
	}
	var d *Decision
	if r.IntN(2) == 0 {
		d = splitDecision(r, 1+r.IntN(4), 1+r.IntN(10), answers...)
	} else {
		pages := 1 + r.IntN(3)
		d = cellDecision(func([]int) int { return r.IntN(pages) }, answers...)
	}
	if r.IntN(2) == 0 {
		randomImpossible(r, d, r.IntN(4))
	}
	if r.IntN(2) == 0 {
		randomAfter(r, d, r.IntN(4))
	}
	randomMentions(r, d, r.IntN(3))
	return d
}

// eachCell visits all combinations of answers, impossible ones as well.
func eachCell(d *Decision, visit func([]int)) {
	cell := make([]int, len(d.Questions))
	var next func(int)
	next = func(q int) {
		if q == len(cell) {
			visit(cell)
			return
		}
		for a := range d.Questions[q].Answers {
			cell[q] = a
			next(q + 1)
		}
	}
	next(0)
}

// cell is one reader of the oracle.
type cell struct {
	answers []int
	landing int
}

// readers lists all readers and where each lands.
func readers(d *Decision) []cell {
	var all []cell
	eachCell(d, func(answers []int) {
		in := func(c Cube) bool { return cubeOf(answers).meets(c) }
		for _, v := range d.Impossible {
			if in(v.Cube) {
				return
			}
		}
		for i, rule := range d.Landings {
			if slices.ContainsFunc(rule.Alternatives, func(a Alternative) bool { return in(a.Cube) }) {
				all = append(all, cell{slices.Clone(answers), i})
				return
			}
		}
		panic("a reader lands nowhere")
	})
	return all
}

// oracleTree is one tree of all that there are.
type oracleTree struct {
	worst, sum int
	text       string          // the tree itself
	nodes      map[string]bool // the texts of its question nodes
	order      []int           // its questions, the start before what follows
}

// allTrees lists every tree there is for some readers.
func allTrees(d *Decision, who []cell, asked map[int]bool) []oracleTree {
	if !slices.ContainsFunc(who, func(c cell) bool { return c.landing != who[0].landing }) {
		return []oracleTree{{text: fmt.Sprint("=", who[0].landing), nodes: map[string]bool{}}}
	}
	var all []oracleTree
	for q := range d.Questions {
		if asked[q] || possible(who, q) < 2 || slices.ContainsFunc(d.Questions[q].After, func(b int) bool {
			return !asked[b] && possible(who, b) > 1
		}) {
			continue
		}
		all = append(all, treesFrom(d, who, asked, q)...)
	}
	return all
}

func possible(who []cell, q int) int {
	given := map[int]bool{}
	for _, c := range who {
		given[c.answers[q]] = true
	}
	return len(given)
}

func treesFrom(d *Decision, who []cell, asked map[int]bool, q int) []oracleTree {
	trees := []oracleTree{{sum: len(who), text: fmt.Sprint("(", q), nodes: map[string]bool{}, order: []int{q}}}
	deeper := map[int]bool{q: true}
	for k := range asked {
		deeper[k] = true
	}
	for a := range d.Questions[q].Answers {
		var some []cell
		for _, c := range who {
			if c.answers[q] == a {
				some = append(some, c)
			}
		}
		kids := []oracleTree{{text: "-"}}
		if len(some) > 0 {
			kids = allTrees(d, some, deeper)
		}
		var longer []oracleTree
		for _, t := range trees {
			for _, k := range kids {
				longer = append(longer, t.followedBy(k))
			}
		}
		trees = longer
	}
	for i := range trees {
		trees[i].worst++
		trees[i].text += ")"
		trees[i].nodes[trees[i].text] = true
	}
	return trees
}

func (t oracleTree) followedBy(k oracleTree) oracleTree {
	nodes := map[string]bool{}
	for _, m := range []map[string]bool{t.nodes, k.nodes} {
		for n := range m {
			nodes[n] = true
		}
	}
	return oracleTree{max(t.worst, k.worst), t.sum + k.sum, t.text + " " + k.text, nodes, slices.Concat(t.order, k.order)}
}

// better is the order of trees, as the contract has it.
func better(a, b oracleTree) bool {
	switch {
	case a.worst != b.worst:
		return a.worst < b.worst
	case a.sum != b.sum:
		return a.sum < b.sum
	case len(a.nodes) != len(b.nodes):
		return len(a.nodes) < len(b.nodes)
	}
	return slices.Compare(a.order, b.order) < 0
}

// written writes a tree as the oracle does.
func written(n *Node) string {
	switch {
	case n == nil:
		return "-"
	case n.Question < 0:
		return fmt.Sprint("=", n.Landing)
	}
	var b strings.Builder
	fmt.Fprint(&b, "(", n.Question)
	for _, c := range n.Children {
		b.WriteString(" " + written(c))
	}
	return b.String() + ")"
}

// ratio returns a fraction.
func ratio(a, b int) *big.Rat { return big.NewRat(int64(a), int64(b)) }

// fewestQuestions finds the least worst case for some readers, and the least
// number of questions put to all of them that keeps within a worst case of at
// most allowed; -1 where there is none. It looks at lists of readers and knows
// nothing of cubes.
type fewestQuestions struct {
	d    *Decision
	memo map[string]int
}

func (f *fewestQuestions) worst(who []cell) int {
	for allowed := 0; ; allowed++ {
		if f.sum(who, map[int]int{}, allowed) >= 0 {
			return allowed
		}
	}
}

func (f *fewestQuestions) sum(who []cell, asked map[int]int, allowed int) int {
	if len(landingsOf(who)) == 1 {
		return 0
	}
	key := fmt.Sprint(asked, allowed)
	if known, ok := f.memo[key]; ok {
		return known
	}
	best := -1
	for q := range f.d.Questions {
		_, done := asked[q]
		waits := slices.ContainsFunc(f.d.Questions[q].After, func(b int) bool {
			_, done := asked[b]
			return !done && possible(who, b) > 1
		})
		if done || waits || allowed == 0 || possible(who, q) < 2 {
			continue
		}
		if sum := f.after(who, asked, allowed, q); sum >= 0 && (best < 0 || sum < best) {
			best = sum
		}
	}
	f.memo[key] = best
	return best
}

func (f *fewestQuestions) after(who []cell, asked map[int]int, allowed, q int) int {
	sum := len(who)
	for a := range f.d.Questions[q].Answers {
		some := among(who, []Choice{{q, a}})
		if len(some) == 0 {
			continue
		}
		deeper := maps.Clone(asked)
		deeper[q] = a
		below := f.sum(some, deeper, allowed-1)
		if below < 0 {
			return -1
		}
		sum += below
	}
	return sum
}
