package render

import (
	"slices"
	"strings"

	"quandary/internal/decision"
	"quandary/internal/site"
)

// walk draws the states of one decision, as pages of their own or, embedded,
// as pages to stand in an iframe.
type walk struct {
	r     *Renderer
	page  *site.Page // the one that carries the decision
	d     *decision.Decision
	tree  *decision.Tree
	ref   DecisionRef
	base  string // the address of the start
	embed bool
}

// The addresses below a decision's start that are not states: a state's parts
// have a dot in them, and these have none.
const (
	embedPart    = "embed/"
	changePart   = "change/"
	overviewPart = "overview/"
)

// mostChanges is how many states a decision may have for every answer to have
// its own Change page; past that, Change goes back to where the question was
// asked.
const mostChanges = 2000

// walks returns a walk for every decision that has a tree, each also embedded.
func (r *Renderer) walks() (list []*walk) {
	for _, v := range r.in.Decisions {
		if !v.drawn() {
			continue
		}
		page := r.in.Site.Pages[v.Decision.Page]
		w := walk{r: r, page: page, d: v.Decision, tree: v.Tree, ref: r.decisionRef(v), base: page.Path}
		inside := w
		inside.embed, inside.base = true, page.Path+embedPart
		inside.ref.Path, inside.ref.Data = inside.base, inside.base+"states.json"
		list = append(list, &w, &inside)
	}
	return list
}

func (r *Renderer) decisionRefs() (refs []DecisionRef) {
	for _, v := range r.in.Decisions {
		if v.drawn() {
			refs = append(refs, r.decisionRef(v))
		}
	}
	return refs
}

func (r *Renderer) decisionRef(v Decided) DecisionRef {
	p := r.in.Site.Pages[v.Decision.Page]
	return DecisionRef{
		Path: p.Path, Title: p.Title, Summary: p.Summary, Worst: v.Tree.Worst,
		Average: v.Tree.Average.FloatString(1), Overview: p.Path + overviewPart, Data: p.Path + "states.json",
	}
}

// decisionsOf notes which decisions concern a page: the one it carries, and
// those that can land on it.
func (r *Renderer) decisionsOf(p *site.Page, page *Page) {
	for _, w := range r.decided {
		if w.embed {
			continue
		}
		if w.page == p {
			page.Decision = &w.ref
		}
		for _, rule := range w.d.Landings {
			if rule.Page == p.ID {
				page.AskedBy = append(page.AskedBy, w.ref)
			}
		}
	}
}

// decisions lists the files of every decision.
func (r *Renderer) decisions() (list []made) {
	for _, w := range r.decided {
		w.tree.Root.Walk(func(n *decision.Node) {
			path := w.path(n)
			if n.Parent != nil || w.embed {
				list = append(list, made{path + "index.html", func() []byte { return w.draw(w.state(n)) }})
			}
			for _, c := range w.changes(n) {
				list = append(list, made{path + changePart + w.d.Questions[c.Question].ID + "/index.html", func() []byte { return w.draw(w.change(n, c)) }})
			}
		})
		if !w.embed {
			list = append(list,
				made{w.base + overviewPart + "index.html", func() []byte { return w.draw(w.overview()) }})
		}
		list = append(list, made{w.base + "states.json", w.data})
	}
	return list
}

func (w *walk) draw(v *View) []byte {
	if w.embed {
		return w.r.must("embed", v)
	}
	return w.r.must("base", v)
}

// path is the address of a state.
func (w *walk) path(n *decision.Node) string {
	var b strings.Builder
	b.WriteString(w.base)
	for _, c := range n.Path {
		q := w.d.Questions[c.Question]
		b.WriteString(strings.ReplaceAll(pathPart(q.ID), ".", "-") + "." + pathPart(q.Answers[c.Answer].ID) + "/")
	}
	return b.String()
}

// pathPart keeps an id from breaking out of its part of an address.
func pathPart(id string) string {
	return strings.Map(func(r rune) rune {
		if r == '/' || r == '\\' || r <= ' ' || strings.ContainsRune(`"#%&'<>?:*|`, r) {
			return '-'
		}
		return r
	}, id)
}

// view is an empty view at an address of this decision.
func (w *walk) view(path, layout, title string) *View {
	v := w.r.emptyView(path, w.r.language(w.page))
	v.Layout, v.Embedded = layout, w.embed
	v.Page.Title, v.Page.Name, v.Page.NoIndex = title, nameOf(w.page), w.embed
	v.Page.Breadcrumbs = append(w.r.breadcrumbs(w.page), w.r.refTo(w.page))
	v.Page.Decision, v.Page.Card = &w.ref, w.r.cardAddress(w.page)
	return v
}

// state is what a reader is shown after some answers.
func (w *walk) state(n *decision.Node) *View {
	if n.Landing >= 0 {
		result := w.result(n)
		v := w.view(w.path(n), "result", result.Landing.Title)
		v.Result, v.Page.Kind, v.Page.Summary = result, result.Landing.Kind, result.Landing.Summary
		v.Page.Card = w.r.cardAddress(w.r.in.Site.Pages[w.d.Landings[n.Landing].Page])
		return v
	}
	question := w.question(n)
	v := w.view(w.path(n), "question", question.Ask)
	v.Question = question
	return v
}

// start adds the first question to the view of the page that carries the decision.
func (w *walk) start(v *View) {
	v.Layout, v.Question = "question", w.question(w.tree.Root)
	if w.tree.Root.Landing >= 0 {
		v.Layout, v.Question, v.Result = "result", nil, w.result(w.tree.Root)
	}
}

