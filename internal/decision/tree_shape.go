package decision

import (
	"encoding/binary"
	"slices"
)

// shapes numbers trees, equal ones alike: two nodes are one where they ask the
// same question and every answer leads both to the same page, to the same
// node, or to nothing because it is impossible. These are distinct nodes.
type shapes struct {
	ids     map[string]int32
	list    []shape
	counted []int32 // by number: the last round of counting that met it
	round   int32
}

type shape struct {
	question int     // or ^landing at a leaf
	kids     []int32 // by answer; -1 where it is impossible
}

func newShapes() *shapes { return &shapes{ids: map[string]int32{}} }

func (h *shapes) add(question int, kids []int32) int32 {
	key := binary.AppendVarint(nil, int64(question))
	for _, k := range kids {
		key = binary.AppendVarint(key, int64(k))
	}
	id, ok := h.ids[string(key)]
	if !ok {
		id = int32(len(h.list))
		h.list, h.ids[string(key)] = append(h.list, shape{question, kids}), id
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

// maxShapes bounds the search for the fewest distinct nodes.
const maxShapes = 20_000

// smallest returns the tree with the fewest distinct nodes from a state on, by
// comparing all trees that are best otherwise; the author's order decides
// between equals. Where they are too many it returns nil.
//
// It is enough to compare trees that ask the same question wherever the same
// state stands: putting one subtree in the place of all others that answer the
// same state never adds a node.
func (g *dense) smallest(d *Decision) (h *shapes, root int32) {
	c := &comparison{dense: g, d: d, shapes: newShapes(), done: map[int32][]int32{}}
	all := c.trees(0)
	if all == nil {
		return nil, 0
	}
	root, least := all[0], c.shapes.distinct(all[0])
	for _, tree := range all[1:] {
		if n := c.shapes.distinct(tree); n < least {
			root, least = tree, n
		}
	}
	return c.shapes, root
}

// comparison lists the best trees of every state.
type comparison struct {
	*dense
	d      *Decision
	shapes *shapes
	done   map[int32][]int32
}

// trees returns the best trees for a state, in the author's order, or nil
// where there are too many.
func (c *comparison) trees(s int32) (all []int32) {
	if c.land[s] >= 0 {
		return []int32{c.shapes.add(^int(c.land[s]), nil)}
	}
	if known, ok := c.done[s]; ok {
		return known
	}
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
func (c *comparison) combine(o option) (ids []int32) {
	combos := [][]int32{slices.Repeat([]int32{-1}, len(c.d.Questions[o.question].Answers))}
	for _, k := range o.kids {
		trees := c.trees(k.state)
		if len(c.shapes.list)+len(combos)*len(trees) > maxShapes || trees == nil {
			return nil
		}
		var longer [][]int32
		for _, combo := range combos {
			for _, tree := range trees {
				longer = append(longer, with(combo, k.answers, tree))
			}
		}
		combos = longer
	}
	for _, kids := range combos {
		ids = append(ids, c.shapes.add(o.question, kids))
	}
	return ids
}

// with returns kids with one of them set for some answers.
func with(kids []int32, answers Answers, kid int32) []int32 {
	kids = slices.Clone(kids)
	for a := range kids {
		if answers.Has(a) {
			kids[a] = kid
		}
	}
	return kids
}
