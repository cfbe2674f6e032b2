package decision

import (
	"cmp"
	"fmt"
	"slices"
)

// adviceWork is the budget for a decision's messages: for the edits that they
// suggest, each of which is proven first.
const adviceWork = 10_000_000

// edit puts new rules in the place of old ones of one page.
type edit struct {
	page int
	old  []Alternative
	new  []Cube
}

// mend returns, in words, an edit of one page after which nothing is wrong with
// the decision any more; "" where none was found.
func (p *proof) mend() (hint string) {
	gap, over := p.v.Gap, p.v.Overlap
	if n := len(gap.Regions) + len(over.Regions); n == 0 || n > maxNamed || gap.More || over.More || len(p.alts) == 0 {
		return ""
	}
	p.try(func() {
		edits := p.edits(boxesOf(gap.Regions), over.Regions)
		if i := slices.IndexFunc(edits, p.mends); i >= 0 {
			hint = p.spell(edits[i])
		}
	})
	return hint
}

// edits returns a few edits by which a page that shares in all of some regions
// gives them up, and takes a gap: those first that leave the least to write.
// Of equals, pages come first that nobody lands on yet, then the nearest.
func (p *proof) edits(gap []Cube, regions []Region) (edits []edit) {
	var pages []int
	for _, r := range p.Landings {
		if r.Alternatives == nil {
			pages = append(pages, r.Page)
		}
	}
	boxes := boxesOf(regions)
	for _, a := range p.nearest(append(gap, boxes...)[0]) {
		if !slices.Contains(pages, a.Page) {
			pages = append(pages, a.Page)
		}
	}
	for _, page := range pages {
		if slices.ContainsFunc(regions, func(r Region) bool { return !slices.Contains(r.Pages, page) }) {
			continue
		}
		old := keep(p.alts, func(a Alternative) bool { return a.Page == page && slices.ContainsFunc(boxes, a.Cube.meets) })
		edits = append(edits, edit{page, old, p.without(append(cubesOf(old), gap...), boxes)})
		if len(edits) == 4 {
			break
		}
	}
	slices.SortStableFunc(edits, func(x, y edit) int { return cmp.Compare(len(x.old)+len(x.new), len(y.old)+len(y.new)) })
	return edits
}

// nearest returns the rules, the nearest first: those that the fewest questions
// part from a box, and that then have the most in common with it.
func (p *proof) nearest(box Cube) []Alternative {
	far := func(a Alternative) (n int) {
		for q := range box {
			if a.Cube[q]&box[q] == 0 {
				n += MaxQuestions
			} else if a.Cube[q] != p.whole[q] {
				n--
			}
		}
		return n
	}
	return slices.SortedStableFunc(slices.Values(p.alts), func(a, b Alternative) int { return cmp.Compare(far(a), far(b)) })
}

// without returns few boxes of what some boxes have outside of others.
func (p *proof) without(from, others []Cube) []Cube {
	var found []Region
	for _, box := range from {
		p.fill(&found, box, others, func(Cube) (area, []int) { return area{[][]Cube{from}, others}, nil })
	}
	return boxesOf(p.trim(found))
}

// mends proves that nothing is wrong once an edit is made, and no rule or
// question is superfluous that was not before.
func (p *proof) mends(e edit) bool {
	d := *p.draft
	d.Landings = slices.Clone(d.Landings)
	at := slices.IndexFunc(d.Landings, func(r Rule) bool { return r.Page == e.page })
	kept := keep(d.Landings[at].Alternatives, func(a Alternative) bool {
		return !slices.ContainsFunc(e.old, func(o Alternative) bool { return o.Number == a.Number })
	})
	d.Landings[at].Alternatives = append(kept, each(e.new, func(c Cube) Alternative { return Alternative{Page: e.page, Cube: c} })...)
	after := newProof(p.compiler, &d)
	after.meter = p.meter
	for _, stage := range after.stages() {
		stage.prove()
		if v := after.v; v.Gap != nil && v.Gap.Cells.Sign()+v.Overlap.Cells.Sign() > 0 {
			return false
		}
	}
	v := after.v
	return len(v.Unreachable) == 0 && len(v.Redundant) <= len(p.v.Redundant) && len(v.Irrelevant) <= len(p.v.Irrelevant)
}

// spell says in words what to change.
func (p *proof) spell(e edit) string {
	rules := and(each(e.new, p.rule))
	old := and(each(e.old, func(a Alternative) string {
		return fmt.Sprintf("%s on line %d", p.rule(a.Cube), a.Place.Position().Line)
	}))
	text := "write " + rules + " instead of " + old
	if len(e.new) == 0 {
		text = "delete " + old
	} else if len(e.old) == 0 {
		text = "add to `when`: " + rules
	}
	return "in " + p.path(e.page) + ", " + text
}
