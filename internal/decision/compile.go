package decision

import (
	"fmt"

	"quandary/internal/diag"
	"quandary/internal/matter"
	"quandary/internal/source"
)

// Compile reads the decisions of a site and the rules of its pages, and proves
// each decision. kinds are the names of the kinds that the site declares. There
// is a verdict for every page with a decision, in page order, however faulty.
func Compile(pages []Page, kinds []string) ([]*Verdict, diag.List) {
	var diags diag.List
	c := &compiler{
		pages: pages, kinds: kinds, diags: &diags, shape: matter.Shape{Diags: &diags},
		taken: map[string]source.Place{}, users: map[string][]*draft{},
	}
	for i, p := range pages {
		// Without a kind, a key `decision` may be another tool's.
		if p.Decision != nil && (p.Kind != "" || p.Decision.Get("questions") != nil || p.Decision.Get("lands-on") != nil) {
			d := &draft{Decision: Decision{Page: i}, index: map[string]int{}}
			c.drafts = append(c.drafts, d)
			c.watch(func() { c.read(d) }, d)
		}
	}
	for i := range pages {
		users := c.users[pages[i].Kind]
		c.watch(func() { c.rules(i, users) }, users...)
	}
	verdicts := each(c.drafts, c.judge)
	return verdicts, diags.Sort()
}

// compiler is what Compile knows so far.
type compiler struct {
	pages  []Page
	kinds  []string
	drafts []*draft
	taken  map[string]source.Place // names, and where they were declared
	users  map[string][]*draft     // the decisions that land on or bring up a kind
	shape  matter.Shape
	diags  *diag.List
}

// draft is a decision while it is read.
type draft struct {
	Decision
	lands   *matter.Node   // the value of `lands-on`
	index   map[string]int // of questions, by id
	after   []*matter.Node // the value of `after`, by question
	unsure  bool           // not all that is impossible could be read
	vague   bool           // nor all rules of the pages landed on
	blurred bool           // nor all of any page
	faulty  bool           // an error was reported
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

// watch runs work, and notes of decisions whether it reported an error.
func (c *compiler) watch(work func(), drafts ...*draft) {
	before := len(*c.diags)
	work()
	for _, d := range drafts {
		d.faulty = d.faulty || (*c.diags)[before:].Errors() > 0
	}
}
