package render

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"quandary/internal/decision"
)

// Decision is a decision whose states are drawn: as pages of their own or,
// embedded, as pages to stand in an iframe.
type Decision struct {
	*Page // its start
	*decision.Verdict
	embedded bool
}

// State is what a reader is shown after some answers.
type State struct {
	Question *decision.Question // that is asked; nil where it has landed
	Landing  *Page              // where it has landed
	Node     *decision.Node
	Kept     *decision.Node // the state whose other answers stay, where a question is asked again; else nil
	d        *Decision
}

// To is the state at a node.
func (d *Decision) To(n *decision.Node) *State {
	if n.Landing >= 0 {
		return &State{nil, d.Of(d.Landings[n.Landing]), n, nil, d}
	}
	return &State{&d.Questions[n.Question], nil, n, nil, d}
}

// Of is the page that a rule is about.
func (d *Decision) Of(rule decision.Rule) *Page { return d.r.pages[rule.Page] }

// again is where the answer at index i of a state's path is given anew. The
// last one is given where it was asked; an earlier one on a page of its own that
// keeps the answers after it.
func (d *Decision) again(n *decision.Node, i int) *State {
	s := d.To(d.Tree.Follow(n.Path[:i]))
	if i < len(n.Path)-1 && d.changes() {
		s.Kept = n
	}
	return s
}

// changes reports whether every answer has its own Change page. Where they would
// be too many, Change goes back to where the question was asked.
func (d *Decision) changes() bool { return d.Tree.Asks+d.Tree.Leaves <= 2000 }

// states lists those that are fewest answers away, then the pages on which
// answers are changed.
func (d *Decision) states() (states []*State) {
	d.Tree.Root.Walk(func(n *decision.Node) { states = append(states, d.To(n)) })
	slices.SortStableFunc(states, func(a, b *State) int { return len(a.Node.Path) - len(b.Node.Path) })
	for _, s := range states {
		for i := 0; i < len(s.Node.Path)-1 && d.changes(); i++ {
			states = append(states, d.again(s.Node, i))
		}
	}
	return states
}

// States lists the addresses of decisions that readers link to: of every state,
// of the overview, and of what is embedded; sorted.
func (r *Renderer) States() (list []string) {
	for _, d := range r.site.Decisions {
		list = append(list, d.Path+"overview/", d.Path+"embed/")
		d.Tree.Root.Walk(func(n *decision.Node) { list = append(list, d.path(n)) })
	}
	slices.Sort(list)
	return list
}

// Path is the address of the state.
func (s *State) Path() string {
	if s.Kept != nil {
		return s.d.path(s.Kept) + "change/" + part.Replace(s.Question.ID) + "/"
	}
	return s.d.path(s.Node)
}

// path is the address of a node. Each of its parts has a dot in it, unlike those
// of the other addresses below the decision's.
func (d *Decision) path(n *decision.Node) string {
	path := d.Path
	for _, c := range n.Path {
		q := d.Questions[c.Question]
		path += strings.ReplaceAll(part.Replace(q.ID), ".", "-") + "." + part.Replace(q.Answers[c.Answer].ID) + "/"
	}
	return path
}

// part keeps an id from breaking out of its part of an address.
var part = strings.NewReplacer(" ", "-", "\t", "-", "\n", "-", "/", "-", `\`, "-", `"`, "-", "'", "-", "#", "-", "%", "-",
	"&", "-", "<", "-", ">", "-", "?", "-", ":", "-", "*", "-", "|", "-")

// view is a state as its page shows it.
func (d *Decision) view(s *State) *View {
	if s.Path() == d.Source.Path {
		return d.r.view(d.Source)
	}
	v := d.viewAt(s.Path(), "", "")
	v.show(s)
	if to := s.Landing; to != nil {
		v.Page.Title, v.Page.Kind, v.Page.Summary, v.Page.Card = to.Title, to.Kind, to.Summary, to.Card
	} else {
		v.Page.Title = s.Question.Ask
	}
	return v
}

