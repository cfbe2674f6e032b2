package decision

import (
	"cmp"
	"math/big"
	"slices"
	"strings"

	"quandary/internal/diag"
	"quandary/internal/matter"
	"quandary/internal/source"
)

var decisionKeys = []string{"lands-on", "brings-up", "questions", "impossible"}

// purposes says of each key that has to be there what it is for.
var purposes = map[string]string{
	"lands-on": "the kind of page that every reader lands on one of",
	"id":       "the name that rules call it by, as in `id: team`",
	"ask":      "the sentence that the reader is shown",
	"label":    "the words that the reader chooses by",
}

const (
	notProven = "it is not proven that every reader lands on exactly one page"
	smaller   = "make two decisions of it, of which one leads to the other"
)

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
func (c *compiler) read(d *draft) {
	n, at := c.pages[d.Page].Decision, c.pages[d.Page].DecisionKey.Place
	if !c.shape.Map(n, "decision") {
		return
	}
	c.shape.Keys(n, "a decision", decisionKeys...)
	d.LandsOn, d.landsOn = c.text(n, at, "a decision", "lands-on")
	d.bringsUp = c.shape.Texts(n.Get("brings-up"), "brings-up")
	c.readQuestions(d, n.Get("questions"), at)
	c.readAfter(d)
	for i, e := range c.shape.List(n.Get("impossible")) {
		c.readImpossible(d, e, i+1)
	}
}

// id returns a name as written, whatever YAML makes of it: `null` and `~` too.
func id(n *matter.Node) (string, bool) {
	if n == nil || n.Kind != matter.Text && n.Kind != matter.Null {
		return "", false
	}
	return n.Text, n.Text != ""
}

// place returns where a node is, or else the place to blame for its absence.
func place(n *matter.Node, at source.Place) source.Place {
	if n != nil {
		return n.Place
	}
	return at
}

// text reads a key that has to be there.
func (c *compiler) text(n *matter.Node, at source.Place, owner, key string) (string, *matter.Node) {
	v := n.Get(key)
	if text, ok := id(v); ok {
		return text, v
	}
	if v == nil || v.Kind == matter.Null || v.Kind == matter.Text {
		c.missing(place(v, at), owner+" has no `"+key+"`", "give it "+purposes[key])
	} else {
		c.shape.Text(v, key)
	}
	return "", nil
}

// named reads what questions and answers have in common, an id and words for
// the reader. at is where the id stands.
func (c *compiler) named(n *matter.Node, owner, words string, more ...string) (name, text string, at source.Place, ok bool) {
	if !c.shape.Map(n, owner) {
		return "", "", at, false
	}
	c.shape.Keys(n, owner, append([]string{"id", words}, more...)...)
	name, v := c.text(n, n.Place, owner, "id")
	at = place(v, n.Place)
	text, _ = c.text(n, at, owner, words)
	return name, text, at, true
}

func (c *compiler) tooLarge(d *draft, at source.Place, hint, format string, args ...any) {
	c.fault("too-large", at, hint, format+": "+notProven, args...)
	d.measured, d.cut = false, true
}

func (c *compiler) twice(what, name string, at, before source.Place) {
	c.fault("duplicate", at, "give one of the two another id", "%s %q is declared twice", what, name).
		Related = []diag.Note{{Place: before, Message: "declared here first"}}
}

func (c *compiler) readQuestions(d *draft, list *matter.Node, at source.Place) {
	items := c.shape.List(list)
	if d.measured = len(items) > 0; !d.measured {
		c.missing(place(list, at), "a decision has no `questions`", "ask the reader something: without a question, there is nothing to decide")
	}
	if len(items) > MaxQuestions {
		c.tooLarge(d, list.Place, smaller, "the decision asks %d questions, and the limit is %d", len(items), MaxQuestions)
		items = items[:MaxQuestions]
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
		c.tooLarge(d, list.Place, smaller, "the answers combine in more than 2^%d ways, which is the limit", maxReaders)
	}
}

