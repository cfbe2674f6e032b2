package decision

import (
	"math/big"
	"math/bits"
	"slices"
)

// nobodys labels cubes that take readers away: the impossible combinations,
// and the cubes of other pages where it does not matter whose they are.
const nobodys = -1

func unlabelled(int) int32 { return nobodys }

// census counts the readers of some questions by the pages that take them.
type census struct {
	none count  // taken by no page
	only []sole // taken by one page, in page order
}

// sole is how many readers one page alone takes.
type sole struct {
	label int32
	n     count
}

// tally counts by splitting. Sets of cubes met before are looked up; sets that
// speak of different questions are counted apart and multiplied.
type tally struct {
	*space
	memo map[digest]census
}

// countOutside returns how many readers of the box lie in none of the cubes.
func countOutside(m *meter, box Cube, cubes ...[]Cube) *big.Int {
	return countByPage(m, box, unlabelled, cubes...).none.big()
}

// countByPage counts the readers of the box that no label takes, and those
// that one label alone takes. Those in cubes of nobody count as neither.
func countByPage(m *meter, box Cube, label func(i int) int32, cubes ...[]Cube) census {
	t := &tally{space: newSpace(m, box, label, cubes...), memo: map[digest]census{}}
	named := t.named()
	all := uint64(1)<<len(box) - 1
	return t.count(0, named, false).times(t.size(all &^ named))
}

// named returns the questions that any cube narrows.
func (s *space) named() (named uint64) {
	for q, c := range s.classes {
		if c != nil {
			named |= 1 << q
		}
	}
	return named
}

// count counts the answers to the questions in scope, as stack[lo:] takes
// them, which it removes. With blind, labels do not matter.
func (t *tally) count(lo int, scope uint64, blind bool) census {
	t.meter.spend(8 + len(t.stack) - lo)
	c, done := t.settled(lo, scope, blind)
	if !done {
		open := t.open(lo, scope)
		c = t.look(lo, open, blind).times(t.size(scope &^ open))
	}
	t.stack = t.stack[:lo]
	return c
}

// settled counts where a cube covers all that is left. Where that is a page's
// cube, all that matters of other pages is what they cover too.
func (t *tally) settled(lo int, scope uint64, blind bool) (c census, done bool) {
	owner := int32(nobodys)
	for _, a := range t.stack[lo:] {
		if t.names[a.cube]&scope != 0 {
			continue
		}
		label := t.label[a.cube]
		if blind || label == nobodys || owner != nobodys && owner != label {
			return census{}, true
		}
		owner = label
	}
	if owner == nobodys {
		return census{}, false
	}
	rest := slices.DeleteFunc(t.stack[lo:], func(a active) bool { return t.label[a.cube] == owner })
	t.stack = t.stack[:lo+len(rest)]
	for i := range rest {
		rest[i].digest = rest[i].digest.minus(digestOf(t.label[rest[i].cube])).plus(digestOf(nobodys))
	}
	if alone := t.count(lo, scope, true).none; alone != (count{}) {
		c.only = []sole{{owner, alone}}
	}
	return c, true
}

// look counts what is open, from memory where it can.
func (t *tally) look(lo int, open uint64, blind bool) census {
	if lo == len(t.stack) {
		return census{none: count{lo: 1}}
	}
	key := t.unique(lo)
	if c, ok := t.memo[key]; ok {
		return c
	}
	c, apart := t.apart(lo, open, blind)
	if !apart {
		c = t.split(lo, open, blind)
	}
	t.meter.spend(16)
	t.memo[key] = c
	return c
}

// apart counts sets of cubes that speak of different questions on their own.
func (t *tally) apart(lo int, open uint64, blind bool) (c census, apart bool) {
	var parts []uint64
	for _, a := range t.stack[lo:] {
		names := t.names[a.cube] & open
		parts = slices.DeleteFunc(parts, func(p uint64) bool {
			shares := p&names != 0
			if shares {
				names |= p
			}
			return shares
		})
		if parts = append(parts, names); names == open {
			return census{}, false
		}
	}
	hi := len(t.stack)
	for i, p := range parts {
		for j := lo; j < hi; j++ {
			if t.names[t.stack[j].cube]&p != 0 {
				t.stack = append(t.stack, t.stack[j])
			}
		}
		if part := t.count(hi, p, blind); i == 0 {
			c = part
		} else {
			c = c.beside(part)
		}
	}
	return c, true
}

// split counts each answer to one question on its own, and adds up.
func (t *tally) split(lo int, open uint64, blind bool) (sum census) {
	hi := len(t.stack)
	q := t.pick(lo, hi, open)
	for _, group := range t.branch(lo, hi, q) {
		t.push(lo, hi, q, group)
		c := t.count(hi, open&^(1<<q), blind)
		t.meter.spend(len(sum.only) + len(c.only))
		sum = sum.plus(c.times(count{lo: uint64(t.width(q, group))}))
	}
	return sum
}

// size returns how many answers some questions have together.
func (t *tally) size(scope uint64) count {
	n := count{lo: 1}
	for ; scope != 0; scope &= scope - 1 {
		n = n.times(t.box[bits.TrailingZeros64(scope)].Count())
	}
	return n
}

// by returns the product of two counts.
func (c count) by(d count) count {
	hi, lo := bits.Mul64(c.lo, d.lo)
	return count{hi + c.hi*d.lo + c.lo*d.hi, lo}
}

// times returns the census of the same readers, each n times.
func (c census) times(n count) census {
	if n == (count{lo: 1}) {
		return c
	}
	c.none = c.none.by(n)
	c.only = slices.Clone(c.only)
	for i := range c.only {
		c.only[i].n = c.only[i].n.by(n)
	}
	return c
}

// merge walks two lists of soles, each in page order, together.
func merge(a, b []sole, yield func(label int32, x, y count)) {
	for len(a) > 0 || len(b) > 0 {
		switch {
		case len(b) == 0 || len(a) > 0 && a[0].label < b[0].label:
			yield(a[0].label, a[0].n, count{})
			a = a[1:]
		case len(a) == 0 || b[0].label < a[0].label:
			yield(b[0].label, count{}, b[0].n)
			b = b[1:]
		default:
			yield(a[0].label, a[0].n, b[0].n)
			a, b = a[1:], b[1:]
		}
	}
}

// plus returns the census of both sets of readers.
func (c census) plus(d census) census {
	if len(c.only) == 0 {
		c.only, d.only = d.only, nil
	}
	sum := census{none: c.none.plus(d.none), only: c.only}
	if len(d.only) > 0 {
		sum.only = make([]sole, 0, len(c.only)+len(d.only))
		merge(c.only, d.only, func(label int32, x, y count) { sum.only = append(sum.only, sole{label, x.plus(y)}) })
	}
	return sum
}

// beside returns the census of readers who answer both sets of questions.
func (c census) beside(d census) census {
	both := census{none: c.none.by(d.none), only: make([]sole, 0, len(c.only)+len(d.only))}
	merge(c.only, d.only, func(label int32, x, y count) {
		// Alone in both, or alone in one and nobody in the other.
		if n := x.by(d.none).plus(c.none.by(y)).plus(x.by(y)); n != (count{}) {
			both.only = append(both.only, sole{label, n})
		}
	})
	return both
}

// total returns how many readers the census counts.
func (c census) total() count {
	n := c.none
	for _, s := range c.only {
		n = n.plus(s.n)
	}
	return n
}
