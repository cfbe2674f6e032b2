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

// effect is what is left after an edit, compared with what was before.
type effect struct {
	gap, overlap *big.Int
	clean        bool // nothing but warnings that were there before
	noWorse      bool // nothing that was not there before
}

// try proves the decision anew, with an edit made.
func (s *speaker) tryEdit(e edit) effect {
	d := *s.draft
	d.Landings = slices.Clone(d.Landings)
	i := slices.IndexFunc(d.Landings, func(r Rule) bool { return r.Page == e.page })
	if i < 0 {
		d.silent = slices.DeleteFunc(slices.Clone(d.silent), func(p int) bool { return p == e.page })
		i, d.Landings = len(d.Landings), append(d.Landings, Rule{Page: e.page})
	}
	d.Landings[i].Alternatives = changed(d.Landings[i].Alternatives, e.changes)
	p, v := newProver(&d), s.verdict
	f := effect{}
	f.gap, f.overlap = p.faults(s.meter)
	unreachable := len(p.unreachable(s.meter))
	warnings := len(p.redundant(s.meter)) <= len(v.Redundant) && len(p.irrelevant(s.meter)) <= len(v.Irrelevant)
	f.clean = warnings && f.gap.Sign() == 0 && f.overlap.Sign() == 0 && unreachable == 0
	f.noWorse = warnings && f.gap.Cmp(v.Gap.Cells) <= 0 && f.overlap.Cmp(v.Overlap.Cells) <= 0 && unreachable <= len(v.Unreachable)
	return f
}

func changed(alts []Alternative, changes []change) (after []Alternative) {
	add := func(cubes []Cube) {
		for _, c := range cubes {
			after = append(after, Alternative{Cube: c})
		}
	}
	for _, a := range alts {
		if i := slices.IndexFunc(changes, func(c change) bool { return c.old.Number == a.Number }); i >= 0 {
			add(changes[i].new)
		} else {
			after = append(after, a)
		}
	}
	if len(changes) > 0 && changes[0].old.Number == 0 {
		add(changes[0].new)
	}
	return after
}

// adviser suggests edits for one decision that can be proven again.
type adviser struct {
	*speaker
	gap     []Cube
	overlap []Region
	cure    string       // an edit after which nothing is left to mend, in words; "" where none was found
	at      source.Place // the rule it is for, if any
}

// advise looks for one edit that mends everything: a page that shares in every
// overlap gives up what it shares, and takes what no page takes.
func (s *speaker) advise() *adviser {
	v, a := s.verdict, &adviser{speaker: s}
	if v.Gap == nil || v.Redundant == nil || v.Irrelevant == nil || v.Gap.More || v.Overlap.More || len(v.Gap.Regions)+len(v.Overlap.Regions) > maxNamed {
		return nil
	}
	a.gap, a.overlap = boxesOf(v.Gap.Regions), v.Overlap.Regions
	if len(a.overlap) == 0 {
		return a
	}
	var edits []edit
	for _, r := range slices.Backward(s.Landings) {
		if !slices.ContainsFunc(a.overlap, func(g Region) bool { return !slices.Contains(g.Pages, r.Page) }) {
			edits = append(edits, a.giveUp(r, a.overlap, a.gap))
		}
	}
	slices.SortStableFunc(edits, func(x, y edit) int { return cmp.Compare(x.size(), y.size()) })
	for _, e := range edits[:min(len(edits), 4)] {
		if e.size() <= maxNamed && s.tryEdit(e).clean {
			a.cure, a.at = s.spell(e), e.changes[0].old.Place
			break
		}
	}
	return a
}

// giveUp takes the readers of some regions out of a rule, and adds boxes to
// the first alternative that changes.
func (a *adviser) giveUp(r Rule, regions []Region, plus []Cube) edit {
	e := edit{page: r.Page}
	for _, alt := range r.Alternatives {
		if slices.ContainsFunc(regions, func(g Region) bool { return g.Cube.meets(alt.Cube) }) {
			e.changes = append(e.changes, change{alt, a.recut(append(slices.Clone(plus), alt.Cube), boxesOf(regions))})
			plus = nil
		}
	}
	return e
}

// recut returns few boxes of what some boxes have outside of others.
func (a *adviser) recut(from, others []Cube) (pieces []Cube) {
	set := area{whole: a.whole, voids: a.voids, inside: [][]Cube{from}, avoid: others}
	found, _ := a.fill(a.meter, slices.Values(from), others, maxNamed, func(Cube) (area, []int) { return set, nil })
	return boxesOf(a.trim(a.meter, found))
}

