package decision

import (
	"cmp"
	"fmt"
	"math"
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
	c := &compiler{Shape: matter.Shape{Diags: &diags}, kinds: kinds, taken: map[string]source.Place{}, users: map[string][]*Decision{}}
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
		if len(users) > 0 { // a kind that is misspelt may mean this one
			users = append(slices.Clip(users), keep(c.users[unknown], func(d *Decision) bool { return !slices.Contains(users, d) })...)
		}
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

// unknown stands for a kind that is none: what brings it up may mean any other.
const unknown = "\x00"

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

// readDecision reads the decision of a page.
func (c *compiler) readDecision(d *Decision) {
	n := d.pages[d.Page].Decision
	into := matter.Into{"lands-on": &d.LandsOn, "brings-up": nil, "questions": nil, "impossible": nil}
	if _, _, ok := c.record(n, "a decision", into, "lands-on", "questions"); !ok {
		return
	}
	items, ok, ways := c.List(n.Get("questions")), true, 0.0
	for _, item := range items {
		ok = c.readQuestion(d, item) && ok
	}
	ok = c.limit(MaxQuestions, len(items), n, "the decision asks %d questions, and the limit is %d") && ok
	for _, q := range d.Questions {
		ways += math.Log2(float64(len(q.Answers)))
	}
	ok = ok && c.limit(maxReaders, int(math.Ceil(ways)), n, "the answers combine in 2^%d ways, and the limit is 2^%d")
	if ok && len(d.Questions) > 0 {
		d.whole, d.provable = each(d.Questions, func(q Question) Answers { return every(len(q.Answers)) }), 5
		c.readAfter(d)
	}
	c.uses(d, n.Get("lands-on"), n.Get("brings-up"))
	for i, item := range c.List(n.Get("impossible")) {
		c.readImpossible(d, item, i+1)
	}
}

// record reads a map: its texts into the places given. It returns its id, as
// written whatever YAML makes of it, and where that stands, and reports which
// of the keys that it must have are missing.
func (c *compiler) record(n *matter.Node, owner string, into matter.Into, must ...string) (string, source.Place, bool) {
	if !c.Map(n, owner) {
		return "", n.Place, false
	}
	c.Read(n, owner, into)
	for _, key := range must {
		if v := n.Get(key); v == nil || v.Text == "" && v.Items == nil && v.Kind != matter.Map {
			c.Diags.Add("field/missing", n.Place, owner+" has no `"+key+"`")
		}
	}
	id := cmp.Or(n.Get("id"), &matter.Node{Place: n.Place})
	return id.Text, id.Place, true
}

// fresh reports a name that is taken already, and takes it if not.
func (c *compiler) fresh(what, name string, at source.Place) bool {
	before, twice := c.taken[what+"\x00"+name]
	if twice {
		c.report("duplicate", at, "give one of the two another id", "%s %q is declared twice", what, name).
			Related = []diag.Note{{Place: before, Message: "declared here first"}}
	} else if name != "" {
		c.taken[what+"\x00"+name] = at
	}
	return !twice
}

// limit reports a number that is above its limit.
func (c *compiler) limit(limit, number int, n *matter.Node, format string) bool {
	if number > limit {
		c.report("too-large", n.Place, "ask less at a time: make two decisions or two questions of it",
			format+": it is not proven that every reader lands on exactly one page", number, limit)
	}
	return number <= limit
}

// uses resolves the kinds that a decision lands on and brings up.
func (c *compiler) uses(d *Decision, lands, bringsUp *matter.Node) {
	if d.LandsOn == "" || c.find("kind", lands, c.kinds, "the site") < 0 ||
		!c.fresh("`lands-on` of kind", d.LandsOn, lands.Place) {
		d.provable = min(d.provable, 1)
	}
	if d.LandsOn != "" {
		c.users[d.LandsOn] = append(c.users[d.LandsOn], d)
	}
	for _, n := range c.Texts(bringsUp, "brings-up") {
		kind := n.Text
		if c.find("kind", n, c.kinds, "the site") < 0 {
			kind = unknown
		}
		if !slices.Contains(c.users[kind], d) {
			c.users[kind] = append(c.users[kind], d)
		}
	}
}

// find returns the index of a name among those that its owner has, and -1 where
// it is none of them, which it reports.
func (c *compiler) find(what string, n *matter.Node, names []string, owner string) int {
	i := slices.Index(names, n.Text)
	if i < 0 {
		c.report("unknown-"+what, n.Place, diag.OneOf("the "+what+"s", n.Text, names), "%s has no %s %q", owner, what, n.Text)
	}
	return i
}

// readQuestion reads one question. Where that fails, nothing can be said of
// rules that name it.
func (c *compiler) readQuestion(d *Decision, n *matter.Node) (ok bool) {
	var q Question
	into := matter.Into{"id": &q.ID, "ask": &q.Ask, "help": &q.Help, "after": nil, "answers": nil}
	q.ID, q.Place, ok = c.record(n, "a question", into, "id", "ask", "answers")
	if !ok || !c.fresh("question", q.ID, q.Place) {
		return ok
	}
	items := c.List(n.Get("answers"))
	for _, item := range items {
		var a Answer
		id, at, _ := c.record(item, "an answer", matter.Into{"id": nil, "label": &a.Label}, "id", "label")
		if a.ID, ok = id, ok && id != ""; c.fresh("question "+q.ID+": answer", id, at) {
			q.Answers = append(q.Answers, a)
		}
	}
	if len(items) == 1 {
		c.Diags.Add("field/missing", items[0].Place, "a question has fewer than two answers")
	}
	q.after = n.Get("after")
	d.Questions, d.names = append(d.Questions, q), append(d.names, q.ID)
	few := c.limit(MaxAnswers, len(items), n, "a question has %d answers, and the limit is %d")
	return ok && q.ID != "" && few && len(items) > 0
}

// readAfter resolves every question's `after`, and reports circles.
func (c *compiler) readAfter(d *Decision) {
	for i, q := range d.Questions {
		for _, name := range c.Texts(q.after, "after") {
			if before := c.find("question", name, d.names, d.Path(d.Page)); before >= 0 {
				d.Questions[i].After = append(d.Questions[i].After, before)
			}
		}
	}
	for i, before := range d.before() {
		if q := d.Questions[i]; before>>i&1 == 1 {
			c.report("after-cycle", q.after.Place, "delete one of the `after` in this circle",
				"`after` runs in a circle: %q would have to be asked before itself", q.ID)
		}
	}
}

// before returns by question all that must be asked before it, near and far.
func (d *Decision) before() []uint64 {
	before := make([]uint64, len(d.Questions))
	for range d.Questions { // each turn reaches one step further back
		for q := range d.Questions {
			for _, b := range d.Questions[q].After {
				before[q] |= before[b] | 1<<b
			}
		}
	}
	return before
}

// readImpossible reads one of the combinations that no reader can be in.
func (c *compiler) readImpossible(d *Decision, n *matter.Node, number int) {
	var because string
	_, at, ok := c.record(n, "an impossible combination", matter.Into{"when": nil, "because": &because}, "when")
	if ok && because == "" {
		c.report("impossible", at, "write `because:` and why no reader can be in it",
			"impossible combination %d gives no reason", number)
	}
	for _, e := range c.List(n.Get("when")) {
		cube, valid := c.cube(e, d)
		ok = ok && valid
		d.Impossible = append(d.Impossible, Impossible{Cube: cube, Because: because, Place: e.Place})
	}
	if !ok {
		d.provable = 0
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
	asks := func(d *Decision) bool {
		return len(entry.Fields) == 0 || slices.ContainsFunc(d.names, func(id string) bool { return entry.Get(id) != nil })
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
		q := c.find("question", f.Key, d.names, d.Path(d.Page))
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

// Path is the file of a page.
func (d *Decision) Path(page int) string { return d.pages[page].File.Path }
