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
	list    []shape
	ids     map[string]int32
	counted []int32 // by node: the last round of counting that met it
	round   int32
}

func newShapes() *shapes { return &shapes{ids: map[string]int32{}} }

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
	h.round++
	h.counted = append(h.counted, make([]int32, len(h.list)-len(h.counted))...)
	return h.count(root)
}

func (h *shapes) count(id int32) int {
	if id < 0 || h.list[id].question < 0 || h.counted[id] == h.round {
		return 0
	}
	h.counted[id] = h.round
	n := 1
	for _, k := range h.list[id].kids {
		n += h.count(k)
	}
	return n
}

// smallest returns the plan's tree with the fewest distinct nodes, by
// comparing all trees that are best otherwise; the author's order decides
// between equals. Where they are too many, proven is false and the tree is a
// good guess, made from the bottom up.
//
// It is enough to compare trees that ask the same question wherever the same
// state stands: putting one subtree in the place of all others that answer the
// same state never adds a node.
func (p *plan) smallest(d *Decision) (h *shapes, root int32, proven bool) {
	h = newShapes()
	c := &comparison{plan: p, d: d, shapes: h, done: map[int32][]int32{}}
	if all := c.trees(0); all != nil {
		root = h.fewest(all)
		return h, root, true
	}
	g := &guess{plan: p, d: d, shapes: newShapes(), done: map[int32]int32{}, meter: &meter{left: maxGuess}}
	if !g.meter.try(func() { root = g.tree(0) }) {
		g = &guess{plan: p, d: d, shapes: newShapes(), done: map[int32]int32{}}
		root = g.tree(0)
	}
	return g.shapes, root, false
}

// fewest returns the tree with the fewest distinct nodes, the first of several.
func (h *shapes) fewest(trees []int32) int32 {
	best, least := trees[0], 0
	for i, tree := range trees {
		if n := h.distinct(tree); i == 0 || n < least {
			best, least = tree, n
		}
	}
	return best
}

// guess chooses for every state the question below which the fewest distinct
// nodes stand, as if nothing stood beside it. Without a meter it takes what
// the plan chose, which is no work.
type guess struct {
	*plan
	d      *Decision
	shapes *shapes
	done   map[int32]int32
	meter  *meter
}

// maxGuess bounds the work of a guess, in nodes looked at.
const maxGuess = 2_000_000

func (g *guess) tree(s int32) int32 {
	if g.landing(s) >= 0 {
		return g.shapes.leaf(g.landing(s))
	}
	if id, ok := g.done[s]; ok {
		return id
	}
	var trees []int32
	for _, o := range g.questions(s) {
		kids := make([]int32, len(o.kids))
		for i, k := range o.kids {
			kids[i] = g.tree(k.state)
		}
		trees = append(trees, g.shapes.node(o, len(g.d.Questions[o.question].Answers), kids))
	}
	best := trees[0]
	if len(trees) > 1 {
		best = g.shapes.fewest(trees)
		g.meter.spend(len(trees) * g.shapes.distinct(best))
	}
	g.done[s] = best
	return best
}

func (g *guess) questions(s int32) []option {
	if g.meter != nil {
		return g.equals(s)
	}
	o := g.chosen(s)
	return []option{{o.question, slices.Clone(o.kids)}}
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
