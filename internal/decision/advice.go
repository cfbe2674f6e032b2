package decision

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"quandary/internal/source"
)

// adviceWork is the budget for a decision's messages: for the edits that they
// suggest, each of which is proven first.
const adviceWork = 10_000_000

// edit changes the rules of one page.
type edit struct {
	page    int
	changes []change
}

// change replaces an alternative by others; without any, it deletes it. One
// whose old Number is 0 adds to the rules.
type change struct {
	old Alternative
	new []Cube
}

// size is how much there is to write.
func (e edit) size() (n int) {
	for _, c := range e.changes {
		n += 1 + len(c.new)
	}
	return n
}

// best returns the first of some edits that leaves nothing to mend, or that
// leaves the gap and the overlap as wanted and makes nothing worse. It is in
// words, with the place of the rule that it is for. Each is proven to do that.
func (s *speaker) best(edits []edit, wanted func(gap, overlap *big.Int) bool) (hint string, at source.Place) {
	v := s.verdict
	s.meter.try(func() {
		for _, e := range edits {
			if e.size() > maxNamed {
				continue
			}
			p := newProver(s.edited(e))
			gap, overlap := p.faults(s.meter)
			unreachable := len(p.unreachable(s.meter))
			if len(p.redundant(s.meter)) > len(v.Redundant) || len(p.irrelevant(s.meter)) > len(v.Irrelevant) {
				continue
			}
			clean := gap.Sign() == 0 && overlap.Sign() == 0 && unreachable == 0
			worse := gap.Cmp(v.Gap.Cells) > 0 || overlap.Cmp(v.Overlap.Cells) > 0 || unreachable > len(v.Unreachable)
			if clean || !worse && wanted(gap, overlap) {
				if hint, at = s.spell(e), e.changes[0].old.Place; !clean {
					hint += " (this mends no other fault of the decision)"
				}
				return
			}
		}
	})
	return hint, at
}

// edited returns the decision with an edit made.
func (s *speaker) edited(e edit) *draft {
	d := *s.draft
	d.Landings = slices.Clone(d.Landings)
	i := slices.IndexFunc(d.Landings, func(r Rule) bool { return r.Page == e.page })
	if i < 0 {
		d.silent = keep(d.silent, func(p int) bool { return p != e.page })
		i, d.Landings = len(d.Landings), append(d.Landings, Rule{Page: e.page})
	}
	alts := keep(d.Landings[i].Alternatives, func(a Alternative) bool {
		return !slices.ContainsFunc(e.changes, func(c change) bool { return c.old.Number == a.Number })
	})
	for _, c := range e.changes {
		alts = append(alts, each(c.new, func(c Cube) Alternative { return Alternative{Cube: c} })...)
	}
	d.Landings[i].Alternatives = alts
	return &d
}

// cure looks for one edit that mends everything: a page that shares in every
// overlap gives up what it shares, and takes what no page takes. It also sees
// whether enough is proven to suggest any edit.
func (s *speaker) cure() {
	v := s.verdict
	s.able = v.Gap != nil && v.Redundant != nil && v.Irrelevant != nil && !v.Gap.More && !v.Overlap.More && len(v.Gap.Regions)+len(v.Overlap.Regions) <= maxNamed
	if s.able && len(v.Overlap.Regions) > 0 {
		s.hint, s.at = s.best(s.givingUp(v.Overlap.Regions, boxesOf(v.Gap.Regions)), func(_, _ *big.Int) bool { return false })
	}
}

// givingUp returns the edits by which one of the pages that share in all of
// some regions gives them up, and adds boxes to the first alternative that
// changes: the smallest four first, of equals those of the last page.
func (s *speaker) givingUp(regions []Region, plus []Cube) (edits []edit) {
	others := boxesOf(regions)
	s.meter.try(func() {
		for _, r := range slices.Backward(s.Landings) {
			if slices.ContainsFunc(regions, func(g Region) bool { return !slices.Contains(g.Pages, r.Page) }) {
				continue
			}
			e, plus := edit{page: r.Page}, plus
			for _, a := range r.Alternatives {
				if slices.ContainsFunc(others, a.Cube.meets) {
					e.changes = append(e.changes, change{a, s.recut(append(slices.Clone(plus), a.Cube), others)})
					plus = nil
				}
			}
			edits = append(edits, e)
		}
	})
	slices.SortStableFunc(edits, func(x, y edit) int { return cmp.Compare(x.size(), y.size()) })
	return edits[:min(len(edits), 4)]
}

