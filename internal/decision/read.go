package decision

import (
	"math/big"
	"slices"
	"strings"

	"quandary/internal/diag"
	"quandary/internal/matter"
	"quandary/internal/source"
)

var decisionKeys = []string{"lands-on", "brings-up", "questions", "impossible"}

// isDecision reports whether a page carries a decision. Where its section
// declares no kind, a key `decision` may be another tool's, as in records of
// architecture decisions: then it takes a key of ours below it to be one.
func isDecision(p Page) bool {
	if p.Decision == nil || p.Kind != "" {
		return p.Decision != nil
	}
	return slices.ContainsFunc(decisionKeys, func(key string) bool { return p.Decision.Get(key) != nil })
}

// read reads the decision of a page. Kinds and rules are resolved later.
func (c *compiler) read(page int) *draft {
	d := &draft{Decision: Decision{Page: page}, index: map[string]int{}, measured: true}
	n := c.pages[page].Decision
	c.watch(d, func() {
		if !c.shape.Map(n, "decision") {
			d.measured = false
			return
		}
		c.shape.Keys(n, "a decision", decisionKeys...)
		at := c.pages[page].DecisionKey.Place
		d.LandsOn, d.landsOn = c.name(n, at, "a decision", "lands-on", "the kind of page that every reader lands on one of")
		d.bringsUp = c.shape.Texts(n.Get("brings-up"), "brings-up")
		c.readQuestions(d, n, at)
		c.readAfter(d)
		for i, e := range c.shape.List(n.Get("impossible")) {
			c.readImpossible(d, e, i+1)
		}
	})
	return d
}

// id returns a name as written, whatever YAML makes of it: `null` and `~` too.
func id(n *matter.Node) (string, bool) {
	if n == nil || n.Kind != matter.Text && n.Kind != matter.Null {
		return "", false
	}
	return n.Text, n.Text != ""
}

// name reads a key that has to be there. at is whom to blame where it is not;
// owner and what say in words whose key it is and what it is for.
func (c *compiler) name(n *matter.Node, at source.Place, owner, key, what string) (string, *matter.Node) {
	v := n.Get(key)
	if text, ok := id(v); ok {
		return text, v
	}
	if v != nil && v.Kind != matter.Null && v.Kind != matter.Text {
		c.shape.Text(v, key)
		return "", nil
	}
	if v != nil {
		at = v.Place
	}
	c.diags.Add("field/required", at, owner+" has no `"+key+"`").Hint = "give it " + what
	return "", nil
}

func (c *compiler) readQuestions(d *draft, n *matter.Node, at source.Place) {
	list := n.Get("questions")
	items := c.shape.List(list)
	if len(items) == 0 {
		if list != nil {
			at = list.Place
		}
		c.diags.Add("field/required", at, "a decision has no `questions`").Hint = "ask the reader something: without a question, there is nothing to decide"
		d.measured = false
	}
	if len(items) > MaxQuestions {
		c.fault(d, "decision/too-large", list.Place, "the decision asks %d questions, and the limit is %d: %s", len(items), MaxQuestions, notProven).
			Hint = smaller
		items, d.measured = items[:MaxQuestions], false
	}
	for _, item := range items {
		c.readQuestion(d, item)
	}
	readers := big.NewInt(1)
	for _, q := range d.Questions {
		d.whole = append(d.whole, every(len(q.Answers)))
		d.measured = d.measured && len(q.Answers) > 0
		readers.Mul(readers, big.NewInt(int64(len(q.Answers))))
	}
	if readers.BitLen() > maxReaders {
		c.fault(d, "decision/too-large", list.Place, "the answers combine in more than 2^%d ways, which is the limit: %s", maxReaders, notProven).
			Hint = smaller
		d.measured = false
	}
}

const (
	notProven = "it is not proven that every reader lands on exactly one page"
	smaller   = "make two decisions of it, of which one leads to the other"
)

func (c *compiler) readQuestion(d *draft, n *matter.Node) {
	if !c.shape.Map(n, "a question") {
		d.measured = false
		return
	}
	c.shape.Keys(n, "a question", "id", "ask", "help", "after", "answers")
	q := Question{Place: n.Place}
	name, at := c.name(n, n.Place, "a question", "id", "the name that rules call it by, as in `id: team`")
	if at != nil {
		q.ID, q.Place = name, at.Place
	}
	q.Ask, _ = c.name(n, q.Place, "a question", "ask", "the sentence that the reader is shown")
	q.Help, _ = c.shape.Text(n.Get("help"), "help")
	q.Answers = c.readAnswers(d, n.Get("answers"), q)
	if before, ok := d.index[q.ID]; ok && q.ID != "" {
		c.twice(d, "question", q.ID, q.Place, d.Questions[before].Place)
		return
	}
	d.index[q.ID] = len(d.Questions)
	d.Questions = append(d.Questions, q)
	d.after = append(d.after, n.Get("after"))
}