// viewAt is a view of an address below the decision's.
func (d *Decision) viewAt(path, layout, title string) *View {
	v := d.r.viewOf(d.r.made(path, d.Name, title, d.Language), layout)
	v.Decision, v.Embedded, v.Page.Card = d, d.embedded, d.Card
	return v
}

// show makes a view that of a state.
func (v *View) show(s *State) {
	v.State, v.Decision, v.Layout = s, s.d, "question"
	if s.Landing != nil {
		v.Layout = "result"
	}
}

// AskedBy lists the decisions that can land on the page.
func (p *Page) AskedBy() (list []*Decision) {
	for _, d := range p.r.site.Decisions {
		if slices.ContainsFunc(d.Landings, func(rule decision.Rule) bool { return rule.Page == p.Source.ID }) {
			list = append(list, d)
		}
	}
	return list
}

// Step is the number of the question, from 1.
func (s *State) Step() int { return len(s.Node.Path) + 1 }

// Most is the most questions that this way can take in all.
func (s *State) Most() (most int) {
	s.Node.Walk(func(n *decision.Node) { most = max(most, len(n.Path)) })
	return most
}

// Choice is an answer to a question.
type Choice struct {
	Ask       string // the question
	ID, Label string
	To        *State // that it leads to; of an answer given before, where it is given anew
	Left      []int  // the landing pages that can be reached after it
}

// Leads reports whether the landing page with an index can be reached after it.
func (c Choice) Leads(landing int) bool { return slices.Contains(c.Left, landing) }

// Choices are answers as layouts show them.
func (d *Decision) Choices(list []decision.Choice) (choices []Choice) {
	for _, c := range list {
		q := d.Questions[c.Question]
		choices = append(choices, Choice{Ask: q.Ask, ID: q.Answers[c.Answer].ID, Label: q.Answers[c.Answer].Label})
	}
	return choices
}

// Labels are those of some answers to a question; nil where they are all of them.
func (d *Decision) Labels(question int, answers decision.Answers) (labels []string) {
	all := d.Questions[question].Answers
	for i, a := range all {
		if answers.Has(i) && answers.Count() < len(all) {
			labels = append(labels, a.Label)
		}
	}
	return labels
}

// Given are the answers that led here.
func (s *State) Given() []Choice {
	list := s.d.Choices(s.Node.Path)
	for i := range list {
		list[i].To = s.d.again(s.Node, i)
	}
	return list
}

// Answers are those that can be given.
func (s *State) Answers() (list []Choice) {
	for _, kid := range s.Node.Kids() {
		answer := kid.Path[len(s.Node.Path):]
		c := s.d.Choices(answer)[0]
		c.To = s.d.To(s.d.Tree.Follow(slices.Concat(answer, cmp.Or(s.Kept, s.Node).Path)))
		c.Left = kid.Landings()
		list = append(list, c)
	}
	return list
}

// Reasons are why it has landed where it has.
func (s *State) Reasons() decision.Explanation { return s.d.Tree.Explain(s.Node.Path) }

// Mentioned are the pages that everybody who lands there is told of, or those
// that answers to more questions would bring up.
func (d *Decision) Mentioned(list []decision.Mention, sure bool) []decision.Mention {
	return slices.DeleteFunc(slices.Clone(list), func(m decision.Mention) bool { return m.Sure != sure })
}

// AsWritten is the tree in the author's order, to compare.
func (d *Decision) AsWritten() *decision.Tree { return decision.AuthorTree(d.Decision) }

// data is what the script needs to walk a decision without loading a page: of
// each state its address below the start, its title, and the very bytes that
// stand in <main> of its page. Past 256 kB, which compress to a twentieth, it has
// to load the rest as pages.
func (d *Decision) data(room *bytes.Buffer) []byte {
	var list []map[string]string
	size := 0
	for _, s := range d.states() {
		if size >= 256<<10 {
			break
		}
		v := d.view(s)
		title := string(d.r.in.Layouts.draw(room, "title", v))
		html := string(d.r.in.Layouts.draw(room, v.Layout, v))
		list = append(list, map[string]string{"path": s.Path()[len(d.Path):], "title": title, "html": html})
		size += len(html)
	}
	return encode(room, map[string]any{"states": list})
}
