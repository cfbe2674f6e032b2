package decision

import (
	"slices"

	"quandary/internal/diag"
	"quandary/internal/matter"
)

// rules reads the `when` of a page for the decisions that use its kind.
func (c *compiler) rules(page int, users []*draft) {
	p, alts := c.pages[page], map[*draft][]Alternative{}
	vague, at, list := p.Broken, p.File.Place(0, 0), c.shape.List(p.When)
	if p.When != nil {
		at = p.When.Place
	}
	for i, e := range list {
		for _, d := range concerned(e, users) {
			cube, ok := c.cube(e, d)
			if vague = vague || !ok; ok {
				alts[d] = append(alts[d], Alternative{page, cube, e.Place, i + 1, len(e.Fields) == 0})
			}
		}
	}
	for _, d := range users {
		d.blurred = d.blurred || vague
		switch rule := (Rule{page, alts[d], at}); {
		case d.LandsOn == p.Kind:
			d.Landings = append(d.Landings, rule)
			d.vague, d.faulty = d.vague || vague, d.faulty || vague
		case len(rule.Alternatives) > 0 || p.When != nil && len(list) == 0:
			d.Mentions = append(d.Mentions, rule)
		}
	}
}

// concerned returns which of some decisions an entry speaks of: the first that
// asks a question it names, or all of them where it names none.
func concerned(entry *matter.Node, users []*draft) []*draft {
	for i, d := range users {
		for _, f := range entry.Fields {
			if _, asked := d.index[f.Key.Text]; asked {
				return users[i : i+1]
			}
		}
	}
	if entry.Kind == matter.Map && len(entry.Fields) == 0 {
		return users
	}
	return users[:min(len(users), 1)]
}

// cube reads one entry of a `when`. Where that fails, it reports why.
func (c *compiler) cube(entry *matter.Node, d *draft) (cube Cube, ok bool) {
	if d.whole == nil || !c.shape.Map(entry, "an entry of `when`") {
		return nil, false
	}
	cube, ok = slices.Clone(d.whole), true
	for _, f := range entry.Fields {
		if q, known := d.index[f.Key.Text]; known {
			set := c.answers(f.Value, d.Questions[q])
			cube[q] &= set
			ok = ok && set != 0
		} else {
			c.unknownQuestion(f.Key, d)
			ok = false
		}
	}
	return cube, ok
}

// answers reads the answers that an entry allows for a question; none where one
// is unknown.
func (c *compiler) answers(value *matter.Node, q Question) (set Answers) {
	items := value.Items
	if len(items) == 0 {
		items = []*matter.Node{value}
	}
	for _, item := range items {
		i := slices.IndexFunc(q.Answers, func(a Answer) bool { return a.ID == item.Text })
		if i < 0 {
			names := each(q.Answers, func(a Answer) string { return a.ID })
			c.fault("unknown-answer", item.Place, diag.OneOf("the answers", item.Text, names), "question %q has no answer %q", q.ID, item.Text).
				Related = []diag.Note{{Place: q.Place, Message: "the question is asked here"}}
			return 0
		}
		set |= 1 << i
	}
	return set
}

func (c *compiler) unknownQuestion(key *matter.Node, d *draft) {
	names := each(d.Questions, func(q Question) string { return q.ID })
	c.fault("unknown-question", key.Place, diag.OneOf("the questions", key.Text, names), "%s asks no question %q", c.path(d.Page), key.Text)
}

func (c *compiler) path(page int) string { return c.pages[page].File.Path }
