package render

import (
	"quandary/internal/decision"
)

// overview is the whole of the decision on one page.
func (w *walk) overview() *View {
	v := w.view(w.base+overviewPart, "overview", w.page.Title)
	author := decision.AuthorTree(w.d)
	o := &Overview{
		Decision: w.ref, Nodes: w.tree.Nodes, Leaves: w.tree.Leaves, Optimal: w.tree.Optimal,
		Tree: w.nested(w.tree.Root), Rules: w.rules(),
	}
	if author.Average != nil {
		o.Author.Worst, o.Author.Average = author.Worst, author.Average.FloatString(1)
	}
	for _, q := range w.d.Questions {
		o.Questions = append(o.Questions, OverviewQuestion{q.ID, q.Ask})
	}
	o.Picture = o.picture(v)
	v.Overview = o
	return v
}

func (w *walk) nested(n *decision.Node) OverviewNode {
	node := OverviewNode{Path: w.path(n)}
	if n.Landing >= 0 {
		ref := w.landing(n.Landing)
		node.Landing = &ref
		return node
	}
	q := w.d.Questions[n.Question]
	node.Ask = q.Ask
	for i, c := range n.Children {
		if c != nil {
			node.Edges = append(node.Edges, OverviewEdge{Label: q.Answers[i].Label, Node: w.nested(c)})
		}
	}
	return node
}

// rules are the rows of the rule table: an alternative each, by landing page.
func (w *walk) rules() (rows []OverviewRule) {
	for _, rule := range w.d.Landings {
		for _, alt := range rule.Alternatives {
			row := OverviewRule{Ref: w.r.refs[rule.Page], Cells: make([][]string, len(w.d.Questions))}
			for i, q := range w.d.Questions {
				if alt.Cube[i].Count() == len(q.Answers) {
					continue
				}
				for j, a := range q.Answers {
					if alt.Cube[i].Has(j) {
						row.Cells[i] = append(row.Cells[i], a.Label)
					}
				}
			}
			rows = append(rows, row)
		}
	}
	return rows
}
