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
	c := &compiler{
		pages: pages, diags: &diags, shape: matter.Shape{Diags: &diags},
		kinds: each(kinds, func(k Kind) string { return k.Name }),
		asked: map[string]source.Place{}, landing: map[string]*draft{}, users: map[string][]*draft{},
	}
	for i := range pages {
		if isDecision(pages[i]) {
			d := &draft{Decision: Decision{Page: i}, index: map[string]int{}}
			c.drafts = append(c.drafts, d)
			c.watch(func() { c.read(d) }, d)
		}
	}
	for _, d := range c.drafts {
		c.watch(func() { c.useKinds(d) }, d)
	}
	for i := range pages {
		c.rules(i)
	}
	verdicts := each(c.drafts, c.judge)
	return verdicts, diags.Sort()
}

// compiler is what Compile knows so far.
type compiler struct {
	pages   []Page
	kinds   []string
	drafts  []*draft
	asked   map[string]source.Place // where a question is asked first
	landing map[string]*draft       // the decision that lands on a kind
	users   map[string][]*draft     // the decisions that land on or bring up a kind
	shape   matter.Shape
	diags   *diag.List
	guesses int  // names looked for among others
	lost    bool // a decision says wrongly what it lands on or brings up
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
	cut      bool           // it is too large to be read to the end, so that not all its names are known
	faulty   bool           // an error was reported
}

// fault reports an error.
func (c *compiler) fault(code string, at source.Place, hint, format string, args ...any) *diag.Diagnostic {
	d := c.diags.Add("decision/"+code, at, fmt.Sprintf(format, args...))
	d.Hint = hint
	return d
}

// warn reports what may be meant.
func (c *compiler) warn(code string, at source.Place, hint, message string) *diag.Diagnostic {
	d := c.diags.Warn("decision/"+code, at, message)
	d.Hint = hint
	return d
}

// missing reports a key that has to be there.
func (c *compiler) missing(at source.Place, message, hint string) {
	c.diags.Add("field/missing", at, message).Hint = hint
}

// watch runs work, and notes of decisions whether it reported an error.
func (c *compiler) watch(work func(), drafts ...*draft) {
	before := len(*c.diags)
	work()
	for _, d := range drafts {
		d.faulty = d.faulty || (*c.diags)[before:].Errors() > 0
	}
}

// useKinds resolves the kinds that a decision lands on and brings up.
func (c *compiler) useKinds(d *draft) {
	if d.landsOn == nil {
		c.lost = true
	} else if c.kindExists(d.landsOn) {
		if first := c.landing[d.LandsOn]; first != nil {
			c.fault("duplicate", d.landsOn.Place, "let one decision land on it, or give the second a kind of its own", "two decisions land on kind %q", d.LandsOn).
				Related = []diag.Note{{Place: first.landsOn.Place, Message: "the other lands on it here"}}
		} else {
			c.landing[d.LandsOn], d.landed = d, true
		}
		c.users[d.LandsOn] = append(c.users[d.LandsOn], d)
	}
	for _, n := range d.bringsUp {
		kind, ok := id(n)
		switch {
		case !ok || !c.kindExists(n) || slices.Contains(d.BringsUp, kind):
		case kind == d.LandsOn:
			c.fault("duplicate", n.Place, "a reader is shown the page landed on anyway: delete it here", "the decision both lands on and brings up kind %q", kind)
		default:
			d.BringsUp = append(d.BringsUp, kind)
			c.users[kind] = append(c.users[kind], d)
		}
	}
}

func (c *compiler) kindExists(n *matter.Node) bool {
	name, _ := id(n)
	if slices.Contains(c.kinds, name) {
		return true
	}
	c.fault("unknown-kind", n.Place, c.suggest(name, c.kinds, "the kinds are "), "no section declares a kind %q", name)
	c.lost = true
	return false
}
