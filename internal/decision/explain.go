package decision

import (
	"math"
	"slices"
)

// Explanation says why some answers lead where they do. Each of its statements
// is true of every reader it speaks of, and none could be said with less; that
// is decided on boxes of readers, never on the tree.
type Explanation struct {
	Why          []Choice  // the fewest of the answers that settle the landing page by themselves
	DidNotMatter []Choice  // the others
	Changes      []Change  // one for each other landing page, in page order
	Mentions     []Mention // in page order
}

// Change is the smallest change of some answers that leads to another page.
type Change struct {
	Landing  int      // the page, as an index into Landings
	Changed  []Choice // the fewest answers that have to differ, as they would have to be: so that the fewest questions follow
	Assuming []Choice // answers to questions not answered yet that it needs as well: the fewest that settle it
	Leaf     *Node    // where they arrive at the page, after the fewest further questions
}

// Mention is a page that some answers bring up, or would.
type Mention struct {
	Rule int           // an index into Mentions of the decision
	Sure bool          // every reader who gave the answers is told of it
	If   [][]Condition // told where all of one of these hold; none could be dropped, or be wider
}

// Condition is that a question not answered yet gets one of some answers.
type Condition struct {
	Question int
	Answers  Answers
}

// Explain explains answers, at most one to each question. Where they do not
// settle on one page, there is no Why, and a change for every page. Of several
// smallest sets it takes the one that comes first in the order given.
func (t *Tree) Explain(given []Choice) (e Explanation) {
	landing := unsettled
	if left := t.reached(t.box(given)); len(left) == 1 {
		landing = left[0]
		e.Why, e.DidNotMatter = t.settling(t.whole, given)
	}
	for _, other := range t.reached(t.whole) {
		if other != landing {
			e.Changes = append(e.Changes, t.change(given, other))
		}
	}
	for i, rule := range t.Mentions {
		if when := t.conditions(t.box(given), cubesOf(rule.Alternatives)); len(when) > 0 {
			e.Mentions = append(e.Mentions, Mention{i, len(when[0]) == 0, when})
		}
	}
	return e
}

// box returns the readers who gave some answers.
func (d *Decision) box(given []Choice) Cube {
	c := slices.Clone(d.whole)
	for _, g := range given {
		c[g.Question] &= 1 << g.Answer
	}
	return c
}

// reached lists the landing pages that readers of a box land on.
func (d *Decision) reached(box Cube) (landings []int) {
	for i := range d.Landings {
		if d.reaches(box, i) {
			landings = append(landings, i)
		}
	}
	return landings
}

func (d *Decision) reaches(box Cube, landing int) bool {
	return slices.ContainsFunc(d.Landings[landing].Alternatives, func(a Alternative) bool { return d.touches(a.Cube, box) })
}

// touches reports whether two boxes share a reader.
func (d *Decision) touches(a, b Cube) bool { return a.meets(b) && !d.covered(a.meet(b)) }

// covered reports whether every reader of a box is in one of some cubes.
func (d *Decision) covered(box Cube, cubes ...Cube) bool {
	return findOutside(&meter{left: math.MaxInt}, box, d.voids(), cubes) == nil
}

// settling returns the fewest choices that settle the landing page of readers
// in a box, and the others. All of them together have to.
func (d *Decision) settling(box Cube, choices []Choice) (settle, rest []Choice) {
	return pick(choices, smallest(len(choices), func(set Answers) bool {
		some, _ := pick(choices, set)
		return len(d.reached(d.box(some).meet(box))) == 1
	}))
}

