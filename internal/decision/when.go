package decision

import (
	"fmt"
	"slices"

	"quandary/internal/diag"
	"quandary/internal/matter"
)

// rules reads the `when` of a page into the decisions that its kind concerns.
func (c *compiler) rules(page int) {
	p := c.pages[page]
	users := c.users[p.Kind]
	if p.Kind == "" || len(users) == 0 {
		c.unused(p)
		return
	}
	rules := map[*draft]Rule{}
	list := c.shape.List(p.When)
	c.watch(func() {
		for i, e := range list {
			for _, r := range c.resolve(e, i+1, users) {
				rules[r.draft] = Rule{Page: page, Alternatives: append(rules[r.draft].Alternatives, r.Alternative)}
			}
		}
	}, users...)
	for _, d := range users {
		rule, ok := rules[d]
		switch {
		case p.Kind == d.LandsOn && ok:
			d.Landings = append(d.Landings, rule)
		case p.Kind == d.LandsOn && p.Broken:
			d.broken, d.faulty = true, true
		case p.Kind == d.LandsOn:
			d.silent = append(d.silent, page)
		case ok:
			d.Mentions = append(d.Mentions, rule)
		case p.WhenKey != nil && len(list) == 0:
			c.warn("never", p.WhenKey.Place, "say when, or write `when: {}` to bring it up every time, or delete the key",
				"this `when` is empty, so the page is never brought up")
		}
	}
}

// unused warns of rules that nothing asks for. A key `when` is left alone in a
// site without decisions; and where the page's section declares no kind, so
// that it may be another tool's, unless it names a question of ours.
func (c *compiler) unused(p Page) {
	names := func(e *matter.Node) bool {
		return slices.ContainsFunc(e.Fields, func(f matter.Field) bool { return asker(f.Key.Text, c.drafts) != nil })
	}
	if len(c.drafts) == 0 || c.lost || p.WhenKey == nil || p.Kind == "" && !slices.ContainsFunc(c.shape.List(p.When), names) {
		return
	}
	what := "this page, whose section declares no kind"
	if p.Kind != "" {
		what = fmt.Sprintf("pages of kind %q", p.Kind)
	}
	c.warn("unused", p.WhenKey.Place, "name the kind in the `lands-on` or `brings-up` of a decision, or delete the key",
		"no decision lands on or brings up "+what+", so this `when` does nothing")
}

// asker returns the first of the decisions that asks a question, or nil.
func asker(question string, drafts []*draft) *draft {
	for _, d := range drafts {
		if _, ok := d.index[question]; ok {
			return d
		}
	}
	return nil
}

// resolved is one entry as one decision understands it.
type resolved struct {
	*draft
	Alternative
}

// resolve reads one entry of a `when`. It belongs to the decision that asks
// most of the questions it names, which has to be one of those given; an entry
// that names none belongs to all of them. Where it is at fault, its cube is
// the widest that the writer may have meant, so that what is missing even then
// is missing for certain.
func (c *compiler) resolve(entry *matter.Node, number int, drafts []*draft) (rs []resolved) {
	if entry.Kind != matter.Map {
		c.shape.Map(entry, "an entry of `when`")
		(*c.diags)[len(*c.diags)-1].Hint = "name questions and answers, as in {impact: none}; `when: {}` always holds"
	}
	if slices.ContainsFunc(drafts, func(d *draft) bool { return d.cut }) {
		for _, d := range drafts { // whose names these are cannot be told
			d.faulty = true
			rs = append(rs, resolved{d, Alternative{Cube: d.whole, Place: entry.Place, Number: number, loose: true}})
		}
		return rs
	}
	most := 0
	for _, d := range drafts {
		n := len(keep(entry.Fields, func(f matter.Field) bool { return asker(f.Key.Text, []*draft{d}) != nil }))
		if n > most {
			most, rs = n, nil
		}
		if n == most {
			a := Alternative{Cube: slices.Clone(d.whole), Place: entry.Place, Number: number, bare: len(entry.Fields) == 0}
			a.loose = most == 0 && !(a.bare && entry.Kind == matter.Map)
			rs = append(rs, resolved{d, a})
		}
	}
	var d *draft
	if most > 0 {
		rs, d = rs[:1], rs[0].draft
	}
	for _, f := range entry.Fields {
		if d == nil || asker(f.Key.Text, []*draft{d}) == nil {
			c.unknownQuestion(f.Key, d, drafts)
			rs[0].loose = true
		} else if set, ok := c.answers(f, d.Questions[d.index[f.Key.Text]]); ok {
			rs[0].Cube[d.index[f.Key.Text]] &= set
		} else {
			rs[0].loose = true
		}
	}
	return rs
}

// answers reads the answers that an entry allows for a question.
func (c *compiler) answers(f matter.Field, q Question) (set Answers, ok bool) {
	items := []*matter.Node{f.Value}
	if f.Value.Kind == matter.List {
		items = f.Value.Items
	}
	if len(items) == 0 || f.Value.Kind == matter.Null && f.Value.Text == "" {
		c.missing(f.Key.Place, fmt.Sprintf("question %q is given no answer", q.ID), "name one or more, or leave the question out where any will do")
		return 0, false
	}
	ok = true
	for _, item := range items {
		name, scalar := id(item)
		i := slices.IndexFunc(q.Answers, func(a Answer) bool { return a.ID == name })
		switch {
		case !scalar:
			c.shape.Text(item, "an answer")
			ok = ok && item.Kind == matter.Null
		case i < 0:
			names := each(q.Answers, func(a Answer) string { return a.ID })
			c.fault("unknown-answer", item.Place, c.suggest(name, names, "the answers are "), "question %q has no answer %q", q.ID, name).
				Related = askedHere(q)
			ok = false
		default:
			set |= 1 << i
		}
	}
	return set, ok && set != 0
}

func askedHere(q Question) []diag.Note {
	return []diag.Note{{Place: q.Place, Message: "the question is asked here"}}
}

// unknownQuestion reports a question that an entry may not name: one that none
// of the decisions concerned asks, or not the decision d to which the entry
// otherwise belongs.
func (c *compiler) unknownQuestion(key *matter.Node, d *draft, drafts []*draft) {
	concerned := drafts
	if d != nil {
		concerned = []*draft{d}
	}
	var names []string
	for _, d := range concerned {
		names = append(names, each(d.Questions, func(q Question) string { return q.ID })...)
	}
	other := asker(key.Text, c.drafts)
	if other == nil {
		c.fault("unknown-question", key.Place, c.suggest(key.Text, names, "the questions are "), "no question has the id %q", key.Text)
		return
	}
	page := c.pages[other.Page].File.Path
	hint, by := c.suggest(key.Text, names, "the questions here are "), "another decision, "+page
	if d != nil && slices.Contains(drafts, other) {
		hint = "make two entries of it: each can speak of one decision only"
		by = page + ", and the others here by " + c.pages[d.Page].File.Path
	}
	c.fault("unknown-question", key.Place, hint, "question %q is asked by %s", key.Text, by).Related = askedHere(other.Questions[other.index[key.Text]])
}
