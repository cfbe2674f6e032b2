package decision

import (
	"fmt"
	"slices"

	"quandary/internal/diag"
	"quandary/internal/matter"
	"quandary/internal/source"
)

// Compile reads the decisions of a site and the rules of its pages, and proves
// each decision. There is a verdict for every page with a decision, in page
// order, however faulty it is.
func Compile(pages []Page, kinds []Kind) ([]*Verdict, diag.List) {
	var diags diag.List
	c := &compiler{pages: pages, diags: &diags, shape: matter.Shape{Diags: &diags}, users: map[string][]*draft{}}
	for _, k := range kinds {
		c.kinds = append(c.kinds, k.Name)
	}
	for i := range pages {
		if isDecision(pages[i]) {
			c.drafts = append(c.drafts, c.read(i))
		}
	}
	c.questionsOnce()
	c.assignKinds()
	for i := range pages {
		c.rules(i)
	}
	verdicts := make([]*Verdict, len(c.drafts))
	for i, d := range c.drafts {
		verdicts[i] = c.judge(d)
	}
	return verdicts, diags.Sort()
}

// compiler is what Compile knows so far.
type compiler struct {
	pages  []Page
	kinds  []string
	drafts []*draft
	users  map[string][]*draft // the decisions that land on or bring up a kind
	shape  matter.Shape
	diags  *diag.List
	lost   bool // a decision says wrongly what it lands on or brings up
}

// draft is a decision while it is read.
type draft struct {
	Decision
	index    map[string]int // of questions, by id
	landsOn  *matter.Node   // the value of `lands-on`
	bringsUp []*matter.Node
	after    []*matter.Node // the value of `after`, by question
	silent   []int          // pages of the kind landed on that have no rule for this decision
	broken   bool           // a page of the kind landed on cannot be read
	landed   bool           // the kind landed on is declared and no other decision's
	measured bool           // its questions were read well enough to count combinations
	faulty   bool           // an error was reported
}

// fault reports an error of a decision.
func (c *compiler) fault(d *draft, code string, at source.Place, format string, args ...any) *diag.Diagnostic {
	d.faulty = true
	return c.diags.Add(code, at, fmt.Sprintf(format, args...))
}

// watch runs read, and notes whether it reported an error of the decision.
func (c *compiler) watch(d *draft, read func()) {
	before := len(*c.diags)
	read()
	d.faulty = d.faulty || (*c.diags)[before:].Errors() > 0
}

// questionsOnce reports questions declared by two decisions.
func (c *compiler) questionsOnce() {
	first := map[string]Question{}
	for _, d := range c.drafts {
		for _, q := range d.Questions {
			if before, ok := first[q.ID]; ok {
				c.twice(d, "question", q.ID, q.Place, before.Place)
				continue
			}
			first[q.ID] = q
		}
	}
}

// twice reports a name declared a second time.
func (c *compiler) twice(d *draft, what, name string, at, before source.Place) {
	f := c.fault(d, "decision/duplicate", at, "%s %q is declared twice", what, name)
	f.Hint = "give one of the two another id"
	f.Related = []diag.Note{{Place: before, Message: "declared here first"}}
}

// assignKinds resolves the kinds that decisions land on and bring up.
func (c *compiler) assignKinds() {
	landing := map[string]*draft{}
	for _, d := range c.drafts {
		c.lost = c.lost || d.landsOn == nil
		if d.landsOn != nil && c.kindExists(d, d.landsOn) {
			if first := landing[d.LandsOn]; first != nil {
				f := c.fault(d, "decision/duplicate", d.landsOn.Place, "two decisions land on kind %q", d.LandsOn)
				f.Hint = "let one decision land on it, or give the second a kind of its own"
				f.Related = []diag.Note{{Place: first.landsOn.Place, Message: "the other lands on it here"}}
			} else {
				landing[d.LandsOn], d.landed = d, true
			}
			c.users[d.LandsOn] = append(c.users[d.LandsOn], d)
		}
		for _, n := range d.bringsUp {
			c.bringUp(d, n)
		}
	}
}

func (c *compiler) bringUp(d *draft, n *matter.Node) {
	kind, ok := id(n)
	switch {
	case !ok || !c.kindExists(d, n) || slices.Contains(d.BringsUp, kind):
		return
	case kind == d.LandsOn:
		c.fault(d, "decision/duplicate", n.Place, "the decision both lands on and brings up kind %q", kind).
			Hint = "a reader is shown the page landed on anyway: delete it here"
		return
	}
	d.BringsUp = append(d.BringsUp, kind)
	c.users[kind] = append(c.users[kind], d)
}

func (c *compiler) kindExists(d *draft, n *matter.Node) bool {
	name, _ := id(n)
	if slices.Contains(c.kinds, name) {
		return true
	}
	f := c.fault(d, "decision/unknown-kind", n.Place, "no section declares a kind %q", name)
	f.Hint = suggest(name, c.kinds, "the kinds are ")
	c.lost = true
	return false
}
