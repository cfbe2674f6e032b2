package decision

import (
	"cmp"
	"math/bits"
	"slices"
)

// space is a box of readers as some cubes see it: questions that no cube
// narrows are left out, and answers that no cube tells apart are one class.
//
// [space.count] splits it question by question, class by class, and carries
// along the cubes that are left. A cube that narrows no question that is still
// open covers all that is left.
type space struct {
	*meter
	box     Cube
	classes [][]Answers // by question: those that cubes tell apart, at least two; nil where none do
	cols    [][]Answers // by question, then cube: the classes the cube admits
	names   []uint64    // by cube: the questions it narrows
	stack   []active
	memo    map[count]tally // by what the cubes that are left still say
	found   Cube            // where one reader outside is wanted, not their number: what is left of the box
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
	s.classes, s.cols = make([][]Answers, len(box)), make([][]Answers, len(box))
	var near []Cube
	for l, cubes := range append(others, rules.cubes) {
		m.spend(len(cubes))
		for i, c := range cubes {
			if !c.meets(box) {
				continue
			}
			a := active{cube: int32(len(near)), page: nobodys}
			if l == len(others) {
				a.page = int32(rules.page[i])
			}
			near, s.stack = append(near, c), append(s.stack, a)
		}
	}
	m.spend(len(near) * len(box))
	s.names = make([]uint64, len(near))
	for q := range box {
		s.encode(q, near)
	}
	for i := range s.stack {
		a := &s.stack[i]
		a.digest = term(uint64(a.page), 0)
		for rest := s.names[i]; rest != 0; rest &= rest - 1 {
			a.digest = a.digest.plus(s.term(bits.TrailingZeros64(rest), a.cube))
		}
	}
	return s
}

// encode finds the classes of one question.
func (s *space) encode(q int, cubes []Cube) {
	whole := s.box[q]
	classes := []Answers{whole}
	for _, c := range cubes {
		classes = refine(classes, c[q])
	}
	if len(classes) == 1 {
		return
	}
	s.classes[q], s.cols[q] = classes, make([]Answers, len(cubes))
	for i, c := range cubes {
		for k, class := range classes {
			if c[q]&class != 0 {
				s.cols[q][i] |= 1 << k
			}
		}
		if c[q]&whole != whole {
			s.names[i] |= 1 << q
		}
	}
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

// branch returns the groups of classes of question q that the cubes in
// stack[lo:hi] cannot tell apart, those first that leave the fewest cubes.
func (s *space) branch(lo, hi, q int) []Answers {
	groups := []Answers{every(len(s.classes[q]))}
	for _, a := range s.stack[lo:hi] {
		groups = refine(groups, s.cols[q][a.cube])
	}
	if s.found == nil {
		return groups
	}
	var left [MaxAnswers]int
	for _, a := range s.stack[lo:hi] {
		for _, g := range groups {
			left[g.first()] += int(s.cols[q][a.cube] >> g.first() & 1)
		}
	}
	slices.SortStableFunc(groups, func(a, b Answers) int { return left[a.first()] - left[b.first()] })
	return groups
}

// push puts on the stack what is left of stack[lo:hi] once question q is
// answered by a class of group.
func (s *space) push(lo, hi, q int, group Answers) {
	class := group.first()
	for i := lo; i < hi; i++ {
		a := s.stack[i]
		if !s.cols[q][a.cube].Has(class) {
			continue
		}
		if s.names[a.cube]>>q&1 == 1 {
			a.digest = a.digest.minus(s.term(q, a.cube))
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

// answers returns the answers that a group of classes stands for.
func (s *space) answers(q int, group Answers) (set Answers) {
	for k, class := range s.classes[q] {
		if group.Has(k) {
			set |= class
		}
	}
	return set
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
func (s *space) term(q int, cube int32) count { return term(uint64(s.cols[q][cube]), uint64(q)+1) }

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
