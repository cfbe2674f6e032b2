package decision

import (
	"cmp"
	"iter"
	"math/big"
	"slices"
)

// Budgets of one decision, in units of [meter]: together about half a second.
const (
	countWork      = 15_000_000 // counting readers, gaps and overlaps
	regionWork     = 4_000_000  // their boxes
	redundantWork  = 10_000_000
	irrelevantWork = 3_000_000
)

// prover proves one decision.
type prover struct {
	*draft
	voids    []Cube // the impossible combinations
	landings owned  // the cubes of landing pages that mean what they say
	loose    []Cube // those at fault, as wide as they may be
	unsure   bool   // an impossible combination is at fault
	vague    bool   // so is a rule of any page
}

func newProver(d *draft) *prover {
	p := &prover{draft: d, vague: d.broken}
	for _, v := range d.Impossible {
		p.voids = append(p.voids, v.Cube)
		p.unsure = p.unsure || v.loose
	}
	for _, r := range d.Landings {
		for _, a := range r.Alternatives {
			if a.loose {
				p.loose = append(p.loose, a.Cube)
				continue
			}
			p.landings.cubes = append(p.landings.cubes, a.Cube)
			p.landings.page = append(p.landings.page, r.Page)
		}
	}
	for _, r := range slices.Concat(d.Landings, d.Mentions) {
		p.vague = p.vague || slices.ContainsFunc(r.Alternatives, func(a Alternative) bool { return a.loose })
	}
	return p
}

// prove fills in what can be proven of a decision. It returns what could not
// be within the budget, in words.
func (p *prover) prove(v *Verdict) (unproven []string) {
	stage := func(budget int, what string, work func(m *meter)) {
		m := &meter{left: budget}
		if !m.try(func() { work(m) }) {
			unproven = append(unproven, what)
		}
	}
	stage(countWork, "how many combinations there are", func(m *meter) { v.Cells = countOutside(m, p.whole, p.voids) })
	if v.Cells == nil || !p.landed {
		return unproven
	}
	stage(countWork, "that every reader lands on exactly one page", func(m *meter) { p.count(m, v) })
	stage(redundantWork, "which pages nobody lands on", func(m *meter) { v.Unreachable = p.unreachable(m) })
	if p.unsure || v.Cells.Sign() == 0 {
		return unproven
	}
	stage(redundantWork, "which rules are redundant", func(m *meter) { v.Redundant = p.redundant(m) })
	if !p.vague {
		stage(irrelevantWork, "which questions change nothing", func(m *meter) { v.Irrelevant = p.irrelevant(m) })
	}
	return unproven
}

// count finds the gap and the overlap. A rule that is at fault counts as wide
// as it can have been meant for the gap, and not at all for the overlap, so
// that both are certain.
func (p *prover) count(m *meter, v *Verdict) {
	gap, overlap := p.faults(m)
	if len(p.loose) > 0 {
		gap = countOutside(m, p.whole, p.voids, p.landings.cubes, p.loose)
	}
	v.Overlap = p.share(overlap, p.pairs, nil)
	if !p.broken {
		whole := func(yield func(Cube) bool) { yield(p.whole) }
		v.Gap = p.share(gap, func(*meter) iter.Seq[Cube] { return whole }, slices.Concat(p.landings.cubes, p.loose))
	}
}

// faults counts the readers who land on no page, and those who land on several.
func (p *prover) faults(m *meter) (gap, overlap *big.Int) {
	t := newSpace(m, p.whole, p.landings, p.voids).all()
	overlap = countOutside(m, p.whole, p.voids)
	return t.none.big(), overlap.Sub(overlap, t.none.plus(t.one).big())
}

// unreachable returns the pages that nobody lands on. A rule at fault may
// reach anybody.
func (p *prover) unreachable(m *meter) []int {
	pages := append([]int{}, p.silent...)
	for _, r := range p.Landings {
		if !p.unsure && !p.reached(m, r) {
			pages = append(pages, r.Page)
		}
	}
	slices.Sort(pages)
	return pages
}

