package decision

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"quandary/internal/diag"
	"quandary/internal/source"
)

// maxNamed is how many places or boxes one message names.
const maxNamed = 20

// judge proves a decision and reports what is wrong with it.
func (c *compiler) judge(d *draft) *Verdict {
	v := &Verdict{Decision: &d.Decision}
	if !d.measured {
		return v
	}
	p := newProver(d)
	unproven := p.prove(v)
	s := speaker{compiler: c, prover: p, verdict: v, meter: &meter{left: adviceWork}}
	c.watch(func() {
		if len(unproven) > 0 {
			c.fault("too-large", c.pages[d.Page].DecisionKey.Place, "name fewer questions in each rule, or make two decisions of it",
				"the limit of work for one decision was reached: it is not proven %s", strings.Join(unproven, ", nor "))
		}
		if v.Cells != nil && v.Cells.Sign() == 0 && !p.unsure {
			s.nobodyLeft()
		}
		if v.Cells != nil && v.Cells.Sign() > 0 {
			s.unreachable()
			s.redundant()
			s.irrelevant()
			s.mentions()
			s.gapAndOverlap()
		}
	}, d)
	v.Sound = !d.faulty
	return v
}

// speaker turns a verdict into diagnostics. What it adds to them costs work,
// and is left out when the meter has run down.
type speaker struct {
	*compiler
	*prover
	verdict *Verdict
	meter   *meter
	able    bool         // enough is proven to suggest edits
	hint    string       // an edit that mends everything, if one was found
	at      source.Place // the rule it is for
}

// nobodyLeft reports the impossible combination after which no reader is left.
func (s *speaker) nobodyLeft() {
	last := 1
	s.meter.try(func() {
		for findOutside(s.meter, s.whole, s.voids[:last]) != nil {
			last++
		}
	})
	s.fault("impossible", s.Impossible[last-1].Place, "delete this one, or narrow it by naming more questions", "the impossible combinations leave no reader at all").
		Related = notesAt(s.Impossible[:min(last-1, maxNamed)], "together with this one")
}

func notesAt(voids []Impossible, message string) []diag.Note {
	return each(voids, func(v Impossible) diag.Note { return diag.Note{Place: v.Place, Message: message} })
}

// share says how many combinations some are of all.
func (s *speaker) share(n fmt.Stringer) string {
	return fmt.Sprintf("%s of %s combinations of answers", n, s.verdict.Cells)
}

// example names a possible reader of a box.
func (s *speaker) example(box Cube) (text string) {
	s.meter.try(func() {
		if found := findOutside(s.meter, box, s.voids); found != nil {
			text = ", for example: " + s.reader(box, found)
		}
	})
	return text
}

func (s *speaker) unreachable() {
	for _, page := range s.verdict.Unreachable {
		p := s.pages[page]
		at, why, hint := p.File.Place(0, 0), "it has no `when`", "give it a rule: say which answers lead here, as in "+s.exampleRule()
		var notes []diag.Note
		if i := slices.IndexFunc(s.Landings, func(r Rule) bool { return r.Page == page }); i >= 0 {
			at, notes = s.Landings[i].Alternatives[0].Place, s.voidNotes(s.Landings[i])
			why, hint = cannot, "ask for answers that can go together, or delete the page"
		} else if p.WhenKey != nil {
			at, why = p.WhenKey.Place, "its `when` asks for no answer of "+s.path(s.Page)
		}
		s.fault("unreachable", at, hint, "no reader lands on this page: %s", why).Related = append(notes,
			diag.Note{Place: s.landsOn.Place, Message: fmt.Sprintf("the decision lands on pages of kind %q", s.LandsOn)})
	}
}

const cannot = "no reader can give the answers it asks for"

func (c *compiler) path(page int) string { return c.pages[page].File.Path }

// exampleRule returns a rule that a page could take: the largest gap, else
// any answer.
func (s *speaker) exampleRule() string {
	if g := s.verdict.Gap; g != nil && len(g.Regions) > 0 {
		return "`when: " + s.rule(g.Regions[0].Cube) + "`, which no page takes yet"
	}
	return "`when: " + s.rule(s.whole.with(0, 1)) + "`"
}

// voidNotes names the impossible combinations that touch a rule.
func (s *speaker) voidNotes(r Rule) []diag.Note {
	near := keep(s.Impossible, func(v Impossible) bool { return slices.ContainsFunc(cubesOf(r.Alternatives), v.Cube.meets) })
	return notesAt(near[:min(len(near), maxNamed)], "declared impossible here")
}

func (s *speaker) redundant() {
	for _, r := range s.verdict.Redundant {
		var names []string
		var notes []diag.Note
		for _, a := range r.by {
			note := "the rest is impossible"
			if a.Number > 0 {
				names, note = append(names, fmt.Sprint(a.Number)), fmt.Sprint("rule ", a.Number)
			}
			notes = append(notes, diag.Note{Place: a.Place, Message: note})
		}
		hint, why, box := "delete it", cannot, r.alternative.Cube
		if len(names) > 0 {
			verb := map[bool]string{true: "takes", false: "together take"}[len(names) == 1]
			why = fmt.Sprintf("%s %s %s all its readers", plural(len(names), "rule"), and(names), verb)
			s.meter.try(func() { why += ", " + s.share(countOutside(s.meter, box, s.voids)) })
			why += s.example(box)
		}
		if s.mutual(r) {
			hint = "delete one of the two"
		}
		s.warn("redundant", r.alternative.Place, hint, fmt.Sprintf("rule %d changes nothing: %s", r.Number, why)).Related = notes
	}
}

