package decision

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"quandary/internal/diag"
)

// maxNamed is how many places or boxes one message names.
const maxNamed = 20

// Budgets of one decision, in units of [meter].
const (
	proofWork  = 12_000_000 // for each step of its proof
	regionWork = 4_000_000  // for the boxes of a gap or an overlap
	editWork   = 4_000_000  // for each step in proving an edit, and for all that messages add
)

// judge proves a decision and reports what is wrong with it. What a message
// adds costs work, and is left out when too much of that was done.
func (c *compiler) judge(d *draft) *Verdict {
	p := newProof(c, d)
	c.watch(func() {
		if unproven := p.prove(proofWork); len(unproven) > 0 {
			c.report("too-large", c.pages[d.Page].Decision.Place, "name fewer questions in each rule, or make two decisions of it",
				"the limit of work for one decision was reached: it is not proven %s", strings.Join(unproven, ", nor "))
		}
		if p.left = editWork; p.v.Cells != nil && p.v.Cells.Sign() == 0 {
			p.sayNobodyLeft()
		} else if p.v.Cells != nil {
			p.sayUnreachable()
			p.sayRedundant()
			p.sayIrrelevant()
			p.sayMentions()
			p.sayGapAndOverlap()
		}
	}, d)
	p.v.Sound = !d.faulty
	return p.v
}

// sayNobodyLeft reports the widest of the impossible combinations.
func (p *proof) sayNobodyLeft() {
	wider := func(v, w Impossible) int { return v.Cube.readers(v.Cube).compare(w.Cube.readers(w.Cube)) }
	widest := slices.MaxFunc(p.Impossible, wider)
	p.report("impossible", widest.Place, "narrow one of them by naming more questions, or delete it",
		"the impossible combinations leave no reader at all").Related = p.touching(p.whole)
}

// touching points at impossible combinations that touch some cubes.
func (p *proof) touching(cubes ...Cube) (notes []diag.Note) {
	for _, v := range p.Impossible {
		if len(notes) < maxNamed && slices.ContainsFunc(cubes, v.Cube.meets) {
			notes = append(notes, diag.Note{Place: v.Place, Message: "declared impossible here"})
		}
	}
	return notes
}

const cannot = "no reader can give the answers it asks for"

func (p *proof) sayUnreachable() {
	for _, r := range p.Landings {
		why := cannot
		if r.Alternatives == nil {
			why = "it has no rule"
		}
		if slices.Contains(p.v.Unreachable, r.Page) {
			p.report("unreachable", r.place, "say in its `when` which answers lead here, or delete the page",
				"no reader of %s lands on this page: %s", p.path(p.Page), why).Related = p.touching(cubesOf(r.Alternatives)...)
		}
	}
}

func (p *proof) sayRedundant() {
	for _, r := range p.v.Redundant {
		why, hint := cannot, "delete it"
		if len(r.by) > 0 {
			rules := each(r.by, func(a Alternative) string { return fmt.Sprint("rule ", a.Number) })
			why, hint = "all its readers are taken by "+and(rules), "delete it, or else those"
			p.try(func() { why += ", " + p.part(p.size(r.Cube)) + p.reader(r.Cube, p.outside(r.Cube)) })
		}
		p.report("redundant", r.Place, hint, "rule %d changes nothing: %s", r.Number, why).
			Related = each(r.by, func(a Alternative) diag.Note { return diag.Note{Place: a.Place, Message: "takes its readers"} })
	}
}

// part says how many combinations some are of all.
func (p *proof) part(n *big.Int) string {
	return fmt.Sprintf("%s of %s combinations of answers", n, p.v.Cells)
}

func (p *proof) sayIrrelevant() {
	for _, q := range p.v.Irrelevant {
		p.report("irrelevant", p.Questions[q].Place, "delete the question, or name it in the rules that depend on it",
			"the answer to %q never changes where a reader lands, or what is brought up", p.Questions[q].ID)
	}
}

// sayMentions names rules that bring a page up for nobody, or for everybody
// though they do not say so.
func (p *proof) sayMentions() {
	for _, r := range p.Mentions {
		always := slices.ContainsFunc(r.Alternatives, func(a Alternative) bool { return a.always })
		p.try(func() {
			if !p.reached(r) {
				p.report("never", r.place, "ask for answers that can go together, or delete the rule",
					"this page is never brought up by %s: %s", p.path(p.Page), cannot).Related = p.touching(cubesOf(r.Alternatives)...)
			} else if !always && p.outside(p.whole, cubesOf(r.Alternatives)) == nil {
				p.report("always", r.place, "write `when: {}` if that is meant",
					"this page is brought up by %s for every reader", p.path(p.Page))
			}
		})
	}
}

