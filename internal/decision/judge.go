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

// judge proves a decision and reports what is wrong with it. What a message
// adds costs work, and is left out when too much of that was done.
func (c *compiler) judge(d *draft) *Verdict {
	p := newProof(c, d)
	if d.whole == nil || d.unsure {
		return p.v
	}
	c.watch(func() {
		if unproven := p.prove(); len(unproven) > 0 {
			c.fault("too-large", c.pages[d.Page].DecisionKey.Place, "name fewer questions in each rule, or make two decisions of it",
				"the limit of work for one decision was reached: it is not proven %s", strings.Join(unproven, ", nor "))
		}
		if p.left = adviceWork; p.v.Cells != nil && p.v.Cells.Sign() == 0 {
			p.sayNobodyLeft()
			return
		}
		p.sayUnreachable()
		p.sayRedundant()
		if len(p.alts) > 0 { // else it is too early to say
			p.sayIrrelevant()
		}
		p.sayMentions()
		p.sayGapAndOverlap()
	}, d)
	p.v.Sound = !d.faulty
	return p.v
}

// sayNobodyLeft reports the impossible combination after which no reader is left.
func (p *proof) sayNobodyLeft() {
	last := 0
	p.try(func() {
		for findOutside(p.meter, p.whole, p.voids[:last+1]) != nil {
			last++
		}
	})
	p.fault("impossible", p.Impossible[last].Place, "delete this one, or narrow it by naming more questions",
		"the impossible combinations leave no reader at all").Related = notes("together with this one", p.Impossible[:last])
}

// notes points at impossible combinations.
func notes(message string, voids []Impossible) []diag.Note {
	return each(voids[:min(len(voids), maxNamed)], func(v Impossible) diag.Note { return diag.Note{Place: v.Place, Message: message} })
}

// touching points at the impossible combinations that touch a rule.
func (p *proof) touching(r Rule) []diag.Note {
	cubes := cubesOf(r.Alternatives)
	return notes("declared impossible here", keep(p.Impossible, func(v Impossible) bool { return slices.ContainsFunc(cubes, v.Cube.meets) }))
}

const cannot = "no reader can give the answers it asks for"

func (p *proof) sayUnreachable() {
	example := p.whole.with(0, 1)
	if gap := p.v.Gap; gap != nil && len(gap.Regions) > 0 {
		example = gap.Regions[0].Cube
	}
	for _, r := range p.Landings {
		why := cannot
		if r.Alternatives == nil {
			why = "it has no rule"
		}
		if slices.Contains(p.v.Unreachable, r.Page) {
			p.fault("unreachable", r.place, "say which answers lead here, as in `when: "+p.rule(example)+"`, or delete the page",
				"no reader of %s lands on this page: %s", p.path(p.Page), why).Related = p.touching(r)
		}
	}
}

func (p *proof) sayRedundant() {
	for _, r := range p.v.Redundant {
		why, hint := cannot, "delete it"
		if len(r.by) > 0 {
			why = "all its readers are taken by " + and(each(r.by, func(a Alternative) string { return fmt.Sprint("rule ", a.Number) }))
			p.try(func() { why += ", " + p.part(p.size(r.Cube)) + p.example(r.Cube, p.outside(r.Cube)) })
			hint = "delete it, or else those"
		}
		p.warn("redundant", r.Place, hint, fmt.Sprintf("rule %d changes nothing: %s", r.Number, why)).Related = placesOf(r.by, "takes its readers")
	}
}

func placesOf(alts []Alternative, message string) []diag.Note {
	return each(alts, func(a Alternative) diag.Note { return diag.Note{Place: a.Place, Message: message} })
}

// part says how many combinations some are of all.
func (p *proof) part(n *big.Int) string {
	return fmt.Sprintf("%s of %s combinations of answers", n, p.v.Cells)
}

// example names a reader of a box.
func (p *proof) example(box, reader Cube) string { return ", for example: " + p.reader(box, reader) }

