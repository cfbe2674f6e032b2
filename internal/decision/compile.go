package decision

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"quandary/internal/diag"
	"quandary/internal/matter"
	"quandary/internal/source"
)

// Compile reads the decisions of a site and the rules of its pages, and proves
// each decision. kinds are the names of the kinds that the site declares. There
// is a verdict for every page with a decision, in page order, however faulty.
func Compile(pages []Page, kinds []string) ([]*Verdict, diag.List) {
	var diags diag.List
	var decisions []*Decision
	c := &compiler{matter.Shape{Diags: &diags}, kinds, map[string]source.Place{}, map[string][]*Decision{}}
	for i, p := range pages {
		// Without a kind, a key `decision` may be another tool's.
		if p.Decision != nil && (p.Kind != "" || p.Decision.Get("questions") != nil || p.Decision.Get("lands-on") != nil) {
			d := &Decision{Page: i, pages: pages}
			decisions = append(decisions, d)
			c.watch(func() { c.readDecision(d) }, d)
		}
	}
	for i, p := range pages {
		users := c.users[p.Kind]
		c.watch(func() { c.rules(i, p, users) }, users...)
	}
	verdicts := each(decisions, c.judge)
	return verdicts, diags.Sort()
}

// compiler is what Compile knows so far.
type compiler struct {
	matter.Shape
	kinds []string
	taken map[string]source.Place // names, and where they were declared
	users map[string][]*Decision  // the decisions that land on or bring up a kind
}

// report adds a diagnostic: an error, but for four codes.
func (c *compiler) report(code string, at source.Place, hint, format string, args ...any) *diag.Diagnostic {
	d := c.Diags.Add("decision/"+code, at, fmt.Sprintf(format, args...))
	if d.Hint = hint; slices.Contains([]string{"redundant", "irrelevant", "never", "always"}, code) {
		d.Severity = diag.Warning
	}
	return d
}

// watch runs work, and notes of decisions whether it reported an error.
func (c *compiler) watch(work func(), drafts ...*Decision) {
	before := len(*c.Diags)
	work()
	for _, d := range drafts {
		d.Faulty = d.Faulty || (*c.Diags)[before:].Errors() > 0
	}
}

// rules reads the `when` of a page for the decisions that use its kind.
func (c *compiler) rules(page int, p Page, users []*Decision) {
	alts := map[*Decision][]Alternative{}
	vague, list := p.Broken, c.List(p.When)
	at := cmp.Or(p.When, &matter.Node{Place: p.File.Place(0, 0)}).Place
	for i, e := range list {
		for _, d := range concerned(e, users) {
			cube, ok := c.cube(e, d)
			if vague = vague || !ok; ok {
				alts[d] = append(alts[d], Alternative{page, cube, e.Place, i + 1, len(e.Fields) == 0})
			}
		}
	}
	for _, d := range users {
		rule, most := Rule{page, alts[d], at}, 4
		if d.LandsOn == p.Kind {
			d.Landings, most = append(d.Landings, rule), 1
		} else if len(rule.Alternatives) > 0 || p.When != nil && len(list) == 0 {
			d.Mentions = append(d.Mentions, rule)
		}
		if vague {
			d.provable, d.Faulty = min(d.provable, most), true
		}
	}
}

// concerned returns which of some decisions an entry speaks of: those that ask a
// question it names, or all of them where it names none.
func concerned(entry *matter.Node, users []*Decision) []*Decision {
	keys := each(entry.Fields, func(f matter.Field) string { return f.Key.Text })
	asks := func(d *Decision) bool {
		return len(keys) == 0 || slices.ContainsFunc(keys, func(key string) bool { return slices.Contains(d.names, key) })
	}
	if some := keep(users, asks); len(some) > 0 {
		return some
	}
	return users[:min(len(users), 1)]
}

// cube reads one entry of a `when`. Where that fails, it reports why.
func (c *compiler) cube(entry *matter.Node, d *Decision) (cube Cube, ok bool) {
	if d.whole == nil || !c.Map(entry, "an entry of `when`") {
		return nil, false
	}
	cube, ok = slices.Clone(d.whole), true
	for _, f := range entry.Fields {
		q := c.find("question", f.Key, d.names, d.path(d.Page))
		if ok = ok && q >= 0; q >= 0 {
			cube[q] = c.answers(f.Value, d.Questions[q])
			ok = ok && cube[q] != 0
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
	names := each(q.Answers, func(a Answer) string { return a.ID })
	for _, item := range items {
		i := c.find("answer", item, names, "question "+strconv.Quote(q.ID))
		if i < 0 {
			return 0
		}
		set |= 1 << i
	}
	return set
}

func (d *Decision) path(page int) string { return d.pages[page].File.Path }
