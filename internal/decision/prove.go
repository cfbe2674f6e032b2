package decision

import (
	"cmp"
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
}

// owned is some cubes, each of a page.
type owned struct {
	cubes []Cube
	page  []int
}

// of returns the cubes of one page.
func (o owned) of(page int) (cubes []Cube) {
	for i, c := range o.cubes {
		if o.page[i] == page {
			cubes = append(cubes, c)
		}
	}
	return cubes
}

func newProver(d *draft) *prover {
	p := &prover{draft: d}
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
	return p
}

// prove fills in what can be proven of a decision. It returns what could not
// be within the budget, in words.
func (p *prover) prove(v *Verdict) (unproven []string) {
	stage := func(budget int, what string, work func(m *meter)) {
		if !within(budget, work) {
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
	if !p.broken && len(p.loose) == 0 && !p.looseMentions() {
		stage(irrelevantWork, "which questions change nothing", func(m *meter) { v.Irrelevant = p.irrelevant(m) })
	}
	return unproven
}

func (p *prover) looseMentions() bool {
	return slices.ContainsFunc(p.Mentions, func(r Rule) bool {
		return slices.ContainsFunc(r.Alternatives, func(a Alternative) bool { return a.loose })
	})
}

// count finds the gap and the overlap. A rule that is at fault counts as wide
// as it can have been meant for the gap, and not at all for the overlap, so
// that both are certain.
func (p *prover) count(m *meter, v *Verdict) {
	census := p.census(m, p.landings.cubes)
	over := new(big.Int).Sub(v.Cells, census.total().big())
	gap := census.none.big()
	if len(p.loose) > 0 {
		gap = countOutside(m, p.whole, p.voids, p.landings.cubes, p.loose)
	}
	if v.Overlap = (&Share{Cells: over}); over.Sign() > 0 {
		p.overlapRegions(v.Overlap)
	}
	if p.broken {
		return
	}
	if v.Gap = (&Share{Cells: gap}); gap.Sign() > 0 {
		p.gapRegions(v.Gap)
	}
}

// census counts the readers by the pages that take them.
func (p *prover) census(m *meter, cubes []Cube) census {
	return countByPage(m, p.whole, func(i int) int32 {
		if i < len(p.voids) {
			return nobodys
		}
		return int32(p.landings.page[i-len(p.voids)])
	}, p.voids, cubes)
}

// unreachable returns the pages that nobody lands on. A rule at fault may
// reach anybody.
func (p *prover) unreachable(m *meter) []int {
	pages := append([]int{}, p.silent...)
	for _, r := range p.Landings {
		if !p.unsure && !slices.ContainsFunc(r.Alternatives, func(a Alternative) bool { return a.loose || p.holds(m, a) }) {
			pages = append(pages, r.Page)
		}
	}
	slices.Sort(pages)
	return pages
}

// holds reports whether an alternative holds for any possible reader.
func (p *prover) holds(m *meter, a Alternative) bool {
	return findOutside(m, a.Cube, p.voids) != nil
}

// redundant returns the alternatives that the others of their page cover. A
// page that no reader reaches is reported as that.
func (p *prover) redundant(m *meter) []Redundant {
	found := []Redundant{}
	for _, r := range slices.Concat(p.Landings, p.Mentions) {
		alts := slices.DeleteFunc(slices.Clone(r.Alternatives), func(a Alternative) bool { return a.loose })
		if len(alts) < 2 || !slices.ContainsFunc(alts, func(a Alternative) bool { return p.holds(m, a) }) {
			continue
		}
		cubes := cubesOf(alts)
		for i, a := range alts {
			if findOutside(m, a.Cube, cubes[:i], cubes[i+1:], p.voids) == nil {
				r := Redundant{Page: r.Page, Number: a.Number, alternative: a}
				r.by, r.voids = p.cover(m, a.Cube, slices.Delete(slices.Clone(alts), i, i+1))
				found = append(found, r)
			}
		}
	}
	slices.SortStableFunc(found, func(a, b Redundant) int { return cmp.Or(a.Page-b.Page, a.Number-b.Number) })
	return found
}

func cubesOf(alts []Alternative) []Cube {
	cubes := make([]Cube, len(alts))
	for i, a := range alts {
		cubes[i] = a.Cube
	}
	return cubes
}

// cover finds few alternatives that cover a box together, one of them alone
// where that is enough, and the impossible combinations needed besides.
func (p *prover) cover(m *meter, box Cube, alts []Alternative) (by []Alternative, voids []Impossible) {
	for _, a := range alts {
		if box.within(a.Cube) {
			return []Alternative{a}, nil
		}
		if a.Cube.meets(box) {
			by = append(by, a)
		}
	}
	covers := func(by []Alternative, voids []Impossible) bool {
		cubes := cubesOf(by)
		for _, v := range voids {
			cubes = append(cubes, v.Cube)
		}
		return findOutside(m, box, cubes) == nil
	}
	for _, v := range p.Impossible {
		if v.Cube.meets(box) {
			voids = append(voids, v)
		}
	}
	for i := len(voids) - 1; i >= 0; i-- {
		if fewer := slices.Delete(slices.Clone(voids), i, i+1); covers(by, fewer) {
			voids = fewer
		}
	}
	for i := len(by) - 1; i >= 0; i-- {
		if fewer := slices.Delete(slices.Clone(by), i, i+1); covers(fewer, voids) {
			by = fewer
		}
	}
	return by, voids
}

// irrelevant returns the questions that never change where a reader lands, or
// what is brought up.
func (p *prover) irrelevant(m *meter) []int {
	found := []int{}
	for q := range p.Questions {
		if !slices.ContainsFunc(slices.Concat(p.Landings, p.Mentions), func(r Rule) bool { return p.turns(m, q, r) }) {
			found = append(found, q)
		}
	}
	return found
}

// turns reports whether a different answer to question q can change whether a
// rule holds: for a possible reader who gives one answer it does, and were
// the other given, the reader were possible and it did not.
func (p *prover) turns(m *meter, q int, r Rule) bool {
	cubes := cubesOf(r.Alternatives)
	classes := []Answers{p.whole[q]}
	for _, c := range slices.Concat(cubes, p.voids) {
		classes = refine(classes, c[q])
	}
	m.spend(len(cubes) + len(p.voids))
	for _, c := range cubes {
		if c[q] == p.whole[q] {
			continue
		}
		for _, in := range classes {
			for _, out := range classes {
				if in&c[q] != 0 && out&c[q] == 0 && p.differs(m, q, c, in, out, cubes) {
					return true
				}
			}
		}
	}
	return false
}

// differs reports whether a reader in c has a possible answer in `in`, and
// could possibly have answered `out` and been in none of the cubes.
func (p *prover) differs(m *meter, q int, c Cube, in, out Answers, cubes []Cube) bool {
	var against []Cube
	lift := func(cubes []Cube, a Answers) {
		for _, d := range cubes {
			if d[q]&a != 0 {
				d = slices.Clone(d)
				d[q] = p.whole[q]
				against = append(against, d)
			}
		}
	}
	m.spend(len(cubes))
	lift(p.voids, in)
	lift(p.voids, out)
	lift(cubes, out)
	box := slices.Clone(c)
	box[q] = p.whole[q]
	return findOutside(m, box, against) != nil
}
