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
		s.unproven(unproven)
		s.nobodyLeft()
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
}

func (s *speaker) unproven(what []string) {
	if len(what) == 0 {
		return
	}
	s.diags.Add("decision/too-large", s.pages[s.Page].DecisionKey.Place,
		"the limit of work for one decision was reached: it is not proven "+strings.Join(what, ", nor ")).
		Hint = "name fewer questions in each rule, or make two decisions of it"
}

// nobodyLeft reports the impossible combination after which no reader is left.
func (s *speaker) nobodyLeft() {
	if s.verdict.Cells == nil || s.verdict.Cells.Sign() > 0 || s.unsure {
		return
	}
	last := 1
	s.meter.try(func() {
		for findOutside(s.meter, s.whole, s.voids[:last]) != nil {
			last++
		}
	})
	d := s.diags.Add("decision/impossible", s.Impossible[last-1].Place, "the impossible combinations leave no reader at all")
	d.Hint = "delete this one, or narrow it by naming more questions"
	d.Related = s.voidNotes(s.Impossible[:last-1], "together with this one")
}

func (s *speaker) voidNotes(voids []Impossible, message string) (notes []diag.Note) {
	for _, v := range voids[:min(len(voids), maxNamed)] {
		notes = append(notes, diag.Note{Place: v.Place, Message: message})
	}
	return notes
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
			r := s.Landings[i]
			at, why, hint = r.Alternatives[0].Place, "no reader can give the answers it asks for", "ask for answers that can go together, or delete the page"
			notes = s.voidNotes(s.voidsNear(r), "declared impossible here")
		} else if p.WhenKey != nil {
			at, why = p.WhenKey.Place, "its `when` asks for no answer of "+s.pages[s.Page].File.Path
		}
		d := s.diags.Add("decision/unreachable", at, "no reader lands on this page: "+why)
		d.Hint, d.Related = hint, append(notes, diag.Note{Place: s.landsOn.Place, Message: fmt.Sprintf("the decision lands on pages of kind %q", s.LandsOn)})
	}
}

// exampleRule returns a rule that a page could take: the largest gap, else
// any answer.
func (s *speaker) exampleRule() string {
	if g := s.verdict.Gap; g != nil && len(g.Regions) > 0 {
		return "`when: " + s.rule(g.Regions[0].Cube) + "`, which no page takes yet"
	}
	box := slices.Clone(s.whole)
	box[0] = 1
	return "`when: " + s.rule(box) + "`"
}

// voidsNear returns the impossible combinations that touch a rule.
func (s *speaker) voidsNear(r Rule) (near []Impossible) {
	for _, v := range s.Impossible {
		if slices.ContainsFunc(r.Alternatives, func(a Alternative) bool { return a.Cube.meets(v.Cube) }) {
			near = append(near, v)
		}
	}
	return near
}

func (s *speaker) redundant() {
	for _, r := range s.verdict.Redundant {
		var names []string
		var notes []diag.Note
		for _, a := range r.by {
			if a.Number == 0 {
				notes = append(notes, diag.Note{Place: a.Place, Message: "the rest is impossible"})
				continue
			}
			names = append(names, fmt.Sprint(a.Number))
			notes = append(notes, diag.Note{Place: a.Place, Message: fmt.Sprintf("rule %d", a.Number)})
		}
		message := fmt.Sprintf("rule %d changes nothing: no reader can give the answers it asks for", r.Number)
		if len(names) > 0 {
			verb := map[bool]string{true: "takes", false: "together take"}[len(names) == 1]
			message = fmt.Sprintf("rule %d changes nothing: %s %s %s all its readers%s%s",
				r.Number, plural(len(names), "rule"), some(names, maxNamed), verb, s.shareOf(r.alternative.Cube), s.example(r.alternative.Cube))
		}
		d := s.diags.Warn("decision/redundant", r.alternative.Place, message)
		d.Hint, d.Related = "delete it", notes
		if s.mutual(r) {
			d.Hint = "delete one of the two"
		}
	}
}

// shareOf says how many combinations a box has of all.
func (s *speaker) shareOf(box Cube) (text string) {
	s.meter.try(func() { text = ", " + s.share(countOutside(s.meter, box, s.voids)) })
	return text
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
	for _, q := range s.verdict.Irrelevant {
		changes := "where a reader lands"
		if len(s.BringsUp) > 0 {
			changes += ", or what is brought up"
		}
		s.diags.Warn("decision/irrelevant", s.Questions[q].Place, fmt.Sprintf("the answer to %q never changes %s", s.Questions[q].ID, changes)).
			Hint = "delete the question, or name it in the rules that depend on it"
	}
}

