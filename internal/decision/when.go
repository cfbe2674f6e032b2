package decision

import (
	"fmt"
	"slices"
	"strings"

	"quandary/internal/diag"
	"quandary/internal/matter"
)

// entries returns the alternatives of a `when`: a list, or a map that is short
// for a list of one.
func entries(n *matter.Node) []*matter.Node {
	switch {
	case n == nil || n.Kind == matter.Null:
		return nil
	case n.Kind == matter.List:
		return n.Items
	}
	return []*matter.Node{n}
}

// rules reads the `when` of a page into the decisions that its kind concerns.
func (c *compiler) rules(page int) {
	p := c.pages[page]
	users := c.users[p.Kind]
	if p.Kind == "" || len(users) == 0 {
		c.unused(p)
		return
	}
	alternatives := map[*draft][]Alternative{}
	before := len(*c.diags)
	for i, e := range entries(p.When) {
		for _, r := range c.resolve(e, users) {
			a := Alternative{Cube: r.cube, Place: e.Place, Number: i + 1, loose: r.loose, bare: len(e.Fields) == 0}
			alternatives[r.draft] = append(alternatives[r.draft], a)
		}
	}
	faulty := (*c.diags)[before:].Errors() > 0
	for _, d := range users {
		d.faulty = d.faulty || faulty
		rule := Rule{Page: page, Alternatives: alternatives[d]}
		switch {
		case p.Kind == d.LandsOn && len(rule.Alternatives) > 0:
			d.Landings = append(d.Landings, rule)
		case p.Kind == d.LandsOn && p.Broken:
			d.broken, d.faulty = true, true
		case p.Kind == d.LandsOn:
			d.silent = append(d.silent, page)
		case len(rule.Alternatives) > 0:
			d.Mentions = append(d.Mentions, rule)
		case p.WhenKey != nil && len(entries(p.When)) == 0:
			c.never(p)
		}
	}
}

// never reports a `when` that lists no alternative, on a page brought up.
func (c *compiler) never(p Page) {
	c.diags.Warn("decision/never", p.WhenKey.Place, "this `when` is empty, so the page is never brought up").
		Hint = "say when, or write `when: {}` to bring it up every time, or delete the key"
}

// unused warns of rules that nothing asks for. A key `when` is left alone in a
// site without decisions; and where the page's section declares no kind, so
// that it may be another tool's, unless it names a question of ours.
func (c *compiler) unused(p Page) {
	if len(c.drafts) == 0 || c.lost || p.WhenKey == nil || p.Kind == "" && !c.namesQuestion(p.When) {
		return
	}
	what := "pages of kind " + fmt.Sprintf("%q", p.Kind)
	if p.Kind == "" {
		what = "this page, whose section declares no kind"
	}
	c.diags.Warn("decision/unused", p.WhenKey.Place, "no decision lands on or brings up "+what+", so this `when` does nothing").
		Hint = "name the kind in the `lands-on` or `brings-up` of a decision, or delete the key"
}

func (c *compiler) namesQuestion(when *matter.Node) bool {
	for _, e := range entries(when) {
		for _, f := range e.Fields {
			if _, ok := owner(f.Key.Text, c.drafts); ok {
				return true
			}
		}
	}
	return false
}

// owner returns the first of the decisions that asks a question.
func owner(question string, drafts []*draft) (*draft, bool) {
	i := slices.IndexFunc(drafts, func(d *draft) bool { _, ok := d.index[question]; return ok })
	if i < 0 {
		return nil, false
	}
	return drafts[i], true
}

// resolved is one entry as one decision understands it.
type resolved struct {
	draft *draft
	cube  Cube
	loose bool
}