// neighbour is the alternative of a page that is nearest to a box.
type neighbour struct {
	page        int
	alternative Alternative
	far         [3]int // questions that part them, less those on which they agree, and those on which they differ
}

// nearest returns the landing pages, each with its nearest alternative, the
// nearest page first.
func (s *speaker) nearest(box Cube) (near []neighbour) {
	for _, r := range s.Landings {
		var all []neighbour
		for _, a := range r.Alternatives {
			n := neighbour{page: r.Page, alternative: a}
			for q := range box {
				switch {
				case a.Cube[q]&box[q] == 0:
					n.far[0]++
				case box[q]&^a.Cube[q] != 0:
					n.far[2]++
				case a.Cube[q] != s.whole[q]:
					n.far[1]--
				}
			}
			if !a.loose {
				all = append(all, n)
			}
		}
		if len(all) > 0 {
			near = append(near, slices.MinFunc(all, neighbour.compare))
		}
	}
	slices.SortStableFunc(near, neighbour.compare)
	return near
}

func (n neighbour) compare(m neighbour) int { return slices.Compare(n.far[:], m.far[:]) }

// closing returns an edit that closes the gap, in words: one that mends
// everything, else one that takes nothing but the gap away.
func (a *adviser) closing(near []neighbour) string {
	if a.cure != "" {
		return a.cure
	}
	var edits []edit
	for _, page := range a.silent[:min(len(a.silent), 1)] {
		edits = append(edits, edit{page, []change{{new: a.gap}}})
	}
	for _, n := range near[:min(len(near), 3)] {
		if hull, ok := widened(n.alternative.Cube, a.gap); ok {
			edits = append(edits, edit{n.page, []change{{n.alternative, []Cube{hull}}}})
		}
		edits = append(edits, edit{n.page, []change{{new: a.gap}}})
	}
	for _, e := range edits {
		if f := a.tryEdit(e); f.clean {
			return a.spell(e)
		} else if f.noWorse && f.gap.Sign() == 0 {
			return a.spell(e) + stays
		}
	}
	return ""
}

// stays is said of an edit that mends one fault of several.
const stays = " (this mends no other fault of the decision)"

// widened returns the cube that takes the boxes too, where it differs in the
// answers to one question.
func widened(c Cube, boxes []Cube) (hull Cube, ok bool) {
	hull = slices.Clone(c)
	differ := 0
	for q := range c {
		for _, b := range boxes {
			hull[q] |= b[q]
		}
		if hull[q] != c[q] {
			differ++
		}
	}
	return hull, differ == 1
}

// separating returns an edit that keeps two pages apart, in words, and the
// place of the rule it is for.
func (a *adviser) separating(pages []int, cells *big.Int) (string, source.Place) {
	if a.cure != "" || len(pages) > 2 {
		return a.cure, a.at
	}
	shared := slices.DeleteFunc(slices.Clone(a.overlap), func(g Region) bool {
		return !slices.Contains(g.Pages, pages[0]) || !slices.Contains(g.Pages, pages[1])
	})
	var edits []edit
	for _, r := range slices.Backward(a.Landings) {
		if slices.Contains(pages, r.Page) {
			edits = append(edits, a.giveUp(r, shared, nil))
		}
	}
	slices.SortStableFunc(edits, func(x, y edit) int { return cmp.Compare(x.size(), y.size()) })
	for _, e := range edits {
		f := a.tryEdit(e)
		if left := new(big.Int).Add(f.overlap, cells); e.size() <= maxNamed && f.noWorse && left.Cmp(a.verdict.Overlap.Cells) <= 0 {
			return a.spell(e) + stays, e.changes[0].old.Place
		}
	}
	return "", source.Place{}
}

// spell says in words what to change.
func (s *speaker) spell(e edit) string {
	var steps []string
	for _, c := range e.changes {
		switch {
		case c.old.Number == 0:
			steps = append(steps, fmt.Sprintf("add the %s %s", plural(len(c.new), "rule"), s.entries(c.new)))
		case len(c.new) == 0:
			steps = append(steps, fmt.Sprintf("delete %s on %s", s.rule(c.old.Cube), line(c.old.Place)))
		default:
			steps = append(steps, fmt.Sprintf("write %s instead of %s on %s", s.entries(c.new), s.rule(c.old.Cube), line(c.old.Place)))
		}
	}
	return "in " + s.pages[e.page].File.Path + ", " + strings.Join(steps, "; ")
}
