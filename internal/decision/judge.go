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
	proofWork  = 10_000_000 // for each step of its proof
	regionWork = 4_000_000  // for the boxes of a gap or an overlap, twice
	editWork   = 4_000_000  // for each step in proving an edit, and for all that messages add
)

// judge proves a decision and reports what is wrong with it. What a message
// adds costs work, and is left out when too much of that was done.
func (c *compiler) judge(d *draft) *Verdict {
	p := newProof(c, d)
	if d.whole == nil || d.unsure {
		return p.v
	}
	c.watch(func() {
		if unproven := p.prove(proofWork); len(unproven) > 0 {
			c.fault("too-large", c.pages[d.Page].Decision.Place, "name fewer questions in each rule, or make two decisions of it",
				"the limit of work for one decision was reached: it is not proven %s", strings.Join(unproven, ", nor "))
		}
		if p.left = editWork; p.v.Cells != nil && p.v.Cells.Sign() == 0 {
			p.sayNobodyLeft()
			return
		}
		p.sayUnreachable()
		p.sayRedundant()
		p.sayIrrelevant()
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
	for _, r := range p.Landings {
		why := cannot
		if r.Alternatives == nil {
			why = "it has no rule"
		}
		if slices.Contains(p.v.Unreachable, r.Page) {
			p.fault("unreachable", r.place, "say in its `when` which answers lead here, or delete the page",
				"no reader of %s lands on this page: %s", p.path(p.Page), why).Related = p.touching(r)
		}
	}
}

func (p *proof) sayRedundant() {
	for _, r := range p.v.Redundant {
		why, hint := cannot, "delete it"
		if len(r.by) > 0 {
			why = "all its readers are taken by " + and(each(r.by, func(a Alternative) string { return fmt.Sprint("rule ", a.Number) }))
			p.try(func() { why += ", " + p.part(p.size(r.Cube)) + p.reader(r.Cube, p.outside(r.Cube)) })
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

func (p *proof) sayIrrelevant() {
	if len(p.alts) == 0 {
		return // it is too early to say
	}
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

func (p *proof) sayGapAndOverlap() {
	gap, over := p.v.Gap, p.v.Overlap
	if gap == nil {
		return
	}
	hint := p.mend()
	if gap.Cells.Sign() > 0 {
		d := p.fault("gap", p.lands.Place, hint, "%s land on no page of kind %q%s", p.part(gap.Cells), p.LandsOn, p.taken(gap))
		if len(gap.Regions) > 0 && len(p.Landings) > 0 {
			d.Related = []diag.Note{{Place: p.nearest(gap.Regions[0].Cube).place, Message: "the nearest page"}}
		}
	}
	if over.Cells.Sign() > 0 {
		d := p.fault("overlap", p.lands.Place, hint, "%s land on two pages or more%s", p.part(over.Cells), p.taken(over))
		for _, a := range p.alts {
			if slices.ContainsFunc(over.Regions, func(r Region) bool { return slices.Contains(r.Pages, a.Page) && a.Cube.meets(r.Cube) }) {
				d.Related = append(d.Related, diag.Note{Place: a.Place, Message: "this rule takes some of them"})
			}
		}
		if last := len(d.Related) - 1; last >= 0 {
			d.Place, d.Related = d.Related[last].Place, d.Related[:last]
		}
	}
}

// taken names a reader of a share, and says who takes all its readers.
func (p *proof) taken(s *Share) (text string) {
	for i, r := range s.Regions[:min(len(s.Regions), maxNamed)] {
		if i == 0 {
			text = p.reader(r.Cube, r.reader)
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
	return text
}