// resolve reads one entry of a `when`. It belongs to the decision that asks
// the questions it names, which has to be one of those given; an entry that
// names none belongs to all of them. Where it is at fault, its cube is the
// widest that the writer may have meant, so that what is missing even then is
// missing for certain.
func (c *compiler) resolve(entry *matter.Node, drafts []*draft) (rs []resolved) {
	if entry.Kind != matter.Map {
		c.shape.Map(entry, "an entry of `when`")
		(*c.diags)[len(*c.diags)-1].Hint = "name questions and answers, as in {impact: none}; `when: {}` always holds"
	}
	d := c.belongs(entry, drafts)
	if d == nil {
		for _, d := range drafts {
			rs = append(rs, resolved{d, slices.Clone(d.whole), entry.Kind != matter.Map || len(entry.Fields) > 0})
		}
		for _, f := range entry.Fields {
			c.unknownQuestion(f.Key, drafts)
		}
		return rs
	}
	r := resolved{draft: d, cube: slices.Clone(d.whole)}
	for _, f := range entry.Fields {
		q, ok := d.index[f.Key.Text]
		if !ok {
			c.strayQuestion(f.Key, d, drafts)
			r.loose = true
			continue
		}
		set, ok := c.answers(f, d.Questions[q])
		r.loose = r.loose || !ok
		if ok {
			r.cube[q] &= set
		}
	}
	return []resolved{r}
}

// belongs returns the decision that asks the most of the questions named.
func (c *compiler) belongs(entry *matter.Node, drafts []*draft) (best *draft) {
	most := 0
	for _, d := range drafts {
		n := 0
		for _, f := range entry.Fields {
			if _, ok := d.index[f.Key.Text]; ok {
				n++
			}
		}
		if n > most {
			best, most = d, n
		}
	}
	return best
}

// answers reads the answers that an entry allows for a question.
func (c *compiler) answers(f matter.Field, q Question) (set Answers, ok bool) {
	items := []*matter.Node{f.Value}
	if f.Value.Kind == matter.List {
		items = f.Value.Items
	}
	if len(items) == 0 || f.Value.Kind == matter.Null && f.Value.Text == "" {
		c.diags.Add("field/required", f.Key.Place, fmt.Sprintf("question %q is given no answer", q.ID)).
			Hint = "name one or more, or leave the question out where any will do"
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
			d := c.diags.Add("decision/unknown-answer", item.Place, fmt.Sprintf("question %q has no answer %q", q.ID, name))
			d.Hint = suggest(name, ids(q.Answers), "the answers are ")
			d.Related = []diag.Note{{Place: q.Place, Message: "the question is asked here"}}
			ok = false
		default:
			set |= 1 << i
		}
	}
	return set, ok && set != 0
}

func ids(answers []Answer) (names []string) {
	for _, a := range answers {
		names = append(names, a.ID)
	}
	return names
}

// strayQuestion reports a question that the decision d, to which an entry
// otherwise belongs, does not ask.
func (c *compiler) strayQuestion(key *matter.Node, d *draft, drafts []*draft) {
	other, ok := owner(key.Text, drafts)
	if !ok {
		c.unknownQuestion(key, []*draft{d})
		return
	}
	f := c.diags.Add("decision/unknown-question", key.Place, fmt.Sprintf("question %q is asked by %s, and the others here by %s",
		key.Text, c.pages[other.Page].File.Path, c.pages[d.Page].File.Path))
	f.Hint = "make two entries of it: each can speak of one decision only"
	f.Related = []diag.Note{{Place: other.Questions[other.index[key.Text]].Place, Message: "the question is asked here"}}
}

// unknownQuestion reports a question that none of the decisions asks.
func (c *compiler) unknownQuestion(key *matter.Node, drafts []*draft) {
	var names []string
	for _, d := range drafts {
		for _, q := range d.Questions {
			names = append(names, q.ID)
		}
	}
	if other, ok := owner(key.Text, c.drafts); ok {
		page := c.pages[other.Page].File.Path
		f := c.diags.Add("decision/unknown-question", key.Place, fmt.Sprintf("question %q is asked by another decision, %s", key.Text, page))
		f.Hint = suggest(key.Text, names, "the questions here are ")
		f.Related = []diag.Note{{Place: other.Questions[other.index[key.Text]].Place, Message: "the question is asked here"}}
		return
	}
	f := c.diags.Add("decision/unknown-question", key.Place, fmt.Sprintf("no question has the id %q", key.Text))
	f.Hint = suggest(key.Text, names, "the questions are ")
}

// suggest returns the nearest name as a hint, or all of them.
func suggest(name string, names []string, list string) string {
	if hint := diag.DidYouMean(name, names); hint != "" || len(names) == 0 {
		return hint
	}
	shown := names[:min(len(names), 8)]
	if len(shown) < len(names) {
		return list + strings.Join(shown, ", ") + " and others"
	}
	return list + strings.Join(shown, ", ")
}
