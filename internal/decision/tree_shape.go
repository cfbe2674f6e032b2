package decision

import (
	"encoding/binary"
	"slices"
)

// maxShapes bounds the search for the fewest distinct nodes.
const maxShapes = 20_000

// shapes holds trees as shared nodes: two nodes are one where they ask the
// same question and each answer leads both to the same page, to the same node,
// or to nothing because it is impossible. This is what "distinct nodes" means.
type shapes struct {
	list []shape
	ids  map[string]int32
}

// shape is a node: a question and its kids, by answer; or a landing.
type shape struct {
	question int // -1 at a landing
	landing  int
	kids     []int32 // -1 where the answer is impossible
	leaves   many
	asks     many
}

func (h *shapes) leaf(landing int) int32 {
	return h.add(shape{question: -1, landing: landing, leaves: 1})
}

// node adds a question, where kids[i] is what option o's kid i became.
func (h *shapes) node(o option, answers int, kids []int32) int32 {
	n := shape{question: o.question, kids: make([]int32, answers), asks: 1}
	for a := range n.kids {
		n.kids[a] = -1
		if i := slices.IndexFunc(o.kids, func(k kid) bool { return k.answers.Has(a) }); i >= 0 {
			kid := h.list[kids[i]]
			n.kids[a], n.asks, n.leaves = kids[i], n.asks.plus(kid.asks), n.leaves.plus(kid.leaves)
		}
	}
	return h.add(n)
}

func (h *shapes) add(n shape) int32 {
	key := binary.AppendVarint(nil, int64(n.question))
	key = binary.AppendVarint(key, int64(n.landing))
	for _, k := range n.kids {
		key = binary.AppendVarint(key, int64(k))
	}
	id, ok := h.ids[string(key)]
	if !ok {
		id = int32(len(h.list))
		h.list = append(h.list, n)
		h.ids[string(key)] = id
	}
	return id
}

// distinct counts the question nodes of a tree, each once.
func (h *shapes) distinct(root int32) int {
	seen := map[int32]bool{}
	var visit func(int32)
	visit = func(id int32) {
		if id < 0 || seen[id] || h.list[id].question < 0 {
			return
		}
		seen[id] = true
		for _, k := range h.list[id].kids {
			visit(k)
		}
	}
	visit(root)
	return len(seen)
}

// smallest returns the plan's tree with the fewest distinct nodes, by
// comparing all trees that are best otherwise; the author's order decides
// between equals. Where they are too many, it returns the one that [plan]
// prefers, and proven is false.
//
// It is enough to compare trees that ask the same question wherever the same
// state stands: putting one subtree in the place of all others that answer the
// same state never adds a node.
func (p *plan) smallest(d *Decision) (h *shapes, root int32, proven bool) {
	h = &shapes{ids: map[string]int32{}}
	c := &comparison{plan: p, d: d, shapes: h, done: map[int32][]int32{}}
	all := c.trees(0)
	if all == nil {
		h = &shapes{ids: map[string]int32{}}
		return h, p.shape(d, h, 0, map[int32]int32{}), false
	}
	least := -1
	for _, tree := range all {
		if n := h.distinct(tree); least < 0 || n < least {
			least, root = n, tree
		}
	}
	return h, root, true
}

// shape turns the plan's own choices into a tree.
func (p *plan) shape(d *Decision, h *shapes, s int32, done map[int32]int32) int32 {
	if p.landing(s) >= 0 {
		return h.leaf(p.landing(s))
	}
	if id, ok := done[s]; ok {
		return id
	}
	o := p.chosen(s)
	o.kids = slices.Clone(o.kids)
	kids := make([]int32, len(o.kids))
	for i, k := range o.kids {
		kids[i] = p.shape(d, h, k.state, done)
	}
	done[s] = h.node(o, len(d.Questions[o.question].Answers), kids)
	return done[s]
}

// comparison lists the best trees of every state.
type comparison struct {
	*plan
	d      *Decision
	shapes *shapes
	done   map[int32][]int32
}

// trees returns the best trees for a state, in the author's order, or nil
// where there are too many.
func (c *comparison) trees(s int32) []int32 {
	if c.landing(s) >= 0 {
		return []int32{c.shapes.leaf(c.landing(s))}
	}
	if known, ok := c.done[s]; ok {
		return known
	}
	var all []int32
	for _, o := range c.equals(s) {
		some := c.combine(o)
		if some == nil {
			all = nil
			break
		}
		all = append(all, some...)
	}
	c.done[s] = all
	return all
}

// combine lists the trees that begin with one question.
func (c *comparison) combine(o option) []int32 {
	combos := [][]int32{nil}
	for _, k := range o.kids {
		trees := c.trees(k.state)
		if len(c.shapes.list)+len(combos)*len(trees) > maxShapes || trees == nil {
			return nil
		}
		var longer [][]int32
		for _, combo := range combos {
			for _, tree := range trees {
				longer = append(longer, append(slices.Clip(combo), tree))
			}
		}
		combos = longer
	}
	ids := make([]int32, len(combos))
	for i, kids := range combos {
		ids[i] = c.shapes.node(o, len(c.d.Questions[o.question].Answers), kids)
	}
	return ids
}