func (p *proof) sayGapAndOverlap() {
	gap, over := p.v.Gap, p.v.Overlap
	if gap == nil {
		return
	}
	hint := p.mend()
	if gap.Cells.Sign() > 0 {
		d := p.misled("gap", fmt.Sprintf("no page of kind %q", p.LandsOn), hint, gap)
		if len(gap.Regions) > 0 && len(p.Landings) > 0 {
			d.Related = []diag.Note{{Place: p.nearest(gap.Regions[0].Cube).place, Message: "the nearest page"}}
		}
	}
	if over.Cells.Sign() > 0 {
		d := p.misled("overlap", "two pages or more", hint, over)
		for _, a := range p.alts {
			takes := func(r Region) bool { return slices.Contains(r.Pages, a.Page) && a.Cube.meets(r.Cube) }
			if slices.ContainsFunc(over.Regions, takes) {
				d.Related = append(d.Related, diag.Note{Place: a.Place, Message: "this rule takes some of them"})
			}
		}
		if last := len(d.Related) - 1; last >= 0 {
			d.Place, d.Related = d.Related[last].Place, d.Related[:last]
		}
	}
}

// misled reports readers who land where they should not: one of them, and who
// takes all of them.
func (p *proof) misled(code, where, hint string, s *Share) *diag.Diagnostic {
	text := p.part(s.Cells) + " land on " + where
	for i, r := range s.Regions[:min(len(s.Regions), maxNamed)] {
		if i == 0 {
			text += p.reader(r.Cube, r.reader)
		}
		who := "no rule takes "
		if r.Pages != nil {
			who = and(each(r.Pages, p.path)) + " take "
		}
		text += "; " + who + strings.Replace(p.rule(r.Cube), "{}", "anybody", 1)
	}
	if s.More || len(s.Regions) > maxNamed {
		text += "; and there are others"
	}
	return p.report(code, p.lands.Place, hint, "%s", text)
}

// mend returns, in words, an edit of one page after which nothing is wrong with
// the decision any more, or else what to do in general. The page gives up the
// rules that reach into an overlap, and gets the readers whom then nobody takes.
func (p *proof) mend() (hint string) {
	hint = "let one page take these readers, and no other"
	gap, over := boxesOf(p.v.Gap.Regions), boxesOf(p.v.Overlap.Regions)
	if len(gap)+len(over) == 0 || len(gap)+len(over) > maxNamed || p.v.Gap.More || p.v.Overlap.More || len(p.alts) == 0 {
		return hint
	}
	pages := []int{p.nearest(append(gap, over...)[0]).Page}
	if len(over) > 0 {
		pages = p.v.Overlap.Regions[0].Pages
	}
	for _, page := range slices.Backward(pages) {
		shares := func(a Alternative) bool { return slices.ContainsFunc(over, a.Cube.meets) }
		mine := keep(p.alts, func(a Alternative) bool { return a.Page == page })
		old, kept := keep(mine, shares), keep(mine, func(a Alternative) bool { return !shares(a) })
		after, left := p.with(page, kept), &Share{}
		done := after.try(func() {
			for _, box := range append(cubesOf(old), gap...) {
				after.fill(left, box, slices.Concat(after.rules...))
			}
			after.trim(left)
		})
		new := each(left.Regions, func(r Region) Alternative { return Alternative{Page: page, Cube: r.Cube} })
		if done && len(new) <= maxNamed && p.with(page, append(kept, new...)).mends(p.v) {
			return p.spell(page, old, boxesOf(left.Regions))
		}
	}
	return hint
}

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
	far := func(r Rule) []int { return slices.Sorted(slices.Values(each(r.Alternatives, apart))) }
	return slices.MinFunc(p.Landings, func(r, s Rule) int { return slices.Compare(far(r), far(s)) })
}

// with returns the proof, yet to be made, of the decision where a page has
// other rules.
func (p *proof) with(page int, alts []Alternative) *proof {
	d := *p.draft
	d.Landings = slices.Clone(d.Landings)
	d.Landings[slices.IndexFunc(d.Landings, func(r Rule) bool { return r.Page == page })].Alternatives = alts
	q := newProof(p.compiler, &d)
	q.left = editWork
	return q
}

// mends proves that nothing is wrong, and that no rule or question is
// superfluous that was not before.
func (p *proof) mends(before *Verdict) bool {
	return len(p.prove(editWork)) == 0 && p.v.Gap.Cells.Sign()+p.v.Overlap.Cells.Sign()+len(p.v.Unreachable) == 0 &&
		len(p.v.Redundant) <= len(before.Redundant) && len(p.v.Irrelevant) <= len(before.Irrelevant)
}

// spell says in words which rules of a page to delete, and which to add.
func (p *proof) spell(page int, old []Alternative, new []Cube) string {
	text := "in " + p.path(page)
	if len(old) > 0 {
		text += ", delete " + and(each(old, func(a Alternative) string {
			return fmt.Sprintf("%s on line %d", p.rule(a.Cube), a.Place.Position().Line)
		}))
	}
	if len(new) > 0 {
		text += ", add to `when`: " + and(each(new, p.rule))
	}
	return text
}
