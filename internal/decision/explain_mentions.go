package decision

import (
	"cmp"
	"slices"
)

// Mention is a page that some answers bring up, or would.
type Mention struct {
	Rule int           // an index into Mentions
	Sure bool          // every reader who gave the answers is told of it
	If   [][]Condition // else: told where all of one of these hold
}

// Condition is that a question not answered yet gets one of some answers.
type Condition struct {
	Question int
	Answers  Answers
}

// Mentions returns the pages that some answers bring up, or would bring up if
// questions not yet answered were answered so, in page order. Each condition
// names the fewest questions and is as wide as it can be.
func (r *Reasons) Mentions(given []Choice) []Mention {
	c := r.box(given)
	var mentions []Mention
	for i, rule := range r.d.Mentions {
		boxes := rule.boxes()
		if c.empty() || escape(c, slices.Concat(boxes, r.ground.void)) == nil {
			mentions = append(mentions, Mention{Rule: i, Sure: true})
		} else if when := r.conditions(c, boxes); len(when) > 0 {
			mentions = append(mentions, Mention{Rule: i, If: when})
		}
	}
	return mentions
}

func (r Rule) boxes() []Cube {
	boxes := make([]Cube, len(r.Alternatives))
	for i, alt := range r.Alternatives {
		boxes[i] = alt.Cube
	}
	return boxes
}

// conditions widens each box as far as the boxes together cover it in c, and
// returns what is left to ask for, without repeats.
func (r *Reasons) conditions(c Cube, boxes []Cube) [][]Condition {
	var wide []Cube
	for _, b := range boxes {
		shared, ok := b.meet(c)
		if !ok || !r.ground.inhabited(shared) {
			continue
		}
		w := r.widened(shared, c, boxes)
		if slices.ContainsFunc(wide, func(known Cube) bool { return w.within(known) }) {
			continue
		}
		wide = append(slices.DeleteFunc(wide, func(known Cube) bool { return known.within(w) }), w)
	}
	var all [][]Condition
	for _, w := range wide {
		all = append(all, r.asked(w, c))
	}
	slices.SortStableFunc(all, func(a, b []Condition) int { return cmp.Compare(len(a), len(b)) })
	return all
}

// widened keeps the fewest of the questions that b asks about within c, and
// then adds answers to them, as long as the boxes cover the result.
func (r *Reasons) widened(b, c Cube, boxes []Cube) Cube {
	var about []int
	for q := range b {
		if b[q] != c[q] {
			about = append(about, q)
		}
	}
	narrow := func(picked uint64) Cube {
		w := slices.Clone(c)
		for i, q := range about {
			if picked>>i&1 == 1 {
				w[q] = b[q]
			}
		}
		return w
	}
	all := slices.Concat(boxes, r.ground.void)
	w := narrow(smallest(len(about), func(picked uint64) []uint64 {
		who := escape(narrow(picked), all)
		if who == nil {
			return nil
		}
		differ := uint64(0)
		for i, q := range about {
			if who[q]&b[q] == 0 {
				differ |= 1 << i
			}
		}
		return []uint64{differ}
	}))
	for q := range w {
		for a := range r.d.Questions[q].Answers {
			if c[q].Has(a) && !w[q].Has(a) {
				if w[q] |= 1 << a; escape(w, all) != nil {
					w[q] &^= 1 << a
				}
			}
		}
	}
	return w
}

// asked says what the box w asks for within c, in answers that are possible.
func (r *Reasons) asked(w, c Cube) []Condition {
	var when []Condition
	for q := range w {
		if w[q] == c[q] {
			continue
		}
		some := Answers(0)
		for a := range r.d.Questions[q].Answers {
			if w[q].Has(a) && r.ground.inhabited(w.with(q, 1<<a)) {
				some |= 1 << a
			}
		}
		when = append(when, Condition{q, some})
	}
	return when
}

// Remaining says which answers to a question lead to one landing page.
type Remaining struct {
	Landing int     // an index into Landings
	Only    Answers // those after which no other page is left
	Maybe   Answers // those after which it is one of several
}

// Remaining returns the landing pages still possible at a node, in page order,
// and how the answers to its question lead to them. At a leaf there is one.
func (n *Node) Remaining() []Remaining {
	if n.Question < 0 {
		return []Remaining{{Landing: n.Landing}}
	}
	by := map[int]*Remaining{}
	for a, child := range n.Children {
		if child == nil {
			continue
		}
		below := child.landings()
		for l := range below {
			if by[l] == nil {
				by[l] = &Remaining{Landing: l}
			}
			if len(below) == 1 {
				by[l].Only |= 1 << a
			} else {
				by[l].Maybe |= 1 << a
			}
		}
	}
	var left []Remaining
	for _, rest := range by {
		left = append(left, *rest)
	}
	slices.SortFunc(left, func(a, b Remaining) int { return cmp.Compare(a.Landing, b.Landing) })
	return left
}

// landings returns the landings of the leaves at and below a node.
func (n *Node) landings() map[int]bool {
	below := map[int]bool{}
	n.Walk(func(n *Node) {
		if n.Question < 0 {
			below[n.Landing] = true
		}
	})
	return below
}
