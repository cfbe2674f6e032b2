package decision

import (
	"cmp"
	"math/bits"
	"slices"
)

// findOutside returns a box within box that lies in none of the cubes, or nil
// where they cover it all.
func findOutside(m *meter, box Cube, cubes ...[]Cube) Cube {
	f := &finder{failed: map[digest]bool{}}
	f.space = newSpace(m, box, unlabelled, cubes...)
	f.found = slices.Clone(box)
	if !f.find(0, f.named()) {
		return nil
	}
	return f.found
}

// finder looks for one reader outside of all cubes.
type finder struct {
	*space
	found  Cube
	failed map[digest]bool // sets of cubes that cover all there is
}

// find narrows found to a box that stack[lo:] leave free, and reports whether
// there is one.
func (f *finder) find(lo int, scope uint64) bool {
	f.meter.spend(8 + len(f.stack) - lo)
	defer func() { f.stack = f.stack[:lo] }()
	least := MaxQuestions + 1
	var tight uint64 // the questions of the cube that narrows the fewest
	for _, a := range f.stack[lo:] {
		names := f.names[a.cube] & scope
		if n := bits.OnesCount64(names); n < least {
			least, tight = n, names
		}
	}
	switch {
	case least > MaxQuestions:
		return true
	case least == 0:
		return false
	}
	key := f.unique(lo)
	if f.failed[key] {
		return false
	}
	if f.try(lo, f.pick(lo, len(f.stack), tight), scope) {
		return true
	}
	f.meter.spend(8)
	f.failed[key] = true
	return false
}

// try gives each answer to one question, those first that leave the fewest
// cubes.
func (f *finder) try(lo, q int, scope uint64) bool {
	hi := len(f.stack)
	groups := f.branch(lo, hi, q)
	left := make(map[Answers]int, len(groups))
	for _, g := range groups {
		for _, a := range f.stack[lo:hi] {
			if f.cols[q][a.cube].Has(g.first()) {
				left[g]++
			}
		}
	}
	slices.SortStableFunc(groups, func(a, b Answers) int { return cmp.Compare(left[a], left[b]) })
	for _, g := range groups {
		f.push(lo, hi, q, g)
		if f.find(hi, scope&^(1<<q)) {
			f.found[q] = f.answers(q, g)
			return true
		}
	}
	return false
}

// answers returns the answers that a group of classes stands for.
func (s *space) answers(q int, group Answers) (set Answers) {
	for k, class := range s.classes[q] {
		if group.Has(k) {
			set |= class
		}
	}
	return set
}