// change finds the smallest change that leads to a landing page.
func (t *Tree) change(given []Choice, landing int) Change {
	differ, same := pick(given, smallest(len(given), func(set Answers) bool {
		_, same := pick(given, set)
		return t.reaches(t.box(same), landing)
	}))
	change, who := Change{Landing: landing}, t.box(same)
	for _, g := range differ {
		box, least := who, math.MaxInt
		for a := range t.Questions[g.Question].Answers {
			some := who.with(g.Question, 1<<a)
			if leaf, open := t.nearest(t.Root, some, landing); leaf != nil && open < least {
				box, least, g.Answer = some, open, a
			}
		}
		who, change.Changed = box, append(change.Changed, g)
	}
	change.Leaf, _ = t.nearest(t.Root, who, landing)
	extra := keep(change.Leaf.Path, func(c Choice) bool { return who[c.Question].Count() > 1 })
	change.Assuming, _ = t.settling(who, extra)
	return change
}

// nearest finds the leaf of a landing page at or below a node that some reader
// of a box arrives at with the fewest answers that the box leaves open.
func (d *Decision) nearest(n *Node, box Cube, landing int) (leaf *Node, open int) {
	if n.Landing == landing && !d.covered(box) {
		return n, 0
	}
	for a, child := range n.Children {
		if child == nil || !box[n.Question].Has(a) {
			continue
		}
		found, more := d.nearest(child, box.with(n.Question, 1<<a), landing)
		more += min(box[n.Question].Count()-1, 1)
		if found != nil && (leaf == nil || more < open) {
			leaf, open = found, more
		}
	}
	return leaf, open
}

// possible returns a box without answers that none of its readers gives.
func (d *Decision) possible(box Cube) Cube {
	left := slices.Clone(box)
	for q := range box {
		for a := range d.Questions[q].Answers {
			if box[q].Has(a) && d.covered(box.with(q, 1<<a)) {
				left[q] &^= 1 << a
			}
		}
	}
	return left
}

// conditions says what readers of a box have to answer to be in one of some
// cubes: it widens each of these as far as they cover it together, and returns
// what is left to ask for, the shortest first.
func (d *Decision) conditions(box Cube, cubes []Cube) (all [][]Condition) {
	var wide []Cube
	for _, c := range cubes {
		if !c.meets(box) || d.covered(c.meet(box), wide...) {
			continue
		}
		c = c.meet(box).grow(box, func(slab Cube) bool { return d.covered(slab, cubes...) })
		wide = append(wide, c)
		when, possible := c.narrows(box), d.possible(c)
		for i, w := range when {
			when[i].Answers = possible[w.Question]
		}
		all = append(all, when)
	}
	slices.SortStableFunc(all, func(a, b []Condition) int { return len(a) - len(b) })
	return all
}

// pick divides choices into those in a set and the others.
func pick(choices []Choice, set Answers) (in, out []Choice) {
	for i, c := range choices {
		if set.Has(i) {
			in = append(in, c)
		} else {
			out = append(out, c)
		}
	}
	return in, out
}

// smallest returns the smallest good set of the first n numbers; of several
// the one that comes first. All of them have to be good together, and whatever
// contains a good set too.
//
// A set that is not good is filled up for as long as it does not become good.
// Every good set then has one of the numbers left over; and the next to try is
// the smallest that has one of each such few.
func smallest(n int, good func(set Answers) bool) Answers {
	var needs []Answers
	for {
		set, met := Answers(0), false
		for size := 0; !met; size++ {
			set, met = meetAll(needs, 0, n, size)
		}
		if good(set) {
			return set
		}
		for i := range n {
			if !good(set | 1<<i) {
				set |= 1 << i
			}
		}
		needs = append(needs, every(n)&^set)
	}
}

// meetAll finds the first set of at most size numbers, from start up to n, that
// meets all sets.
func meetAll(sets []Answers, start, n, size int) (met Answers, ok bool) {
	if len(sets) == 0 {
		return 0, true
	}
	for i := start; i < n && size > 0; i++ {
		rest := keep(sets, func(s Answers) bool { return !s.Has(i) })
		if met, ok := meetAll(rest, i+1, n, size-1); ok {
			return met | 1<<i, true
		}
		if slices.ContainsFunc(sets, func(s Answers) bool { return s>>(i+1) == 0 }) {
			break // without i, that set can no longer be met
		}
	}
	return 0, false
}