func (c *compiler) readQuestion(d *draft, n *matter.Node) {
	var q Question
	var ok bool
	if q.ID, q.Ask, q.Place, ok = c.named(n, "a question", "ask", "help", "after", "answers"); !ok {
		d.measured = false
		return
	}
	d.measured = d.measured && q.ID != ""
	q.Help, _ = c.shape.Text(n.Get("help"), "help")
	q.Answers = c.readAnswers(d, n.Get("answers"), q)
	if before, ok := c.asked[q.ID]; ok && q.ID != "" {
		c.twice("question", q.ID, q.Place, before)
		if _, ok := d.index[q.ID]; ok {
			return
		}
	} else {
		c.asked[q.ID] = q.Place
	}
	d.index[q.ID] = len(d.Questions)
	d.Questions = append(d.Questions, q)
	d.after = append(d.after, n.Get("after"))
}

func (c *compiler) readAnswers(d *draft, list *matter.Node, q Question) (answers []Answer) {
	items := c.shape.List(list)
	if len(items) < 2 {
		c.missing(place(list, q.Place), "a question has fewer than two answers", "give the reader a choice, as in `answers: [{id: yes, label: \"Yes, they do\"}, {id: no, label: \"No\"}]`")
	}
	if len(items) > MaxAnswers {
		c.tooLarge(d, list.Place, "group the answers, and ask for the detail in a second question", "question %q has %d answers, and the limit is %d", q.ID, len(items), MaxAnswers)
		items = items[:MaxAnswers]
	}
	for _, item := range items {
		var a Answer
		var ok bool
		if a.ID, a.Label, a.Place, ok = c.named(item, "an answer", "label"); !ok || a.ID == "" {
			d.measured = false
			continue
		}
		if i := slices.IndexFunc(answers, func(b Answer) bool { return b.ID == a.ID }); i >= 0 {
			c.twice("answer", a.ID, a.Place, answers[i].Place)
			continue
		}
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
			} else if !d.cut {
				c.unknownQuestion(name, nil, []*draft{d})
			}
		}
	}
	done := make([]bool, len(d.Questions))
	var visit func(q int, path []int)
	visit = func(q int, path []int) {
		if i := slices.Index(path, q); i >= 0 {
			c.circle(d, path[i:])
			return
		}
		for _, next := range d.Questions[q].After {
			if !done[next] {
				visit(next, append(path, q))
			}
		}
		done[q] = true
	}
	for q := range d.Questions {
		if !done[q] {
			visit(q, nil)
		}
	}
}

// circle reports questions that each wait for the next, and the last for the first.
func (c *compiler) circle(d *draft, path []int) {
	text := ""
	var notes []diag.Note
	for _, q := range path {
		text += d.Questions[q].ID + " after "
		notes = append(notes, diag.Note{Place: d.after[q].Place, Message: "`after` of \"" + d.Questions[q].ID + "\""})
	}
	c.fault("after-cycle", notes[0].Place, "delete one of these `after`",
		"`after` runs in a circle, so none of these could be asked first: %s", text+d.Questions[path[0]].ID).Related = notes[1:]
}

func (c *compiler) readImpossible(d *draft, n *matter.Node, number int) {
	if !c.shape.Map(n, "an impossible combination") {
		return
	}
	c.shape.Keys(n, "an impossible combination", "when", "because")
	because, ok := id(n.Get("because"))
	if !ok {
		c.fault("impossible", place(n.Get("because"), n.Place), "write `because:` and why no reader can be in it", "impossible combination %d gives no reason", number)
	}
	list := c.shape.List(n.Get("when"))
	if len(list) == 0 {
		c.missing(n.Place, "an impossible combination has no `when`", "give it the answers that no reader can give together, as in `when: {impact: none, team: split}`")
	}
	for _, e := range list {
		for _, r := range c.resolve(e, 0, []*draft{d}) {
			d.Impossible = append(d.Impossible, Impossible{Cube: r.Cube, Because: because, Place: e.Place, loose: r.loose})
		}
	}
}

// maxGuesses is how many names of a site are compared with others at most.
const maxGuesses = 1000

// suggest returns the nearest name as a hint, or all of them.
func (c *compiler) suggest(name string, names []string, list string) (hint string) {
	if c.guesses++; len(names) == 0 {
		return ""
	} else if c.guesses <= maxGuesses {
		hint = diag.DidYouMean(name, names)
	}
	return cmp.Or(hint, list+strings.Join(names[:min(len(names), 8)], ", ")+map[bool]string{true: " and others"}[len(names) > 8])
}
