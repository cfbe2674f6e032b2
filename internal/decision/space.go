package decision

import (
	"cmp"
	"math/bits"
	"slices"
)

// space is a box of readers as some cubes see it.
//
// [space.count] splits it question by question, into groups of answers that no
// cube tells apart, and carries along the cubes that are left. A cube that
// narrows no question that is still open covers all that is left.
type space struct {
	*meter
	box   Cube
	cubes []Cube
	names []uint64 // by cube: the questions it narrows
	stack []active
	memo  map[count]tally // by what the cubes that are left still say
	found Cube            // where one reader outside is wanted, not their number: what is left of the box
}

// active is a cube that is left, whose it is, and a digest of what it still
// says. A digest is a sum of well mixed terms, so that an answered question is
// taken off by a subtraction. Two different sets of cubes among the million
// that a search may meet share one with a chance of about 1 in 10^26.
type active struct {
	cube, page int32
	digest     count
}

// nobodys labels cubes that take readers away: the impossible combinations,
// and the cubes of pages where it does not matter whose they are.
const nobodys = -1

// newSpace encodes the cubes that share something with the box: those of
// pages, and others that are nobody's.
func newSpace(m *meter, box Cube, rules owned, others ...[]Cube) *space {
	s := &space{meter: m, box: box, memo: map[count]tally{}}
	for l, cubes := range append(others, rules.cubes) {
		m.spend(len(cubes))
		for i, c := range cubes {
			if !c.meets(box) {
				continue
			}
			a := active{cube: int32(len(s.cubes)), page: nobodys}
			if l == len(others) {
				a.page = int32(rules.page[i])
			}
			a.digest = term(uint64(a.page), 0)
			names := uint64(0)
			for q, answers := range c {
				if answers&box[q] != box[q] {
					names |= 1 << q
					a.digest = a.digest.plus(s.term(q, c))
				}
			}
			s.cubes, s.names, s.stack = append(s.cubes, c), append(s.names, names), append(s.stack, a)
		}
	}
	m.spend(len(s.cubes) * len(box))
	return s
}

// refine splits classes of answers by one more set.
func refine(classes []Answers, by Answers) []Answers {
	for i, n := 0, len(classes); i < n; i++ {
		if in := classes[i] & by; in != 0 && in != classes[i] {
			classes = append(classes, classes[i]&^by)
			classes[i] = in
		}
	}
	return classes
}

// branch returns the groups of answers to question q that the cubes in
// stack[lo:] cannot tell apart.
func (s *space) branch(lo, q int) []Answers {
	groups := []Answers{s.box[q]}
	for _, a := range s.stack[lo:] {
		groups = refine(groups, s.cubes[a.cube][q])
	}
	return groups
}

// push puts on the stack what is left of stack[lo:hi] once question q is
// answered by one of group.
func (s *space) push(lo, hi, q int, group Answers) {
	for i := lo; i < hi; i++ {
		a := s.stack[i]
		c := s.cubes[a.cube]
		if c[q]&group == 0 {
			continue
		}
		if s.names[a.cube]>>q&1 == 1 {
			a.digest = a.digest.minus(s.term(q, c))
		}
		s.stack = append(s.stack, a)
	}
}

// pick returns the question that the most cubes narrow, those that narrow
// little else counting for more.
func (s *space) pick(lo int, scope uint64) (best int) {
	var weight [MaxQuestions]int
	for _, a := range s.stack[lo:] {
		names := s.names[a.cube] & scope
		w := 1 << max(0, 12-2*bits.OnesCount64(names))
		for ; names != 0; names &= names - 1 {
			q := bits.TrailingZeros64(names)
			if weight[q] += w; weight[q] > weight[best] {
				best = q
			}
		}
	}
	return best
}

// unique drops from stack[lo:] cubes that say the same, and returns the digest
// of the set.
func (s *space) unique(lo int) (sum count) {
	s.spend(len(s.stack) - lo)
	slices.SortFunc(s.stack[lo:], func(a, b active) int { return cmp.Compare(a.digest.lo, b.digest.lo) })
	left := slices.CompactFunc(s.stack[lo:], func(a, b active) bool { return a.digest == b.digest })
	for _, a := range left {
		sum = sum.plus(term(a.digest.hi, a.digest.lo))
	}
	s.stack = s.stack[:lo+len(left)]
	return sum
}

// term returns one part of a digest.
func term(x, y uint64) count {
	x = mix(x + 0x9e3779b97f4a7c15)
	return count{x, mix(y ^ mix(x+0xd1b54a32d192ed03))}
}

// term is what one question adds to a cube's digest.
func (s *space) term(q int, c Cube) count { return term(uint64(c[q]&s.box[q]), uint64(q)+1) }

func mix(x uint64) uint64 { // the finaliser of splitmix64
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// meter bounds work. Its unit is one look at one cube, of which a machine
// does some hundred million a second.
type meter struct{ left int }

// spent is what a meter panics with when nothing is left; [meter.try] recovers it.
type spent struct{}

func (m *meter) spend(n int) {
	if m.left -= n; m.left < 0 {
		panic(spent{})
	}
}

// try runs work on what is left, and reports whether it was enough.
func (m *meter) try(work func()) (done bool) {
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(spent); !ok {
				panic(r)
			}
			done = false
		}
	}()
	work()
	return true
}