func (c *compiler) readAnswers(d *draft, n *matter.Node, q Question) (answers []Answer) {
	items := c.shape.List(n)
	if len(items) < 2 {
		at := q.Place
		if n != nil {
			at = n.Place
		}
		c.diags.Add("field/required", at, "a question has fewer than two answers").
			Hint = "give the reader a choice, as in `answers: [{id: yes, label: \"Yes, they do\"}, {id: no, label: \"No\"}]`"
	}
	if len(items) > MaxAnswers {
		c.fault(d, "decision/too-large", n.Place, "question %q has %d answers, and the limit is %d: %s", q.ID, len(items), MaxAnswers, notProven).
			Hint = "group the answers, and ask for the detail in a second question"
		items, d.measured = items[:MaxAnswers], false
	}
	first := map[string]source.Place{}
	for _, item := range items {
		if !c.shape.Map(item, "an answer") {
			continue
		}
		c.shape.Keys(item, "an answer", "id", "label")
		a := Answer{Place: item.Place}
		name, at := c.name(item, item.Place, "an answer", "id", "the name that rules call it by, as in `id: new`")
		if at != nil {
			a.ID, a.Place = name, at.Place
		}
		a.Label, _ = c.name(item, a.Place, "an answer", "label", "the words that the reader chooses by")
		if before, ok := first[a.ID]; ok && a.ID != "" {
			c.twice(d, "answer", a.ID, a.Place, before)
			continue
		}
		first[a.ID] = a.Place
		answers = append(answers, a)
	}
	return answers
}

// readAfter resolves every question's `after`, and finds circles.
func (c *compiler) readAfter(d *draft) {
	for i, n := range d.after {
		for _, name := range c.shape.Texts(n, "after") {
			if q, ok := d.index[name.Text]; ok {
				d.Questions[i].After = append(d.Questions[i].After, q)
				continue
			}
			c.unknownQuestion(name, []*draft{d})
		}
	}
	state := make([]int8, len(d.Questions)) // 1: on the path, 2: done
	var path []int
	var visit func(q int)
	visit = func(q int) {
		state[q], path = 1, append(path, q)
		for _, next := range d.Questions[q].After {
			switch state[next] {
			case 0:
				visit(next)
			case 1:
				c.circle(d, path[slices.Index(path, next):])
			}
		}
		state[q], path = 2, path[:len(path)-1]
	}
	for q := range d.Questions {
		if state[q] == 0 {
			visit(q)
		}
	}
}

// circle reports questions that each wait for the next, and the last for the first.
func (c *compiler) circle(d *draft, path []int) {
	var names []string
	var notes []diag.Note
	for _, q := range path {
		names = append(names, d.Questions[q].ID)
		notes = append(notes, diag.Note{Place: d.after[q].Place, Message: "`after` of \"" + d.Questions[q].ID + "\""})
	}
	f := c.fault(d, "decision/after-cycle", notes[0].Place, "`after` runs in a circle, so none of these could be asked first: %s",
		strings.Join(append(names, names[0]), " after "))
	f.Hint = "delete one of these `after`"
	f.Related = notes[1:]
}

func (c *compiler) readImpossible(d *draft, n *matter.Node, number int) {
	if !c.shape.Map(n, "an impossible combination") {
		return
	}
	c.shape.Keys(n, "an impossible combination", "when", "because")
	because, ok := id(n.Get("because"))
	if !ok {
		at := n.Place
		if b := n.Get("because"); b != nil {
			at = b.Place
		}
		c.fault(d, "decision/impossible", at, "impossible combination %d gives no reason", number).
			Hint = "write `because:` and why no reader can be in it"
	}
	when := n.Get("when")
	if when == nil || len(entries(when)) == 0 {
		c.diags.Add("field/required", n.Place, "an impossible combination has no `when`").Hint = "give it the answers that no reader can give together, as in `when: {impact: none, team: split}`"
		return
	}
	for _, e := range entries(when) {
		for _, r := range c.resolve(e, []*draft{d}) {
			d.Impossible = append(d.Impossible, Impossible{Cube: r.cube, Because: because, Place: e.Place, loose: r.loose})
		}
	}
}
