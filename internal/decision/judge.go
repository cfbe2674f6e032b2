package decision

import (
	"cmp"
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
	proofWork = 12_000_000 // for each step of its proof
	editWork  = 4_000_000  // for a list of boxes, each step in proving an edit, and all that messages add
)

// judge proves a decision and reports what is wrong with it. What a message
// adds costs work, and is left out when too much of that was done.
func (c *compiler) judge(d *Decision) *Verdict {
	p := newProof(c, d)
	c.watch(func() {
		if unproven := p.prove(proofWork); len(unproven) > 0 {
			c.report("too-large", d.pages[d.Page].Decision.Place, "name fewer questions in each rule, or make two decisions of it",
				"the limit of work for one decision was reached: it is not proven %s", strings.Join(unproven, ", nor "))
		}
		if p.left = editWork; p.Cells != nil && p.Cells.Sign() == 0 {
			p.sayNobodyLeft()
		} else if p.Cells != nil {
			p.sayUnreachable()
			p.sayRedundant()
			p.sayIrrelevant()
			p.sayMentions()
			if p.Gap != nil {
				p.sayGapAndOverlaps(p.Gap, p.Overlap)
			}
		}
	}, d)
	return p.Verdict
}

// sayNobodyLeft reports the widest of the impossible combinations.
func (p *proof) sayNobodyLeft() {
	wider := func(v, w Impossible) int { return v.Cube.readers(v.Cube).Cmp(w.Cube.readers(w.Cube)) }
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
	for _, r := range p.Unreachable {
		why := cannot
		if r.Alternatives == nil {
			why = "it has no rule"
		}
		p.report("unreachable", r.place, "say in its `when` which answers lead here, or delete the page",
			"no reader of %s lands on this page: %s", p.Path(p.Page), why).Related = p.touching(cubesOf(r.Alternatives)...)
	}
}

func (p *proof) sayRedundant() {
	for _, r := range p.Redundant {
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
	return fmt.Sprintf("%s of %s combinations of answers", n, p.Cells)
}

func (p *proof) sayIrrelevant() {
	for _, q := range p.Irrelevant {
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
			if p.isNever(r) {
				p.report("never", r.place, "ask for answers that can go together, or delete the rule",
					"this page is never brought up by %s: %s", p.Path(p.Page), cannot).Related = p.touching(cubesOf(r.Alternatives)...)
			} else if !always && p.outside(p.whole, cubesOf(r.Alternatives)) == nil {
				p.report("always", r.place, "write `when: {}` if that is meant",
					"this page is brought up by %s for every reader", p.Path(p.Page))
			}
		})
	}
}

// sayGapAndOverlaps reports both, with one edit that mends all if there is one.
func (p *proof) sayGapAndOverlaps(gap, over *Share) {
	groups, mend := p.groups(over), ""
	if gap.Cells.Sign() > 0 && len(groups) > 0 {
		if hint, whole := p.separate(groups[0].Regions[0].Pages, groups, gap); whole {
			mend = hint
		}
	}
	if gap.Cells.Sign() > 0 {
		p.sayGap(gap, mend)
	}
	if over.Cells.Sign() > 0 && groups == nil {
		p.atRules(p.misled("overlap", "two pages or more", "two pages take", over), over.Regions)
	}
	for _, g := range groups {
		pages, take, own := g.Regions[0].Pages, "all take", ""
		if len(pages) == 2 {
			take = "both take"
		}
		d := p.misled("overlap", fmt.Sprintf("%d pages, %s", len(pages), and(each(pages, p.Path))), take, g)
		p.atRules(d, g.Regions)
		if len(pages) == 2 {
			own, _ = p.separate(pages, groups, &Share{Cells: new(big.Int)})
		}
		d.Hint = cmp.Or(mend, own, d.Hint)
	}
}

func (p *proof) sayGap(gap *Share, mend string) {
	d := p.misled("gap", fmt.Sprintf("no page of kind %q", p.LandsOn), "no rule takes", gap)
	if len(gap.Regions) > 0 && len(p.Landings) > 0 {
		nearest := p.nearest(gap.Regions[0].Cube)
		d.Related = []diag.Note{{Place: nearest.place, Message: "the nearest page"}}
		own, _ := p.mend(nearest.Page, nil, boxesOf(gap.Regions), gap.Cells)
		d.Hint = cmp.Or(mend, own, d.Hint)
	}
}

// groups parts an overlap by the pages that share it, where all of it is known.
func (p *proof) groups(over *Share) (groups []*Share) {
	same := func(r, s Region) bool { return slices.Equal(r.Pages, s.Pages) }
	if over.More || !p.try(func() {
		for _, first := range slices.CompactFunc(slices.Clone(over.Regions), same) {
			regions := keep(over.Regions, func(r Region) bool { return same(first, r) })
			cells := new(big.Int).Sub(p.Cells, p.size(p.whole, boxesOf(regions)))
			groups = append(groups, &Share{Cells: cells, Regions: regions})
		}
	}) {
		return nil
	}
	return groups
}

