package decision

import (
	"cmp"
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
	p := &proof{compiler: c, draft: d, meter: &meter{}, v: &Verdict{Decision: &d.Decision}, voids: d.voids()}
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
	return newSpace(p.meter, box, nil, append(cubes, p.voids)...).all().none.Big()
}

// prove fills in what can be proven. Each step may take some work, in units of
// [meter]. It returns what could not be proven, in words.
func (p *proof) prove(work int) (unproven []string) {
	steps := []struct {
		what  string
		prove func()
	}{
		{"how many combinations there are", func() { p.v.Cells = p.size(p.whole) }},
		{"that every reader lands on exactly one page", p.faults}, // needs the rules of all pages landed on
		{"which pages nobody lands on", p.unreachable},
		{"which rules are redundant", p.redundant},
		{"which questions change nothing", p.irrelevant}, // needs all rules
	}
	for _, step := range steps[:p.provable] {
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
	several := new(big.Int).Sub(p.v.Cells, t.none.Add(t.one).Big())
	p.v.Gap, p.v.Overlap = &Share{Cells: t.none.Big()}, &Share{Cells: several}
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
	open := func(c Cube) Cube { return slices.Concat(c[:q], p.whole[q:q+1], c[q+1:]) }
	for _, c := range rule {
		for rest := c[q]; rest != 0 && c[q] != p.whole[q]; rest &= rest - 1 {
			never := keep(p.voids, func(v Cube) bool { return v[q]&rest&-rest != 0 && v[q] != p.whole[q] })
			if p.outside(open(c), rule, each(never, open)) != nil {
				return true
			}
		}
	}
	return false
}

// list covers the readers of the gap and the overlap with boxes.
func (p *proof) list() {
	try := func(s *Share, fill func()) {
		p.left = regionWork
		s.More = s.Cells.Sign() > 0 && !p.try(func() {
			fill()
			p.trim(s)
		})
	}
	try(p.v.Gap, func() { p.fill(p.v.Gap, p.whole, slices.Concat(p.rules...)) })
	try(p.v.Overlap, func() {
		for i, a := range p.alts {
			p.spend(len(p.alts) - i)
			for _, b := range p.alts[i+1:] {
				if shared, ok := a.Cube.meet(b.Cube); ok && a.Page != b.Page {
					p.fill(p.v.Overlap, shared, nil)
				}
			}
		}
	})
}

// fill adds boxes that cover the readers of a box who are outside of others.
func (p *proof) fill(s *Share, box Cube, others []Cube) {
	for {
		seed := p.outside(box, others, boxesOf(s.Regions))
		if seed == nil {
			return
		}
		for q, a := range seed {
			seed[q] = a & -a
		}
		area, pages := area{}, []int(nil)
		for i, cubes := range p.rules {
			if slices.ContainsFunc(cubes, seed.within) {
				area.inside, pages = append(area.inside, cubes), append(pages, p.Landings[i].Page)
			} else {
				area.outside = append(area.outside, cubes...)
			}
		}
		around := seed.grow(p.whole, func(slab Cube) bool { return p.holds(area, slab) })
		s.Regions = append(s.Regions, Region{around, p.size(around), pages, seed})
	}
}

// area is a set of readers: those in some cube of each list, and in no others.
type area struct {
	inside  [][]Cube
	outside []Cube
}

// holds reports whether every reader of a box is in an area.
func (p *proof) holds(a area, box Cube) bool {
	p.spend(len(a.outside))
	return !slices.ContainsFunc(a.inside, func(cubes []Cube) bool { return p.outside(box, cubes) != nil }) &&
		!slices.ContainsFunc(a.outside, func(c Cube) bool {
			shared, ok := c.meet(box)
			return ok && p.outside(shared) != nil
		})
}

// trim sorts regions, the largest first, and drops those that others of the
// same pages cover.
func (p *proof) trim(s *Share) {
	slices.SortStableFunc(s.Regions, func(x, y Region) int {
		return cmp.Or(slices.Compare(x.Pages, y.Pages), y.Cells.Cmp(x.Cells), slices.Compare(x.Cube, y.Cube))
	})
	for i := len(s.Regions) - 1; i >= 0; i-- {
		others := slices.Delete(slices.Clone(s.Regions), i, i+1)
		same := keep(others, func(r Region) bool { return slices.Equal(r.Pages, s.Regions[i].Pages) })
		if p.outside(s.Regions[i].Cube, boxesOf(same)) == nil {
			s.Regions = others
		}
	}
}

func boxesOf(regions []Region) []Cube {
	return each(regions, func(r Region) Cube { return r.Cube })
}
