package decision

import (
	"cmp"
	"math/bits"
	"slices"
)

// Reasons says why answers lead where they do. Each of its statements is true
// of every reader it speaks of, and none could be said with less; both are
// decided on boxes of readers, never on the tree, so that they hold for any
// answers, in any order, whether the tree asks for them or not.
//
// A set of answers names each question once.
type Reasons struct {
	tree   *Tree
	d      *Decision
	ground *ground
}

// Explain returns the reasons of a tree's decision.
func Explain(t *Tree) *Reasons {
	return &Reasons{tree: t, d: t.Decision, ground: t.Decision.ground()}
}

// Explanation is all there is to say about some answers.
type Explanation struct {
	Landing      int      // the page they settle on, as an index into Landings; -1 while several are left
	Why          []Choice // the fewest of the answers that settle it
	DidNotMatter []Choice // the others
	Changes      []Change // one for each other landing page
	Mentions     []Mention
}

// Of explains some answers.
func (r *Reasons) Of(given []Choice) Explanation {
	e := Explanation{Landing: -1, Changes: r.Changes(given), Mentions: r.Mentions(given)}
	if left := r.Landings(given); len(left) == 1 {
		e.Landing = left[0]
		e.Why, e.DidNotMatter = r.Why(given)
	}
	return e
}

// Landings lists the landing pages that readers who gave these answers can
// still land on, as indices into Landings.
func (r *Reasons) Landings(given []Choice) []int {
	var left []int
	c := r.box(given)
	for i := range r.d.Landings {
		if r.reaches(c, i) {
			left = append(left, i)
		}
	}
	return left
}

func (r *Reasons) reaches(c Cube, landing int) bool {
	return slices.ContainsFunc(r.d.Landings[landing].Alternatives, func(alt Alternative) bool {
		shared, ok := alt.Cube.meet(c)
		return ok && r.ground.inhabited(shared)
	})
}

// box returns the readers who gave some answers.
func (r *Reasons) box(given []Choice) Cube {
	c := slices.Clone(r.ground.whole)
	for _, g := range given {
		c[g.Question] &= 1 << g.Answer
	}
	return c
}

// Why returns the fewest of the answers that settle the landing page by
// themselves, and the other answers, both in the author's order. Of several
// smallest sets it takes the one that comes first in that order. Both are nil
// where the answers do not settle on one page.
func (r *Reasons) Why(given []Choice) (settle, rest []Choice) {
	left := r.Landings(given)
	if len(left) != 1 {
		return nil, nil
	}
	return r.fewest(r.ground.whole, given, left[0])
}

// fewest returns the fewest choices that settle on a landing for all readers
// in c, and the other choices. All of them together have to.
func (r *Reasons) fewest(c Cube, choices []Choice, landing int) (settle, rest []Choice) {
	choices = inOrder(choices)
	return pick(choices, smallest(len(choices), func(picked uint64) (missed []uint64) {
		some, _ := pick(choices, picked)
		who, _ := c.meet(r.box(some))
		for i, rule := range r.d.Landings {
			if i != landing {
				missed = append(missed, r.strays(who, rule, choices)...)
			}
		}
		return missed
	}))
}

// strays finds readers in c to whom a rule applies and returns, for each, the
// choices that they did not make.
func (r *Reasons) strays(c Cube, rule Rule, choices []Choice) (differ []uint64) {
	for _, alt := range rule.Alternatives {
		if shared, ok := alt.Cube.meet(c); ok {
			if who := escape(shared, r.ground.void); who != nil {
				differ = append(differ, unlike(choices, who))
			}
		}
	}
	return differ
}

// unlike returns the choices that nobody in c made.
func unlike(choices []Choice, c Cube) (mask uint64) {
	for i, g := range choices {
		if !c[g.Question].Has(g.Answer) {
			mask |= 1 << i
		}
	}
	return mask
}

// inOrder sorts choices as the author wrote their questions.
func inOrder(choices []Choice) []Choice {
	return slices.SortedFunc(slices.Values(choices), func(a, b Choice) int { return cmp.Compare(a.Question, b.Question) })
}

// pick divides choices into those in a set and the others.
func pick(choices []Choice, set uint64) (in, out []Choice) {
	for i, c := range choices {
		if set>>i&1 == 1 {
			in = append(in, c)
		} else {
			out = append(out, c)
		}
	}
	return in, out
}

// Change is the smallest change of some answers that leads to another page.
type Change struct {
	Landing  int      // the page, as an index into Landings
	Changed  []Choice // the answers that differ, in the author's order, as they would have to be
	Assuming []Choice // answers to questions not answered yet that it needs as well: the fewest that settle it
	Arrives  *Node    // where the changed answers arrive in the tree, with nothing assumed
	Leaf     *Node    // where they arrive at the page, after the fewest further questions
}

