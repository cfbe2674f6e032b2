package render

// List is some pages to list, with the view they are listed in: a layout hands
// it to the template that draws lists.
type List struct {
	*View
	Refs []Ref
}

// List returns refs as the dot of the template "list".
func (v *View) List(refs []Ref) List { return List{v, refs} }

// Branch is a node of a decision's tree, with the view it is drawn in.
type Branch struct {
	*View
	Node OverviewNode
}

// Branch returns node as the dot of the template "branch", which draws itself
// again for every node below.
func (v *View) Branch(node OverviewNode) Branch { return Branch{v, node} }

// Given returns the answers given so far, at a question as at a result.
func (v *View) Given() []Given {
	switch {
	case v.Question != nil:
		return v.Question.Given
	case v.Result != nil:
		return v.Result.Given
	}
	return nil
}
