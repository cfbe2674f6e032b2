package decision

import (
	"math/big"
	"math/bits"
	"slices"
)

// nobodys labels cubes that take readers away: the impossible combinations,
// and the cubes of other pages where it does not matter whose they are.
const nobodys = -1

// census counts the readers of some questions by the pages that take them.
type census struct {
	none *big.Int // taken by no page
	only []sole   // taken by one page, in page order
}

// sole is how many readers one page alone takes.
type sole struct {
	label int32
	n     *big.Int
}

var zero, one = new(big.Int), big.NewInt(1)

// tally counts by splitting. Sets of cubes met before are looked up; sets that
// speak of different questions are counted apart and multiplied.
type tally struct {
	*space
	memo map[digest]census
}

// countOutside returns how many readers of the box lie in none of the cubes.
func countOutside(m *meter, box Cube, cubes []Cube) *big.Int {
	return countByPage(m, box, cubes, func(int) int32 { return nobodys }).none
}

// countByPage counts the readers of the box that no label takes, and that one
// label alone takes. Those in cubes of nobody count as neither.
func countByPage(m *meter, box Cube, cubes []Cube, label func(i int) int32) census {
	t := &tally{space: newSpace(m, box, cubes, label), memo: map[digest]census{}}
	c := t.count(0, t.named(), false)
	free := big.NewInt(1)
	for q, a := range box {
		if t.classes[q] == nil {
			free.Mul(free, big.NewInt(int64(a.Count())))
		}
	}
	return c.times(free)
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
	c, done := t.settled(lo, scope, &blind)
	if !done {
		open := t.open(lo, scope)
		c = t.look(lo, open, blind).times(t.size(scope &^ open))
	}
	t.stack = t.stack[:lo]
	return c
}

// settled counts where a cube covers all that is left. Where that is a page's
// cube, all that matters of other pages is what they cover too.
func (t *tally) settled(lo int, scope uint64, blind *bool) (c census, done bool) {
	owner := int32(nobodys)
	for _, a := range t.stack[lo:] {
		if t.names[a.cube]&scope != 0 {
			continue
		}
		label := t.label[a.cube]
		if *blind || label == nobodys || owner != nobodys && owner != label {
			return census{none: zero}, true
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
	alone := t.count(lo, scope, true).none
	if alone.Sign() == 0 {
		return census{none: zero}, true
	}
	return census{none: zero, only: []sole{{owner, alone}}}, true
}

// look counts what is open, from memory where it can.
func (t *tally) look(lo int, open uint64, blind bool) census {
	if lo == len(t.stack) {
		return census{none: one}
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
func (t *tally) apart(lo int, open uint64, blind bool) (census, bool) {
	var parts []uint64
	for _, a := range t.stack[lo:] {
		names := t.names[a.cube] & open
		parts = slices.DeleteFunc(parts, func(p uint64) bool {
			if p&names != 0 {
				names |= p
				return true
			}
			return false
		})
		if parts = append(parts, names); names == open {
			return census{}, false
		}
	}
	hi := len(t.stack)
	c := census{none: one}
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
func (t *tally) split(lo int, open uint64, blind bool) census {
	hi := len(t.stack)
	q := t.pick(lo, hi, open)
	sum := census{none: new(big.Int)}
	for _, group := range t.branch(lo, hi, q) {
		t.push(lo, hi, q, group)
		sum.add(t.count(hi, open&^(1<<q), blind), int64(t.width(q, group)))
	}
	return sum
}

// size returns how many answers some questions have together.
func (t *tally) size(scope uint64) *big.Int {
	n := one
	for ; scope != 0; scope &= scope - 1 {
		q := bits.TrailingZeros64(scope)
		n = new(big.Int).Mul(n, big.NewInt(int64(t.box[q].Count())))
	}
	return n
}

// times returns the census of the same readers, each n times.
func (c census) times(n *big.Int) census {
	if n.Cmp(one) == 0 {
		return c
	}
	c.none = new(big.Int).Mul(c.none, n)
	c.only = slices.Clone(c.only)
	for i := range c.only {
		c.only[i].n = new(big.Int).Mul(c.only[i].n, n)
	}
	return c
}

// add adds another census n times, to one that nobody else holds.
func (c *census) add(d census, n int64) {
	times := big.NewInt(n)
	c.none.Add(c.none, new(big.Int).Mul(d.none, times))
	for _, s := range d.only {
		i, found := slices.BinarySearchFunc(c.only, s.label, byLabel)
		if !found {
			c.only = slices.Insert(c.only, i, sole{s.label, new(big.Int)})
		}
		c.only[i].n.Add(c.only[i].n, new(big.Int).Mul(s.n, times))
	}
}

// beside returns the census of readers who answer both sets of questions.
func (c census) beside(d census) census {
	both := census{none: new(big.Int).Mul(c.none, d.none)}
	labels := make([]int32, 0, len(c.only)+len(d.only))
	for _, s := range slices.Concat(c.only, d.only) {
		labels = append(labels, s.label)
	}
	slices.Sort(labels)
	for _, label := range slices.Compact(labels) {
		// Alone in both, or alone in one and nobody in the other.
		n := new(big.Int).Mul(new(big.Int).Add(c.none, c.alone(label)), new(big.Int).Add(d.none, d.alone(label)))
		if n.Sub(n, both.none); n.Sign() > 0 {
			both.only = append(both.only, sole{label, n})
		}
	}
	return both
}

// alone returns how many readers only the cubes of a label take.
func (c census) alone(label int32) *big.Int {
	if i, found := slices.BinarySearchFunc(c.only, label, byLabel); found {
		return c.only[i].n
	}
	return zero
}

func byLabel(s sole, label int32) int { return int(s.label - label) }

// total returns how many readers the census counts.
func (c census) total() *big.Int {
	n := new(big.Int).Set(c.none)
	for _, s := range c.only {
		n.Add(n, s.n)
	}
	return n
}