func (p *proof) sayIrrelevant() {
	for _, q := range p.v.Irrelevant {
		p.warn("irrelevant", p.Questions[q].Place, "delete the question, or name it in the rules that depend on it",
			fmt.Sprintf("the answer to %q never changes where a reader lands, or what is brought up", p.Questions[q].ID))
	}
}

// sayMentions names rules that bring a page up for nobody, or for everybody
// though they do not say so.
func (p *proof) sayMentions() {
	for _, r := range p.Mentions {
		always := slices.ContainsFunc(r.Alternatives, func(a Alternative) bool { return a.always })
		p.try(func() {
			if !p.reached(r) {
				p.warn("never", r.place, "ask for answers that can go together, or delete the rule",
					"this page is never brought up by "+p.path(p.Page)+": "+cannot).Related = p.touching(r)
			} else if !always && p.outside(p.whole, cubesOf(r.Alternatives)) == nil {
				p.warn("always", r.place, "write `when: {}` if that is meant", "this page is brought up by "+p.path(p.Page)+" for every reader")
			}
		})
	}
}

// sayGapAndOverlap reports the readers who land nowhere, and those who land on
// several pages: apart for each set of pages that share them.
func (p *proof) sayGapAndOverlap() {
	gap, over := p.v.Gap, p.v.Overlap
	if gap == nil {
		return
	}
	hint := p.mend()
	if gap.Cells.Sign() > 0 {
		p.sayGap(gap, hint)
	}
	if over.Cells.Sign() > 0 && len(over.Regions) == 0 {
		p.fault("overlap", p.lands.Place, "", "%s land on two pages or more", p.part(over.Cells))
	}
	for i, r := range over.Regions {
		if i == 0 || !slices.Equal(over.Regions[i-1].Pages, r.Pages) {
			p.sayOverlap(keep(over.Regions, func(o Region) bool { return slices.Equal(o.Pages, r.Pages) }), hint)
		}
	}
}

func (p *proof) sayGap(gap *Share, hint string) {
	var near []Alternative
	if len(gap.Regions) > 0 {
		box := gap.Regions[0].Cube
		near = p.nearest(box)
		hint = cmp.Or(hint, fmt.Sprintf("let a page of kind %q take them, as in `when: %s`", p.LandsOn, p.rule(box)))
	}
	p.fault("gap", p.lands.Place, hint, "%s land on no page of kind %q%s", p.part(gap.Cells), p.LandsOn, p.taken("no rule takes", gap.Regions, gap.More)).
		Related = placesOf(near[:min(len(near), 1)], "the nearest rule")
}

// taken names a reader of some regions and says who takes all of them.
func (p *proof) taken(who string, regions []Region, more bool) string {
	if len(regions) == 0 {
		return ""
	}
	texts := each(regions, func(r Region) string { return p.rule(r.Cube) })
	if more {
		texts = append(texts, "others")
	}
	return p.example(regions[0].Cube, regions[0].reader) + "; " + who + " " + strings.Replace(and(texts), "{}", "anybody", 1)
}

// sayOverlap reports the readers whom the same pages share.
func (p *proof) sayOverlap(regions []Region, hint string) {
	pages, cells, boxes := regions[0].Pages, regions[0].Cells, boxesOf(regions)
	p.try(func() { cells = new(big.Int).Sub(p.v.Cells, p.size(p.whole, boxes)) })
	involved := keep(p.alts, func(a Alternative) bool {
		return slices.Contains(pages, a.Page) && slices.ContainsFunc(boxes, a.Cube.meets)
	})
	last := min(len(involved), maxNamed) - 1
	p.fault("overlap", involved[last].Place, cmp.Or(hint, "let one of the pages keep these readers, and take them out of the rules of the others"),
		"%s land on %d pages, %s%s", p.part(cells), len(pages), and(each(pages, p.path)), p.taken("each of them takes", regions, p.v.Overlap.More)).
		Related = placesOf(involved[:last], "this rule takes them too")
}
