package decision

import (
	"math/bits"
	"slices"
)

// space is a box of readers as some cubes see it: questions that no cube
// narrows are left out, and answers that no cube tells apart are one class.
//
// Both searches over it ([space.find] and [space.tally]) split it question by
// question, class by class, and carry along the cubes that are left. A cube
// that narrows no question that is still open covers all that is left.
type space struct {
	meter   *meter
	box     Cube
	classes [][]Answers // by question: those that cubes tell apart, at least two; nil where none do
	cols    [][]Answers // by question, then cube: the classes the cube admits
	names   []uint64    // by cube: the questions it narrows
	label   []int32     // by cube: whose it is
	stack   []active
	seen    dedupe
}

// active is a cube that is left, and a digest of what it still says.
type active struct {
	cube   int32
	digest digest
}

// newSpace encodes the cubes that share something with the box.
func newSpace(m *meter, box Cube, label func(i int) int32, cubes ...[]Cube) *space {
	s := &space{meter: m, box: box}
	var near []Cube
	n := 0
	for _, list := range cubes {
		for _, c := range list {
			if c.meets(box) {
				near = append(near, c)
				s.label = append(s.label, label(n))
			}
			n++
		}
	}
	m.spend(n + len(near)*len(box))
	s.classes, s.cols = make([][]Answers, len(box)), make([][]Answers, len(box))
	s.names = make([]uint64, len(near))
	for q := range box {
		s.encode(q, near)
	}
	for i := range near {
		s.stack = append(s.stack, active{int32(i), s.digest(int32(i))})
	}
	return s
}

// encode finds the classes of one question.
func (s *space) encode(q int, cubes []Cube) {
	whole := s.box[q]
	classes := []Answers{whole}
	for _, c := range cubes {
		if c[q]&whole != whole {
			classes = refine(classes, c[q])
		}
	}
	if len(classes) == 1 {
		return
	}
	s.classes[q], s.cols[q] = classes, make([]Answers, len(cubes))
	for i, c := range cubes {
		if c[q]&whole == whole {
			s.cols[q][i] = every(len(classes))
			continue
		}
		s.names[i] |= 1 << q
		for k, class := range classes {
			if c[q]&class != 0 {
				s.cols[q][i] |= 1 << k
			}
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

// open returns the questions that the cubes in stack[lo:] narrow.
func (s *space) open(lo int, scope uint64) (open uint64) {
	for _, a := range s.stack[lo:] {
		open |= s.names[a.cube]
	}
	return open & scope
}

// branch returns the groups of classes of question q that the cubes in
// stack[lo:hi] cannot tell apart.
func (s *space) branch(lo, hi, q int) []Answers {
	var room [8]Answers
	groups := append(room[:0], every(len(s.classes[q])))
	for _, a := range s.stack[lo:hi] {
		if s.names[a.cube]>>q&1 == 1 {
			groups = refine(groups, s.cols[q][a.cube])
		}
	}
	return slices.Clone(groups)
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
			a.digest = a.digest.minus(termOf(q, s.cols[q][a.cube]))
		}
		s.stack = append(s.stack, a)
	}
}

// pick returns the question that the most cubes narrow, those that narrow
// little else counting for more.
func (s *space) pick(lo, hi int, scope uint64) int {
	var weight [MaxQuestions]int
	for _, a := range s.stack[lo:hi] {
		names := s.names[a.cube] & scope
		w := 1 << max(0, 12-2*bits.OnesCount64(names))
		for ; names != 0; names &= names - 1 {
			weight[bits.TrailingZeros64(names)] += w
		}
	}
	best := -1
	for rest := scope; rest != 0; rest &= rest - 1 {
		if q := bits.TrailingZeros64(rest); best < 0 || weight[q] > weight[best] {
			best = q
		}
	}
	return best
}

// width returns how many answers a group of classes stands for.
func (s *space) width(q int, group Answers) int { return s.answers(q, group).Count() }

// digest identifies what a cube, or a set of cubes, still says. Its 128 bits
// are sums of well mixed terms, so that an answered question is taken off by a
// subtraction. Two different sets among the million that a search may meet
// share one with a chance of about 1 in 10^26.
type digest struct{ a, b uint64 }

func (d digest) plus(e digest) digest  { return digest{d.a + e.a, d.b + e.b} }
func (d digest) minus(e digest) digest { return digest{d.a - e.a, d.b - e.b} }

func mix(x uint64) uint64 { // the finaliser of splitmix64
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// mixed turns a sum into a term of another.
func (d digest) mixed() digest {
	return digest{mix(d.a + 0x9e3779b97f4a7c15), mix(d.b ^ mix(d.a+0xd1b54a32d192ed03))}
}

// termOf is what one question adds to a cube's digest.
func termOf(q int, classes Answers) digest {
	return digest{uint64(classes), uint64(q) + 1}.mixed()
}

// digestOf is what a label adds to a cube's digest.
func digestOf(label int32) digest { return digest{uint64(label), 0}.mixed() }

func (s *space) digest(cube int32) digest {
	d := digestOf(s.label[cube])
	for q := range s.classes {
		if s.names[cube]>>q&1 == 1 {
			d = d.plus(termOf(q, s.cols[q][cube]))
		}
	}
	return d
}

// unique drops from stack[lo:] cubes that say the same, and returns the digest
// of the set.
func (s *space) unique(lo int) (sum digest) {
	s.seen.reset(len(s.stack) - lo)
	keep := lo
	for _, a := range s.stack[lo:] {
		if s.seen.add(a.digest) {
			s.stack[keep] = a
			keep++
			sum = sum.plus(a.digest.mixed())
		}
	}
	s.stack = s.stack[:keep]
	return sum
}

// dedupe is a set of digests that is emptied in no time.
type dedupe struct {
	slots []digest
	round []uint32
	now   uint32
}

func (d *dedupe) reset(n int) {
	if need := 1 << bits.Len(uint(2*n)); need > len(d.slots) {
		d.slots, d.round = make([]digest, need), make([]uint32, need)
	}
	d.now++
}

// add reports whether the digest was new.
func (d *dedupe) add(x digest) bool {
	mask := uint64(len(d.slots) - 1)
	for i := x.a & mask; ; i = (i + 1) & mask {
		if d.round[i] != d.now {
			d.round[i], d.slots[i] = d.now, x
			return true
		}
		if d.slots[i] == x {
			return false
		}
	}
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

// stop ends the work as if nothing were left, if a limit of another kind is hit.
func (m *meter) stop(limit bool) {
	if limit {
		panic(spent{})
	}
}

// within runs work on a budget, and reports whether it was enough.
func within(budget int, work func(m *meter)) bool {
	m := &meter{left: budget}
	return m.try(func() { work(m) })
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