// mutual reports whether the one alternative that covers r is covered by r.
func (s *speaker) mutual(r Redundant) bool {
	return len(r.by) == 1 && slices.ContainsFunc(s.verdict.Redundant, func(o Redundant) bool {
		return o.Page == r.Page && o.Number == r.by[0].Number && len(o.by) == 1 && o.by[0].Number == r.Number
	})
}

func (s *speaker) irrelevant() {
	if len(s.Landings) == 0 {
		return // nothing was written yet, so it is too early to say
	}
	changes := "where a reader lands"
	if len(s.BringsUp) > 0 {
		changes += ", or what is brought up"
	}
	for _, q := range s.verdict.Irrelevant {
		s.warn("irrelevant", s.Questions[q].Place, "delete the question, or name it in the rules that depend on it",
			fmt.Sprintf("the answer to %q never changes %s", s.Questions[q].ID, changes))
	}
}

// mentions names rules that bring a page up for nobody, or for everybody
// though they do not say so.
func (s *speaker) mentions() {
	for _, r := range s.Mentions {
		if s.unsure || slices.ContainsFunc(r.Alternatives, func(a Alternative) bool { return a.loose || a.bare }) {
			continue
		}
		at, by := r.Alternatives[0].Place, " by "+s.path(s.Page)
		s.meter.try(func() {
			if !s.reached(s.meter, r) {
				s.warn("never", at, "ask for answers that can go together, or delete the rule", "this page is never brought up"+by+": "+cannot).
					Related = s.voidNotes(r)
			} else if findOutside(s.meter, s.whole, cubesOf(r.Alternatives), s.voids) == nil {
				s.warn("always", at, "write `when: {}` if that is meant", "this page is brought up"+by+" for every reader, whatever the answers")
			}
		})
	}
}

// gapAndOverlap reports the readers who land nowhere, and those who land on
// several pages.
func (s *speaker) gapAndOverlap() {
	s.cure()
	if gap := s.verdict.Gap; gap != nil && gap.Cells.Sign() > 0 {
		s.gap(gap)
	}
	over := s.verdict.Overlap
	if over == nil || over.Cells.Sign() == 0 {
		return
	}
	if len(over.Regions) == 0 {
		s.fault("overlap", s.landsOn.Place, "", "%s land on two pages or more", s.share(over.Cells))
	}
	for i, r := range over.Regions {
		if i == 0 || !slices.Equal(over.Regions[i-1].Pages, r.Pages) {
			s.overlap(keep(over.Regions, func(o Region) bool { return slices.Equal(o.Pages, r.Pages) }))
		}
	}
}

// taken names a reader of some regions and says who takes all of them.
func (s *speaker) taken(who string, regions []Region, of *Share) string {
	if len(regions) == 0 {
		return ""
	}
	texts := each(regions, func(r Region) string { return s.rule(r.Cube) })
	if texts[0] == "{}" {
		texts = []string{"anybody"}
	}
	if of.More {
		texts[len(texts)-1] += ", among others"
	}
	return s.example(regions[0].Cube) + "; " + who + " " + and(texts)
}

func (s *speaker) gap(gap *Share) {
	message := fmt.Sprintf("%s land on no page of kind %q", s.share(gap.Cells), s.LandsOn) + s.taken("no rule takes", gap.Regions, gap)
	d := s.fault("gap", s.landsOn.Place, s.hint, "%s", message)
	if len(gap.Regions) == 0 {
		return
	}
	near := s.nearest(gap.Regions[0].Cube)
	if d.Hint == "" && s.able {
		d.Hint = s.closing(near)
	}
	if d.Hint == "" {
		d.Hint = fmt.Sprintf("let a page of kind %q take them, as in `when: %s`", s.LandsOn, s.rule(gap.Regions[0].Cube))
		if len(near) > 0 {
			d.Hint += "; the nearest is " + s.path(near[0].page)
		}
	}
	if len(near) > 0 {
		d.Related = []diag.Note{{Place: near[0].alternative.Place, Message: "the nearest rule"}}
	}
}

// overlap reports the readers whom the same pages share.
func (s *speaker) overlap(regions []Region) {
	pages, hint, at := regions[0].Pages, s.hint, s.at
	cells := new(big.Int)
	if !s.meter.try(func() { cells.Sub(s.verdict.Cells, countOutside(s.meter, s.whole, s.voids, boxesOf(regions))) }) {
		cells = regions[0].Cells
	}
	all, others := "all", "others"
	if len(pages) == 2 {
		all, others = "both", "other"
	}
	message := fmt.Sprintf("%s land on %d pages, %s%s", s.share(cells), len(pages), and(each(pages, s.path)), s.taken(all+" take", regions, s.verdict.Overlap))
	if hint == "" && s.able && len(pages) == 2 {
		hint, at = s.separating(pages, cells)
	}
	if hint == "" {
		hint = "let one of the pages keep these readers, and take them out of the rules of the " + others
	}
	involved := s.involved(regions)
	if !slices.ContainsFunc(involved, func(a Alternative) bool { return a.Place == at }) {
		at = involved[0].Place
	}
	d := s.fault("overlap", at, hint, "%s", message)
	for _, a := range involved {
		if a.Place != at && len(d.Related) < maxNamed {
			d.Related = append(d.Related, diag.Note{Place: a.Place, Message: "this rule takes them too"})
		}
	}
}

// involved returns the alternatives that take readers of the regions, those of
// the last page first.
func (s *speaker) involved(regions []Region) (alts []Alternative) {
	for _, r := range slices.Backward(s.Landings) {
		for _, a := range r.Alternatives {
			if slices.Contains(regions[0].Pages, r.Page) && !a.loose && slices.ContainsFunc(boxesOf(regions), a.Cube.meets) {
				alts = append(alts, a)
			}
		}
	}
	return alts
}