func (w *walk) question(n *decision.Node) *Question {
	q := w.d.Questions[n.Question]
	view := &Question{
		Decision: w.ref, Start: n.Parent == nil, ID: q.ID, Ask: q.Ask, Help: q.Help,
		Step: len(n.Path) + 1, Most: len(n.Path) + depth(n), Given: w.given(n),
	}
	for i, child := range n.Children {
		if child != nil {
			view.Answers = append(view.Answers, Answer{Path: w.path(child), ID: q.Answers[i].ID, Label: q.Answers[i].Label})
		}
	}
	for _, landing := range n.Landings() {
		rest := Remaining{Ref: w.landing(landing)}
		for i, child := range n.Children {
			if child == nil {
				continue
			}
			if left := child.Landings(); slices.Contains(left, landing) {
				rest.Answers = append(rest.Answers, RemainingAnswer{Answer{w.path(child), q.Answers[i].ID, q.Answers[i].Label}, len(left) == 1})
			}
		}
		view.Remaining = append(view.Remaining, rest)
	}
	return view
}

// depth is the most questions that are asked from n on, its own included.
func depth(n *decision.Node) int {
	if n.Landing >= 0 {
		return 0
	}
	most := 0
	for _, c := range n.Children {
		if c != nil {
			most = max(most, depth(c))
		}
	}
	return most + 1
}

// landing is the page landed on with the given index.
func (w *walk) landing(i int) Ref { return w.r.refs[w.d.Landings[i].Page] }

// given are the answers that led to a state, each with a way to change it.
func (w *walk) given(n *decision.Node) []Given {
	list := make([]Given, len(n.Path))
	for i, c := range n.Path {
		list[i] = w.choice(c)
		list[i].Change = w.changePath(n, i)
	}
	return list
}

func (w *walk) choice(c decision.Choice) Given {
	q := w.d.Questions[c.Question]
	a := q.Answers[c.Answer]
	return Given{Question: q.ID, Ask: q.Ask, Answer: a.ID, Label: a.Label}
}

func (w *walk) choices(list []decision.Choice) []Given {
	given := make([]Given, len(list))
	for i, c := range list {
		given[i] = w.choice(c)
	}
	return given
}

// changePath is where the answer at index i of a state's path is given anew.
// The last one is given where it was asked; an earlier one on a page of its own
// that keeps the answers after it.
func (w *walk) changePath(n *decision.Node, i int) string {
	if i == len(n.Path)-1 || w.tree.Asks+w.tree.Leaves > mostChanges {
		at := n
		for range len(n.Path) - i {
			at = at.Parent
		}
		return w.path(at)
	}
	return w.path(n) + changePart + w.d.Questions[n.Path[i].Question].ID + "/"
}

// changes lists the answers of a state that have a Change page.
func (w *walk) changes(n *decision.Node) []decision.Choice {
	if len(n.Path) < 2 || w.tree.Asks+w.tree.Leaves > mostChanges {
		return nil
	}
	return n.Path[:len(n.Path)-1]
}

// change asks one question again and keeps the other answers.
func (w *walk) change(n *decision.Node, again decision.Choice) *View {
	at := n
	for at.Parent != nil && at.Question != again.Question {
		at = at.Parent
	}
	q := w.question(at)
	q.Again = true
	for i := range q.Answers {
		q.Answers[i].Path = w.path(w.kept(n, again.Question, q.Answers[i].ID))
	}
	for i := range q.Remaining {
		for j := range q.Remaining[i].Answers {
			a := &q.Remaining[i].Answers[j]
			a.Path = w.path(w.kept(n, again.Question, a.ID))
		}
	}
	v := w.view(w.path(n)+changePart+q.ID+"/", "question", q.Ask)
	v.Question = q
	return v
}

// kept is the state that the answers of n arrive at, with one given anew.
func (w *walk) kept(n *decision.Node, question int, answer string) *decision.Node {
	a := slices.IndexFunc(w.d.Questions[question].Answers, func(a decision.Answer) bool { return a.ID == answer })
	return w.tree.Follow(append([]decision.Choice{{Question: question, Answer: a}}, n.Path...))
}

func (w *walk) result(n *decision.Node) *Result {
	e := w.tree.Explain(n.Path)
	res := &Result{
		Decision: w.ref, Landing: w.landing(n.Landing), Given: w.given(n),
		Why: w.choices(e.Why), DidNotMatter: w.choices(e.DidNotMatter),
	}
	for _, c := range e.Changes {
		res.Changes = append(res.Changes, Change{
			Ref: w.landing(c.Landing), Path: w.path(c.Leaf),
			Answers: w.choices(c.Changed), Assuming: w.choices(c.Assuming),
		})
	}
	for _, m := range e.Mentions {
		p := w.r.in.Site.Pages[w.d.Mentions[m.Rule].Page]
		if m.Sure {
			res.Mentions = addTo(res.Mentions, p.Kind.Plural, p.Kind.Name, w.r.refTo(p))
			continue
		}
		for _, way := range m.If {
			res.Perhaps = append(res.Perhaps, Perhaps{Ref: w.r.refTo(p), Conditions: w.conditions(way)})
		}
	}
	return res
}

// conditions are answers to questions that were not asked.
func (w *walk) conditions(list []decision.Condition) (given []Given) {
	for _, c := range list {
		q := w.d.Questions[c.Question]
		var ids, labels []string
		for i, a := range q.Answers {
			if c.Answers.Has(i) {
				ids, labels = append(ids, a.ID), append(labels, a.Label)
			}
		}
		given = append(given, Given{Question: q.ID, Ask: q.Ask, Answer: strings.Join(ids, ","), Label: strings.Join(labels, " / ")})
	}
	return given
}
