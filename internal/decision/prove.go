package decision

import (
	"cmp"
	"math/big"
	"slices"
)

// proof proves one decision. Its readers are the possible ones.
type proof struct {
	*compiler
	*Verdict
	*meter
	voids []Cube        // the impossible combinations
	rules [][]Cube      // by landing page
	alts  []Alternative // of all landing pages
}

func newProof(c *compiler, d *Decision) *proof {
	alts := each(d.Landings, func(r Rule) []Alternative { return r.Alternatives })
	return &proof{c, &Verdict{Decision: d}, &meter{}, d.voids(), each(alts, cubesOf), slices.Concat(alts...)}
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
		{"how many combinations there are", func() { p.Cells = p.size(p.whole) }},
		{"that every reader lands on exactly one page", p.faults}, // needs the rules of all pages landed on
		{"which pages nobody lands on", func() { p.Unreachable = keep(p.Landings, p.isNever) }},
		{"which rules are redundant", p.redundant},
		{"which questions change nothing", p.irrelevant}, // needs all rules
	}
	for _, step := range steps[:p.provable] {
		if p.left = work; !p.try(step.prove) {
			unproven = append(unproven, step.what)
		}
		if p.Cells == nil {
			break
		}
	}
	return unproven
}

// faults counts the readers who land on no page, and those who land on several.
func (p *proof) faults() {
	t := newSpace(p.meter, p.whole, p.rules, p.voids).all()
	several := new(big.Int).Sub(p.Cells, t.none.Add(t.one).Big())
	p.Gap, p.Overlap = &Share{Cells: t.none.Big()}, &Share{Cells: several}
	p.Gap.More = !t.none.IsZero() && !p.list(p.Gap, func() { p.fill(p.Gap, p.whole, slices.Concat(p.rules...)) })
	p.Overlap.More = several.Sign() > 0 && !p.list(p.Overlap, func() {
		for i, a := range p.alts {
			p.spend(len(p.alts) - i)
			for _, b := range p.alts[i+1:] {
				if a.Page != b.Page && a.Cube.meets(b.Cube) {
					p.fill(p.Overlap, a.Cube.meet(b.Cube), nil)
				}
			}
		}
	})
}

// list fills a share with boxes, and reports whether there was time for all.
func (p *proof) list(s *Share, fill func()) bool {
	p.left = editWork
	return p.try(func() {
		fill()
		p.trim(s)
	})
}

// isNever reports whether a rule holds for no reader.
func (p *proof) isNever(r Rule) bool {
	return !slices.ContainsFunc(r.Alternatives, func(a Alternative) bool { return p.outside(a.Cube) != nil })
}

// redundant finds the alternatives that the others of their page cover. A page
// that no reader reaches is reported as that.
func (p *proof) redundant() {
	found := []Redundant{}
	several := func(r Rule) bool { return len(r.Alternatives) > 1 && !p.isNever(r) }
	for _, r := range keep(slices.Concat(p.Landings, p.Mentions), several) {
		cubes := cubesOf(r.Alternatives)
		for i, a := range r.Alternatives {
			if p.outside(a.Cube, cubes[:i], cubes[i+1:]) == nil {
				found = append(found, Redundant{a, p.cover(a.Cube, without(r.Alternatives, i))})
			}
		}
	}
	slices.SortStableFunc(found, func(a, b Redundant) int { return a.Page - b.Page })
	p.Redundant = found
}

// cover returns few of some alternatives that cover a box together: one of them
// alone where that is enough, and none where no reader is in it.
func (p *proof) cover(box Cube, alts []Alternative) []Alternative {
	by := keep(alts, func(a Alternative) bool { return a.Cube.meets(box) })
	alone := func(a Alternative) bool { return p.outside(box, []Cube{a.Cube}) == nil }
	if i := slices.IndexFunc(by, alone); i >= 0 {
		by = by[i : i+1]
	}
	for i := len(by) - 1; i >= 0; i-- {
		if fewer := without(by, i); p.outside(box, cubesOf(fewer)) == nil {
			by = fewer
		}
	}
	return by
}

// irrelevant finds the questions that never change where a reader lands, or
// what is brought up.
func (p *proof) irrelevant() {
	rules, found := slices.Concat(p.Landings, p.Mentions), []int{}
	for q := range p.Questions {
		if !slices.ContainsFunc(rules, func(r Rule) bool { return p.turns(q, cubesOf(r.Alternatives)) }) {
			found = append(found, q)
		}
	}
	p.Irrelevant = found
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
		var pages []int
		var take [][]Cube
		var pass []Cube
		for i, cubes := range p.rules {
			if slices.ContainsFunc(cubes, seed.meets) {
				take, pages = append(take, cubes), append(pages, p.Landings[i].Page)
			} else {
				pass = append(pass, cubes...)
			}
		}
		around := seed.grow(p.whole, func(slab Cube) bool {
			p.spend(len(pass))
			return !slices.ContainsFunc(take, func(rule []Cube) bool { return p.outside(slab, rule) != nil }) &&
				!slices.ContainsFunc(pass, func(c Cube) bool { return c.meets(slab) && p.outside(c.meet(slab)) != nil })
		})
		s.Regions = append(s.Regions, Region{around, p.size(around), pages, seed})
	}
}

// trim sorts regions, the largest first, and drops those that others of the
// same pages cover.
func (p *proof) trim(s *Share) {
	slices.SortStableFunc(s.Regions, func(x, y Region) int {
		return cmp.Or(slices.Compare(x.Pages, y.Pages), y.Cells.Cmp(x.Cells), slices.Compare(x.Cube, y.Cube))
	})
	for i := len(s.Regions) - 1; i >= 0; i-- {
		others := without(s.Regions, i)
		same := keep(others, func(r Region) bool { return slices.Equal(r.Pages, s.Regions[i].Pages) })
		if p.outside(s.Regions[i].Cube, boxesOf(same)) == nil {
			s.Regions = others
		}
	}
}

func boxesOf(regions []Region) []Cube { return each(regions, func(r Region) Cube { return r.Cube }) }