// mentions names rules that bring a page up for nobody, or for everybody
// though they do not say so.
func (s *speaker) mentions() {
	for _, r := range s.Mentions {
		if s.unsure || slices.ContainsFunc(r.Alternatives, func(a Alternative) bool { return a.loose || a.bare }) {
			continue
		}
		at, by := r.Alternatives[0].Place, " by "+s.pages[s.Page].File.Path
		s.meter.try(func() {
			if !s.reached(s.meter, r) {
				d := s.diags.Warn("decision/never", at, "this page is never brought up"+by+": no reader can give the answers it asks for")
				d.Hint, d.Related = "ask for answers that can go together, or delete the rule", s.voidNotes(s.voidsNear(r), "declared impossible here")
			} else if findOutside(s.meter, s.whole, cubesOf(r.Alternatives), s.voids) == nil {
				s.diags.Warn("decision/always", at, "this page is brought up"+by+" for every reader, whatever the answers").
					Hint = "write `when: {}` if that is meant"
			}
		})
	}
}

// gapAndOverlap reports the readers who land nowhere, and those who land on
// several pages.
func (s *speaker) gapAndOverlap() {
	var a *adviser
	s.meter.try(func() { a = s.advise() })
	s.gap(a)
	over := s.verdict.Overlap
	if over == nil || over.Cells.Sign() == 0 {
		return
	}
	if len(over.Regions) == 0 {
		s.diags.Add("decision/overlap", s.landsOn.Place, s.share(over.Cells)+" land on two pages or more")
	}
	for rest := over.Regions; len(rest) > 0; {
		n := slices.IndexFunc(rest, func(r Region) bool { return !slices.Equal(r.Pages, rest[0].Pages) })
		if n < 0 {
			n = len(rest)
		}
		s.overlap(rest[:n], a)
		rest = rest[n:]
	}
}

func (s *speaker) gap(a *adviser) {
	gap := s.verdict.Gap
	if gap == nil || gap.Cells.Sign() == 0 {
		return
	}
	message := fmt.Sprintf("%s land on no page of kind %q", s.share(gap.Cells), s.LandsOn)
	if len(gap.Regions) == 0 {
		s.diags.Add("decision/gap", s.landsOn.Place, message)
		return
	}
	first := gap.Regions[0].Cube
	d := s.diags.Add("decision/gap", s.landsOn.Place, message+s.example(first)+"; no rule takes "+some(s.texts(gap.Regions), maxNamed)+more(gap))
	near := s.nearest(first)
	if a != nil {
		s.meter.try(func() { d.Hint = a.closing(near) })
	}
	if len(near) > 0 {
		d.Related = []diag.Note{{Place: near[0].alternative.Place, Message: "the nearest rule"}}
	}
	if d.Hint == "" {
		d.Hint = fmt.Sprintf("let a page of kind %q take them, as in `when: %s`", s.LandsOn, s.rule(first))
		if len(near) > 0 {
			d.Hint += "; the nearest is " + s.pages[near[0].page].File.Path
		}
	}
}

// more says that boxes are not all there are.
func more(s *Share) string {
	if s.More {
		return ", among others"
	}
	return ""
}

func (s *speaker) texts(regions []Region) (texts []string) {
	for _, r := range regions {
		if slices.Equal(r.Cube, s.whole) {
			return []string{"anybody"}
		}
		texts = append(texts, s.rule(r.Cube))
	}
	return texts
}

// overlap reports the readers whom the same pages share.
func (s *speaker) overlap(regions []Region, a *adviser) {
	boxes, pages := boxesOf(regions), s.paths(regions[0].Pages)
	cells := new(big.Int)
	if !s.meter.try(func() {
		cells.Sub(s.verdict.Cells, countOutside(s.meter, s.whole, s.voids, boxes))
	}) {
		cells = regions[0].Cells
	}
	all := map[bool]string{true: "both", false: "all"}[len(pages) == 2]
	message := fmt.Sprintf("%s land on %d pages, %s%s; %s take %s%s",
		s.share(cells), len(pages), some(pages, maxNamed), s.example(boxes[0]), all, some(s.texts(regions), maxNamed), more(s.verdict.Overlap))
	hint, at := "", source.Place{}
	if a != nil {
		s.meter.try(func() { hint, at = a.separating(regions[0].Pages, cells) })
	}
	if hint == "" {
		hint = "let one of the pages keep these readers, and take them out of the rules of the " + map[bool]string{true: "other", false: "others"}[len(pages) == 2]
	}
	involved := s.involved(regions)
	if !slices.ContainsFunc(involved, func(alt Alternative) bool { return alt.Place == at }) {
		at = involved[0].Place
	}
	d := s.diags.Add("decision/overlap", at, message)
	d.Hint = hint
	for _, alt := range involved {
		if alt.Place != at && len(d.Related) < maxNamed {
			d.Related = append(d.Related, diag.Note{Place: alt.Place, Message: "this rule takes them too"})
		}
	}
}

// involved returns the alternatives that take readers of the regions, those of
// the last page first.
func (s *speaker) involved(regions []Region) (alts []Alternative) {
	for _, r := range slices.Backward(s.Landings) {
		if !slices.Contains(regions[0].Pages, r.Page) {
			continue
		}
		for _, a := range r.Alternatives {
			if !a.loose && slices.ContainsFunc(regions, func(g Region) bool { return g.Cube.meets(a.Cube) }) {
				alts = append(alts, a)
			}
		}
	}
	return alts
}