// separate returns an edit after which one of two pages takes no readers of any
// other page, and takes those of a gap; one that leaves nothing to mend, if there is.
func (p *proof) separate(pages []int, groups []*Share, gap *Share) (best string, whole bool) {
	for _, page := range slices.Backward(pages) {
		var give []Cube
		cells := new(big.Int).Set(gap.Cells)
		for _, g := range groups {
			if with := g.Regions[0].Pages; slices.Contains(with, page) {
				give = append(give, boxesOf(g.Regions)...)
				if len(with) == 2 {
					cells.Add(cells, g.Cells)
				}
			}
		}
		hint, whole := p.mend(page, give, boxesOf(gap.Regions), cells)
		if whole {
			return hint, true
		}
		best = cmp.Or(best, hint)
	}
	return best, false
}

// atRules puts a diagnostic at the rules that take readers of some regions.
func (p *proof) atRules(d *diag.Diagnostic, regions []Region) {
	for _, a := range p.alts {
		takes := func(r Region) bool { return slices.Contains(r.Pages, a.Page) && a.Cube.meets(r.Cube) }
		if slices.ContainsFunc(regions, takes) {
			d.Related = append(d.Related, diag.Note{Place: a.Place, Message: "this rule takes them too"})
		}
	}
	if last := len(d.Related) - 1; last >= 0 {
		d.Place, d.Related = d.Related[last].Place, d.Related[:last]
	}
}

// misled reports readers who land where they should not: how many, one of them,
// and which they are.
func (p *proof) misled(code, where, who string, s *Share) *diag.Diagnostic {
	text := p.part(s.Cells) + " land on " + where
	if len(s.Regions) > 0 {
		text += p.reader(s.Regions[0].Cube, s.Regions[0].reader)
		rule := func(r Region) string { return strings.Replace(p.Rule(r.Cube), "{}", "anybody", 1) }
		text += "; " + who + " " + and(each(s.Regions[:min(len(s.Regions), maxNamed)], rule))
	}
	if s.More || len(s.Regions) > maxNamed {
		text += "; and there are others"
	}
	lands := p.pages[p.Page].Decision.Get("lands-on")
	return p.report(code, lands.Place, "let one page take these readers, and no other", "%s", text)
}

// mend returns, in words, an edit of a page after which some readers land on one
// page: it gives up some boxes and takes others, which have so many cells. It is
// proven to mend just that, so that no page falls out of reach and no rule becomes
// superfluous, and "" if it would not; whole is that it leaves nothing to mend.
func (p *proof) mend(page int, give, take []Cube, cells *big.Int) (hint string, whole bool) {
	shares := func(a Alternative) bool { return slices.ContainsFunc(give, a.Cube.meets) }
	mine := keep(p.alts, func(a Alternative) bool { return a.Page == page })
	old, kept := keep(mine, shares), keep(mine, func(a Alternative) bool { return !shares(a) })
	after, left := p.with(page, kept), &Share{}
	done := len(give)+len(take) <= maxNamed && after.list(left, func() {
		for _, box := range append(cubesOf(old), take...) {
			after.fill(left, box, slices.Concat(cubesOf(kept), give))
		}
	})
	if !done || len(left.Regions) > maxNamed {
		return "", false
	}
	for _, r := range left.Regions {
		kept = append(kept, Alternative{Page: page, Cube: r.Cube})
	}
	mended := p.with(page, kept)
	if len(mended.prove(editWork)) > 0 || cells.Cmp(new(big.Int).Sub(p.misplaced(), mended.misplaced())) != 0 ||
		len(mended.Unreachable) > len(p.Unreachable) || len(mended.Redundant) > len(p.Redundant) {
		return "", false
	}
	hint = p.spell(page, old, boxesOf(left.Regions))
	if whole = mended.misplaced().Sign() == 0 && len(mended.Unreachable) == 0; !whole {
		hint += " (this mends no other fault of the decision)"
	}
	return hint, whole
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
	d := *p.Decision
	d.Landings = slices.Clone(d.Landings)
	d.Landings[slices.IndexFunc(d.Landings, func(r Rule) bool { return r.Page == page })].Alternatives = alts
	return newProof(p.compiler, &d)
}

// misplaced is how many cells are in the gap or in an overlap.
func (v *Verdict) misplaced() *big.Int { return new(big.Int).Add(v.Gap.Cells, v.Overlap.Cells) }

// spell says in words which rules of a page to write instead of others.
func (p *proof) spell(page int, old []Alternative, new []Cube) string {
	was := and(each(old, func(a Alternative) string {
		return fmt.Sprintf("%s on line %d", p.Rule(a.Cube), a.Place.Position().Line)
	}))
	now := and(each(new, p.Rule))
	if len(old) == 0 {
		return fmt.Sprintf("in %s, add to `when`: %s", p.Path(page), now)
	} else if len(new) == 0 {
		return fmt.Sprintf("in %s, delete %s", p.Path(page), was)
	}
	return fmt.Sprintf("in %s, write %s instead of %s", p.Path(page), now, was)
}
