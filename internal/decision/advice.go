package decision

import (
	"fmt"
	"slices"
)

// edit puts new rules in the place of old ones of one page.
type edit struct {
	page int
	old  []Alternative
	new  []Cube
}

// mend returns, in words, an edit of one page after which nothing is wrong with
// the decision any more, or else what to do in general. The page gives up the rules
// that reach into an overlap, and gets the readers whom then nobody takes.
func (p *proof) mend() (hint string) {
	gap, over := p.v.Gap, p.v.Overlap
	if n := len(gap.Regions) + len(over.Regions); n == 0 || n > maxNamed || gap.More || over.More || len(p.alts) == 0 {
		return general
	}
	pages, boxes := []int(nil), boxesOf(over.Regions)
	if len(boxes) > 0 {
		pages = over.Regions[0].Pages
	} else {
		pages = []int{p.nearest(gap.Regions[0].Cube).Page}
	}
	for _, page := range slices.Backward(pages) {
		e := edit{page: page, old: keep(p.alts, func(a Alternative) bool { return a.Page == page && slices.ContainsFunc(boxes, a.Cube.meets) })}
		after, gap := p.after(e), &Share{}
		done := after.try(func() {
			for _, box := range append(boxesOf(p.v.Gap.Regions), cubesOf(e.old)...) {
				after.fill(gap, box, slices.Concat(after.rules...))
			}
			after.trim(gap)
		})
		if e.new = boxesOf(gap.Regions); done && len(e.new) <= maxNamed && p.mends(e) {
			return p.spell(e)
		}
	}
	return general
}

const general = "let one page take these readers, and no other"

// nearest returns the landing page nearest to a box: one without a rule, else
// that with the rule that the fewest questions part from the box, and that has
// the most in common with it.
func (p *proof) nearest(box Cube) Rule {
	apart := func(a Alternative) (n int) {
		for q := range box {
			if a.Cube[q]&box[q] == 0 {
				n += MaxQuestions
			} else if a.Cube[q] == p.whole[q] {
				n++
			}
		}
		return n
	}
	return slices.MinFunc(p.Landings, func(x, y Rule) int {
		return slices.Compare(slices.Sorted(slices.Values(each(x.Alternatives, apart))), slices.Sorted(slices.Values(each(y.Alternatives, apart))))
	})
}

// after returns the proof, yet to be made, of the decision with an edit made.
func (p *proof) after(e edit) *proof {
	d := *p.draft
	d.Landings = slices.Clone(d.Landings)
	r := &d.Landings[slices.IndexFunc(d.Landings, func(r Rule) bool { return r.Page == e.page })]
	r.Alternatives = keep(r.Alternatives, func(a Alternative) bool {
		return !slices.ContainsFunc(e.old, func(o Alternative) bool { return o.Number == a.Number })
	})
	for _, c := range e.new {
		r.Alternatives = append(r.Alternatives, Alternative{Page: e.page, Cube: c})
	}
	after := newProof(p.compiler, &d)
	after.left = editWork
	return after
}

// mends proves that nothing is wrong once an edit is made, and no rule or
// question is superfluous that was not before.
func (p *proof) mends(e edit) bool {
	after := p.after(e)
	if len(after.prove(editWork)) > 0 {
		return false
	}
	v := after.v
	return v.Gap.Cells.Sign()+v.Overlap.Cells.Sign()+len(v.Unreachable) == 0 &&
		len(v.Redundant) <= len(p.v.Redundant) && len(v.Irrelevant) <= len(p.v.Irrelevant)
}

// spell says in words what to change.
func (p *proof) spell(e edit) string {
	text := "in " + p.path(e.page)
	if len(e.old) > 0 {
		text += ", delete " + and(each(e.old, func(a Alternative) string {
			return fmt.Sprintf("%s on line %d", p.rule(a.Cube), a.Place.Position().Line)
		}))
	}
	if len(e.new) > 0 {
		text += ", add to `when`: " + and(each(e.new, p.rule))
	}
	return text
}
