package decision

import (
	"math/big"
	"slices"
)

// proof proves one decision. Its readers are the possible ones.
type proof struct {
	*compiler
	*draft
	*meter
	v     *Verdict
	voids []Cube        // the impossible combinations
	rules [][]Cube      // by landing page
	alts  []Alternative // of all landing pages
}

func newProof(c *compiler, d *draft) *proof {
	p := &proof{compiler: c, draft: d, meter: &meter{}, v: &Verdict{Decision: &d.Decision}}
	p.voids = d.voids()
	for _, r := range d.Landings {
		p.alts = append(p.alts, r.Alternatives...)
		p.rules = append(p.rules, cubesOf(r.Alternatives))
	}
	return p
}

func cubesOf(alts []Alternative) []Cube {
	return each(alts, func(a Alternative) Cube { return a.Cube })
}

// outside finds readers of a box who are in none of the cubes.
func (p *proof) outside(box Cube, cubes ...[]Cube) Cube {
	return findOutside(p.meter, box, append(cubes, p.voids)...)
}

// size counts the readers of a box who are in none of the cubes.
func (p *proof) size(box Cube, cubes ...[]Cube) *big.Int {
	return countOutside(p.meter, box, append(cubes, p.voids)...)
}

// prove fills in what can be proven. Each step may take some work, in units of
// [meter]. It returns what could not be proven, in words.
func (p *proof) prove(work int) (unproven []string) {
	steps := []struct {
		what  string
		prove func()
	}{
		{"how many combinations there are", func() { p.v.Cells = p.size(p.whole) }},
		{"that every reader lands on exactly one page", p.faults},
		{"which pages nobody lands on", p.unreachable},
		{"which rules are redundant", p.redundant},
		{"which questions change nothing", p.irrelevant},
	}
	if p.vague {
		steps = steps[:1]
	} else if p.blurred {
		steps = steps[:4] // what could not be read may depend on any question
	}
	for _, step := range steps {
		if p.left = work; !p.try(step.prove) {
			unproven = append(unproven, step.what)
		}
		if p.v.Cells == nil {
			break
		}
	}
	return unproven
}

// faults counts the readers who land on no page, and those who land on several.
func (p *proof) faults() {
	t := newSpace(p.meter, p.whole, p.rules, p.voids).all()
	several := new(big.Int).Sub(p.v.Cells, t.none.plus(t.one).big())
	p.v.Gap, p.v.Overlap = &Share{Cells: t.none.big()}, &Share{Cells: several}
	p.list()
}

func (p *proof) unreachable() {
	pages := []int{}
	for _, r := range p.Landings {
		if !p.reached(r) {
			pages = append(pages, r.Page)
		}
	}
	p.v.Unreachable = pages
}

// reached reports whether a rule holds for any reader.
func (p *proof) reached(r Rule) bool {
	return slices.ContainsFunc(r.Alternatives, func(a Alternative) bool { return p.outside(a.Cube) != nil })
}

// redundant finds the alternatives that the others of their page cover. A page
// that no reader reaches is reported as that.
func (p *proof) redundant() {
	found := []Redundant{}
	for _, r := range slices.Concat(p.Landings, p.Mentions) {
		if len(r.Alternatives) < 2 || !p.reached(r) {
			continue
		}
		cubes := cubesOf(r.Alternatives)
		for i, a := range r.Alternatives {
			if p.outside(a.Cube, cubes[:i], cubes[i+1:]) == nil {
				others := slices.Delete(slices.Clone(r.Alternatives), i, i+1)
				found = append(found, Redundant{a, p.cover(a.Cube, others)})
			}
		}
	}
	slices.SortStableFunc(found, func(a, b Redundant) int { return a.Page - b.Page })
	p.v.Redundant = found
}

// cover returns few of some alternatives that cover a box together: one of them
// alone where that is enough, and none where no reader is in it.
func (p *proof) cover(box Cube, alts []Alternative) []Alternative {
	by := keep(alts, func(a Alternative) bool { return a.Cube.meets(box) })
	if i := slices.IndexFunc(by, func(a Alternative) bool { return box.within(a.Cube) }); i >= 0 {
		by = by[i : i+1]
	}
	for i := len(by) - 1; i >= 0; i-- {
		if fewer := slices.Delete(slices.Clone(by), i, i+1); p.outside(box, cubesOf(fewer)) == nil {
			by = fewer
		}
	}
	return by
}

// irrelevant finds the questions that never change where a reader lands, or
// what is brought up.
func (p *proof) irrelevant() {
	found := []int{}
	for q := range p.Questions {
		turns := func(r Rule) bool { return p.turns(q, cubesOf(r.Alternatives)) }
		if !slices.ContainsFunc(p.Landings, turns) && !slices.ContainsFunc(p.Mentions, turns) {
			found = append(found, q)
		}
	}
	p.v.Irrelevant = found
}

// turns reports whether the answer to question q can change whether a rule
// holds: whether it does not hold for some reader, and would hold if he gave
// another answer that is possible for him.
func (p *proof) turns(q int, rule []Cube) bool {
	p.spend(len(rule))
	for _, c := range rule {
		for rest := c[q]; rest != 0 && c[q] != p.whole[q]; rest &= rest - 1 {
			if p.outside(p.open(c, q), rule, p.ruledOut(q, rest&-rest)) != nil {
				return true
			}
		}
	}
	return false
}

// open returns a cube that takes any answer to question q.
func (p *proof) open(c Cube, q int) Cube {
	c = slices.Clone(c)
	c[q] = p.whole[q]
	return c
}

// ruledOut returns the readers to whom one answer to question q is impossible.
func (p *proof) ruledOut(q int, answer Answers) []Cube {
	voids := keep(p.voids, func(v Cube) bool { return v[q]&answer != 0 && v[q] != p.whole[q] })
	return each(voids, func(v Cube) Cube { return p.open(v, q) })
}