// Changes returns, for every landing page but the one that the answers settle
// on, the fewest of the answers that would have to differ for it to be
// reached, in page order. Questions that were not answered are free. Of
// several smallest changes it takes the one to the questions, and then the
// answers, that come first in the author's order. Nodes are nil where the tree
// has none.
func (r *Reasons) Changes(given []Choice) []Change {
	left := r.Landings(given)
	var changes []Change
	for i := range r.d.Landings {
		if len(left) == 1 && i == left[0] {
			continue
		}
		if c, ok := r.change(inOrder(given), i); ok {
			changes = append(changes, c)
		}
	}
	return changes
}

func (r *Reasons) change(given []Choice, landing int) (Change, bool) {
	change := Change{Landing: landing}
	set, ok := r.differing(given, landing)
	if !ok {
		return change, false
	}
	differ, same := pick(given, set)
	c := r.box(same)
	for _, g := range differ {
		for a := range r.d.Questions[g.Question].Answers {
			if some := c.with(g.Question, 1<<a); r.reaches(some, landing) {
				c = some
				change.Changed = append(change.Changed, Choice{g.Question, a})
				break
			}
		}
	}
	if r.tree.Root != nil {
		var extra []Choice
		change.Arrives = r.tree.Root.follow(c)
		change.Leaf, extra = r.nearest(r.tree.Root, c, landing)
		change.Assuming, _ = r.fewest(c, extra, landing)
	}
	return change, true
}

// differing finds the smallest set of answers without which the others lead to
// a landing; of several the one that comes first. To reach an alternative, the
// answers that it does not admit have to differ; and more of them only where
// nobody gives all the others.
func (r *Reasons) differing(given []Choice, landing int) (set uint64, ok bool) {
	var sets []uint64
	for _, alt := range r.d.Landings[landing].Alternatives {
		sets = append(sets, unlike(given, alt.Cube))
	}
	for size := range len(given) + 1 {
		slices.SortFunc(sets, func(a, b uint64) int { return cmp.Compare(bits.Reverse64(b), bits.Reverse64(a)) })
		sets = slices.Compact(sets)
		for _, set := range sets {
			if bits.OnesCount64(set) != size {
				continue
			}
			if _, same := pick(given, set); r.reaches(r.box(same), landing) {
				return set, true
			}
			for i := range given {
				sets = append(sets, set|1<<i)
			}
		}
	}
	return 0, false
}

// follow walks down from a node as long as c has one answer to what is asked.
func (n *Node) follow(c Cube) *Node {
	for n.Question >= 0 && c[n.Question].Count() == 1 {
		child := n.Children[c[n.Question].first()]
		if child == nil {
			break
		}
		n = child
	}
	return n
}

// nearest finds the leaf of a landing that some reader in c arrives at with
// the fewest answers that c leaves open. It returns those answers as well.
func (r *Reasons) nearest(n *Node, c Cube, landing int) (leaf *Node, extra []Choice) {
	if n.Question < 0 {
		if n.Landing != landing || !r.ground.inhabited(c) {
			n = nil
		}
		return n, nil
	}
	open := c[n.Question].Count() > 1
	for a, child := range n.Children {
		if child == nil || !c[n.Question].Has(a) {
			continue
		}
		l, e := r.nearest(child, c.with(n.Question, 1<<a), landing)
		if open {
			e = append(e, Choice{n.Question, a})
		}
		if l != nil && (leaf == nil || len(e) < len(extra)) {
			leaf, extra = l, e
		}
	}
	return leaf, extra
}

// smallest returns the smallest set of the first n numbers that meets every
// set that missed can come up with; of several the one that comes first. For
// a set that is not good enough, missed returns sets that it does not meet;
// for one that is, nothing.
func smallest(n int, missed func(picked uint64) []uint64) uint64 {
	var sets []uint64
	for {
		picked, ok := uint64(0), false
		for size := 0; !ok; size++ {
			if size > n {
				panic("all of them together are not good enough")
			}
			picked, ok = meetAll(sets, 0, n, size)
		}
		more := missed(picked)
		if len(more) == 0 {
			return picked
		}
		sets = append(sets, more...)
	}
}

// meetAll finds the first set of at most size numbers, from start up to n, that
// meets all sets.
func meetAll(sets []uint64, start, n, size int) (picked uint64, ok bool) {
	if len(sets) == 0 {
		return 0, true
	}
	if size == 0 {
		return 0, false
	}
	for i := start; i < n; i++ {
		rest := slices.DeleteFunc(slices.Clone(sets), func(s uint64) bool { return s>>i&1 == 1 })
		if picked, ok := meetAll(rest, i+1, n, size-1); ok {
			return picked | 1<<i, true
		}
		if slices.ContainsFunc(sets, func(s uint64) bool { return s>>(i+1) == 0 }) {
			return 0, false // without i, that set can no longer be met
		}
	}
	return 0, false
}