// reached reports whether a rule holds for any possible reader, or may.
func (p *prover) reached(m *meter, r Rule) bool {
	return slices.ContainsFunc(r.Alternatives, func(a Alternative) bool {
		return a.loose || findOutside(m, a.Cube, p.voids) != nil
	})
}

// redundant returns the alternatives that the others of their page cover. A
// page that no reader reaches is reported as that.
func (p *prover) redundant(m *meter) []Redundant {
	found := []Redundant{}
	for _, r := range slices.Concat(p.Landings, p.Mentions) {
		r.Alternatives = keep(r.Alternatives, func(a Alternative) bool { return !a.loose })
		if len(r.Alternatives) < 2 || !p.reached(m, r) {
			continue
		}
		cubes := cubesOf(r.Alternatives)
		for i, a := range r.Alternatives {
			if findOutside(m, a.Cube, cubes[:i], cubes[i+1:], p.voids) == nil {
				found = append(found, Redundant{r.Page, a.Number, a, p.cover(m, r.Alternatives, i)})
			}
		}
	}
	slices.SortStableFunc(found, func(a, b Redundant) int { return cmp.Or(a.Page-b.Page, a.Number-b.Number) })
	return found
}

func cubesOf(alts []Alternative) []Cube {
	return each(alts, func(a Alternative) Cube { return a.Cube })
}

// cover finds few alternatives that cover another together, one of them alone
// where that is enough, and the impossible combinations needed besides, which
// have no Number.
func (p *prover) cover(m *meter, alts []Alternative, covered int) (by []Alternative) {
	box := alts[covered].Cube
	m.spend(len(alts))
	for i, a := range alts {
		if i == covered || !a.Cube.meets(box) {
			continue
		}
		if box.within(a.Cube) {
			return []Alternative{a}
		}
		by = append(by, a)
	}
	for _, v := range p.Impossible {
		if v.Cube.meets(box) {
			by = append(by, Alternative{Cube: v.Cube, Place: v.Place})
		}
	}
	for i := len(by) - 1; i >= 0; i-- {
		if fewer := slices.Delete(slices.Clone(by), i, i+1); findOutside(m, box, cubesOf(fewer)) == nil {
			by = fewer
		}
	}
	return by
}

// irrelevant returns the questions that never change where a reader lands, or
// what is brought up.
func (p *prover) irrelevant(m *meter) []int {
	found := []int{}
	for q := range p.Questions {
		if !slices.ContainsFunc(slices.Concat(p.Landings, p.Mentions), func(r Rule) bool { return p.turns(m, q, cubesOf(r.Alternatives)) }) {
			found = append(found, q)
		}
	}
	return found
}

// turns reports whether a different answer to question q can change whether a
// rule holds: for a reader to whom two answers are possible, one makes it hold
// and the other does not.
func (p *prover) turns(m *meter, q int, rule []Cube) bool {
	m.spend(len(rule) + len(p.voids))
	if !slices.ContainsFunc(rule, func(c Cube) bool { return c[q] != p.whole[q] }) {
		return false
	}
	classes := []Answers{p.whole[q]}
	for _, c := range slices.Concat(rule, p.voids) {
		classes = refine(classes, c[q])
	}
	for _, out := range classes {
		missed := slices.Concat(p.opened(m, q, out, rule), p.opened(m, q, out, p.voids))
		for _, in := range classes {
			if in == out {
				continue
			}
			void := p.opened(m, q, in, p.voids)
			for _, c := range p.opened(m, q, in, rule) {
				if findOutside(m, c, missed, void) != nil {
					return true
				}
			}
		}
	}
	return false
}

// opened returns the cubes that admit some answers to question q, with any
// answer to it.
func (p *prover) opened(m *meter, q int, answers Answers, cubes []Cube) (opened []Cube) {
	m.spend(len(cubes) * (1 + len(p.whole)/8))
	for _, c := range cubes {
		if c[q]&answers != 0 {
			c = slices.Clone(c)
			c[q] = p.whole[q]
			opened = append(opened, c)
		}
	}
	return opened
}