// recut returns few boxes of what some boxes have outside of others.
func (s *speaker) recut(from, others []Cube) []Cube {
	set := area{whole: s.whole, voids: s.voids, inside: [][]Cube{from}, avoid: others}
	found, _ := s.fill(s.meter, slices.Values(from), others, maxNamed, func(Cube) (area, []int) { return set, nil })
	return boxesOf(s.trim(s.meter, found))
}

// separating returns an edit that keeps two pages apart.
func (s *speaker) separating(pages []int, cells *big.Int) (string, source.Place) {
	var edits []edit
	shared := keep(s.verdict.Overlap.Regions, func(g Region) bool { return slices.Contains(g.Pages, pages[0]) && slices.Contains(g.Pages, pages[1]) })
	for _, e := range s.givingUp(shared, nil) {
		if slices.Contains(pages, e.page) {
			edits = append(edits, e)
		}
	}
	return s.best(edits, func(_, overlap *big.Int) bool {
		return new(big.Int).Add(overlap, cells).Cmp(s.verdict.Overlap.Cells) <= 0
	})
}

// neighbour is an alternative of a page, and how far it is from a box.
type neighbour struct {
	page, far   int
	alternative Alternative
}

// nearest returns the landing pages, each with its nearest alternative, the
// nearest page first. What counts is how many questions part the two; then how
// many the alternative names and takes all the box; then those where it takes
// some.
func (s *speaker) nearest(box Cube) (near []neighbour) {
	nearer := func(m, n neighbour) int { return cmp.Compare(m.far, n.far) }
	for _, r := range s.Landings {
		var all []neighbour
		for _, a := range keep(r.Alternatives, func(a Alternative) bool { return !a.loose }) {
			n := neighbour{page: r.Page, alternative: a}
			for q := range box {
				switch {
				case a.Cube[q]&box[q] == 0:
					n.far += 10_000
				case box[q]&^a.Cube[q] != 0:
					n.far++
				case a.Cube[q] != s.whole[q]:
					n.far -= 100
				}
			}
			all = append(all, n)
		}
		if len(all) > 0 {
			near = append(near, slices.MinFunc(all, nearer))
		}
	}
	slices.SortStableFunc(near, nearer)
	return near
}

// closing returns an edit that closes the gap: a page without rules takes it,
// or one of the nearest does, by more answers to one question or by new rules.
func (s *speaker) closing(near []neighbour) string {
	var edits []edit
	gap := boxesOf(s.verdict.Gap.Regions)
	if len(near) == 0 {
		return "" // nothing was written yet, so it is too early to say
	}
	for _, page := range s.silent[:min(len(s.silent), 1)] {
		edits = append(edits, edit{page, []change{{new: gap}}})
	}
	for _, n := range near[:min(len(near), 3)] {
		hull, differ := slices.Clone(n.alternative.Cube), 0
		for q, answers := range hull {
			for _, b := range gap {
				hull[q] |= b[q]
			}
			if hull[q] != answers {
				differ++
			}
		}
		if differ == 1 {
			edits = append(edits, edit{n.page, []change{{n.alternative, []Cube{hull}}}})
		}
		edits = append(edits, edit{n.page, []change{{new: gap}}})
	}
	hint, _ := s.best(edits, func(gap, _ *big.Int) bool { return gap.Sign() == 0 })
	return hint
}

// spell says in words what to change.
func (s *speaker) spell(e edit) string {
	var steps []string
	for _, c := range e.changes {
		rules, old := and(each(c.new, s.rule)), s.rule(c.old.Cube)
		switch {
		case c.old.Number == 0:
			steps = append(steps, fmt.Sprintf("add the %s %s", plural(len(c.new), "rule"), rules))
		case len(c.new) == 0:
			steps = append(steps, fmt.Sprintf("delete %s on line %d", old, c.old.Place.Position().Line))
		default:
			steps = append(steps, fmt.Sprintf("write %s instead of %s on line %d", rules, old, c.old.Place.Position().Line))
		}
	}
	return "in " + s.path(e.page) + ", " + strings.Join(steps, "; ")
}
