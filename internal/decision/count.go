package decision

import (
	"cmp"
	"math/big"
	"math/bits"
	"slices"
)

// owned is some cubes, each of a page.
type owned struct {
	cubes []Cube
	page  []int
}

// tally counts readers: those in no cube, and those in cubes of one page alone.
type tally struct{ none, one count }

// findOutside returns a box within box that lies in none of the cubes, or nil
// where they cover it all.
func findOutside(m *meter, box Cube, cubes ...[]Cube) Cube {
	touched := false
	for _, list := range cubes {
		m.spend(len(list))
		for _, c := range list {
			if meets := c.meets(box); meets && box.within(c) {
				return nil
			} else if meets {
				touched = true
			}
		}
	}
	if !touched {
		return slices.Clone(box) // as most boxes are
	}
	s := newSpace(m, box, owned{}, cubes...)
	s.found = slices.Clone(box)
	if s.all().none == (count{}) {
		return nil
	}
	return s.found
}

// countOutside returns how many readers of the box lie in none of the cubes.
func countOutside(m *meter, box Cube, cubes ...[]Cube) *big.Int {
	return newSpace(m, box, owned{}, cubes...).all().none.big()
}

// all counts the readers of the box.
func (s *space) all() tally { return s.count(0, 1<<len(s.box)-1) }

// count counts the answers to the questions in scope, as stack[lo:] takes
// them, which it removes. Where a cube covers all that is left and is a page's,
// all that matters of other pages is what they cover too.
func (s *space) count(lo int, scope uint64) (t tally) {
	s.spend(8 + len(s.stack) - lo)
	owner, open, nobody := int32(nobodys), uint64(0), false
	for _, a := range s.stack[lo:] {
		if names := s.names[a.cube] & scope; names != 0 {
			open |= names
			continue
		}
		nobody = nobody || a.page == nobodys || owner != nobodys && owner != a.page
		owner = a.page
	}
	switch {
	case nobody:
	case owner != nobodys:
		s.disown(lo, owner)
		t.one = s.count(lo, scope).none
	case lo == len(s.stack):
		t.none = s.size(scope)
	default:
		t = s.look(lo, open).times(s.size(scope &^ open))
	}
	s.stack = s.stack[:lo]
	return t
}

// disown drops the cubes of a page from stack[lo:]; the others become nobody's.
func (s *space) disown(lo int, page int32) {
	rest := slices.DeleteFunc(s.stack[lo:], func(a active) bool { return a.page == page })
	s.stack = s.stack[:lo+len(rest)]
	for i, a := range rest {
		rest[i].page, rest[i].digest = nobodys, a.digest.minus(term(uint64(a.page), 0)).plus(term(^uint64(0), 0))
	}
}

// size returns how many answers some questions have together.
func (s *space) size(scope uint64) count {
	n := count{lo: 1}
	for ; scope != 0; scope &= scope - 1 {
		n = n.times(s.box[bits.TrailingZeros64(scope)].Count())
	}
	return n
}

// look counts what is open, from memory where it can, else one answer after
// the other to the question that tells the most.
func (s *space) look(lo int, open uint64) (t tally) {
	key := s.unique(lo)
	if t, ok := s.memo[key]; ok {
		return t
	}
	hi, q := len(s.stack), s.pick(lo, open)
	for _, group := range s.branch(lo, q) {
		s.push(lo, hi, q, group)
		t = t.plus(s.count(hi, open&^(1<<q)).times(count{lo: uint64(group.Count())}))
		if s.found != nil && t.none != (count{}) {
			s.found[q] = group
			return t
		}
	}
	s.spend(16)
	s.memo[key] = t
	return t
}

// times returns the tally of the same readers, each n times.
func (t tally) times(n count) tally { return tally{t.none.by(n), t.one.by(n)} }

// plus returns the tally of both sets of readers.
func (t tally) plus(u tally) tally { return tally{t.none.plus(u.none), t.one.plus(u.one)} }

func (c count) compare(d count) int { return cmp.Or(cmp.Compare(c.hi, d.hi), cmp.Compare(c.lo, d.lo)) }

func (c count) minus(d count) count {
	lo, borrow := bits.Sub64(c.lo, d.lo, 0)
	return count{c.hi - d.hi - borrow, lo}
}

// by returns the product of two counts.
func (c count) by(d count) count {
	hi, lo := bits.Mul64(c.lo, d.lo)
	return count{hi + c.hi*d.lo + c.lo*d.hi, lo}
}
