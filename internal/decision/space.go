package decision

import (
	"cmp"
	"math/bits"
	"slices"
)

// space is a box of readers as some cubes see it. It is counted question by
// question, split into groups of answers that no cube tells apart.
type space struct {
	*meter
	box   Cube
	cubes []active         // those that meet the box
	memo  map[uint64]tally // by what the cubes that are left still say
	found Cube             // where one reader outside is wanted, not their number: what is left of the box
}

// tally counts readers: those in no cube, and those in cubes of one page alone.
type tally struct{ none, one count }

// active is a cube that is left while a space is split.
type active struct {
	*narrowed
	page   int    // whose it is
	digest uint64 // of what it still says: a sum, so that an answered question is taken off by subtraction
}

// narrowed is a cube, and the questions that it narrows.
type narrowed struct {
	cube  Cube
	names uint64
}

// nobodys stands for the page of cubes that take readers away, and of others
// where it does not matter whose they are.
const nobodys = 0

// newSpace returns the space of a box as the cubes of pages see it, and others
// that are nobody's.
func newSpace(m *meter, box Cube, pages [][]Cube, others ...[]Cube) *space {
	s := &space{meter: m, box: box, memo: map[uint64]tally{}}
	for i, list := range slices.Concat(others, pages) {
		m.spend(len(list))
		for _, c := range list {
			if !c.meets(box) {
				continue
			}
			m.spend(len(box))
			a := active{narrowed: &narrowed{cube: c}, page: max(nobodys, i+1-len(others))}
			a.digest = mix(a.page)
			for q, answers := range c {
				if answers&box[q] != box[q] {
					a.names |= 1 << q
					a.digest += s.term(q, c)
				}
			}
			s.cubes = append(s.cubes, a)
		}
	}
	return s
}

// findOutside returns a box within box that lies in none of the cubes, or nil
// where they cover it all.
func findOutside(m *meter, box Cube, cubes ...[]Cube) Cube {
	s := newSpace(m, box, nil, cubes...)
	if s.found = slices.Clone(box); s.all().none.IsZero() {
		return nil
	}
	return s.found
}

func (s *space) all() tally { return s.count(s.cubes, 1<<len(s.box)-1) }

// count counts the answers to the questions in scope, as the cubes take them. A
// cube that narrows none of these covers all. Where it is a page's, all that
// matters of other pages is what they cover too.
func (s *space) count(cubes []active, scope uint64) (t tally) {
	s.spend(8 + len(cubes))
	owner, open := nobodys, uint64(0)
	for _, a := range cubes {
		if a.names&scope == 0 {
			if a.page == nobodys || owner != nobodys && owner != a.page {
				return tally{}
			}
			owner = a.page
		}
		open |= a.names & scope
	}
	switch {
	case owner != nobodys:
		return tally{one: s.count(disown(cubes, owner), scope).none}
	case len(cubes) == 0:
		t.none.Lo = 1
	default:
		t = s.split(cubes, open)
	}
	for rest := scope &^ open; rest != 0; rest &= rest - 1 {
		t = t.times(s.box[bits.TrailingZeros64(rest)])
	}
	return t
}

// disown returns the cubes of all pages but one, as nobody's.
func disown(cubes []active, page int) (rest []active) {
	for _, a := range cubes {
		if a.page != page {
			a.digest += mix(nobodys) - mix(a.page)
			a.page = nobodys
			rest = append(rest, a)
		}
	}
	return rest
}

// split counts what is open, from memory where it can, else one answer after
// the other to the question that tells the most. Two different sets of cubes
// have the same key with a chance of 1 in 10^19.
func (s *space) split(cubes []active, open uint64) (t tally) {
	slices.SortFunc(cubes, func(a, b active) int { return cmp.Compare(a.digest, b.digest) })
	cubes = slices.CompactFunc(cubes, func(a, b active) bool { return a.digest == b.digest })
	key := uint64(0)
	for _, a := range cubes {
		key += mix(int(a.digest))
	}
	if t, ok := s.memo[key]; ok {
		return t
	}
	q := telling(cubes, open)
	groups := []Answers{s.box[q]}
	for _, a := range cubes {
		groups = refine(groups, a.cube[q])
	}
	for _, group := range groups {
		t = t.plus(s.count(s.answered(cubes, q, group), open&^(1<<q)).times(group))
		if s.found != nil && !t.none.IsZero() {
			s.found[q] = group
			return t
		}
	}
	s.spend(16)
	s.memo[key] = t
	return t
}

// telling returns the question that the most cubes narrow, those that narrow
// little else counting for more.
func telling(cubes []active, open uint64) (best int) {
	var weight [MaxQuestions]int
	for _, a := range cubes {
		names := a.names & open
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

// refine splits groups of answers by one more set.
func refine(groups []Answers, by Answers) []Answers {
	for i, n := 0, len(groups); i < n; i++ {
		if in := groups[i] & by; in != 0 && in != groups[i] {
			groups = append(groups, groups[i]&^by)
			groups[i] = in
		}
	}
	return groups
}

// answered returns what is left of the cubes once a question is answered by one
// of a group.
func (s *space) answered(cubes []active, q int, group Answers) []active {
	rest := make([]active, 0, len(cubes))
	for _, a := range cubes {
		if a.names>>q&1 == 1 {
			a.digest -= s.term(q, a.cube)
		}
		if a.cube[q]&group != 0 {
			rest = append(rest, a)
		}
	}
	return rest
}

// term is what one question adds to a cube's digest.
func (s *space) term(q int, c Cube) uint64 { return mix(int(c[q]&s.box[q]) ^ int(mix(^q))) }

func mix(n int) uint64 { // splitmix64
	x := uint64(n) + 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// times returns the tally of the same readers, once for each of some answers.
func (t tally) times(a Answers) tally { return tally{times(t.none, a), times(t.one, a)} }

// plus returns the tally of both sets of readers.
func (t tally) plus(u tally) tally { return tally{t.none.Add(u.none), t.one.Add(u.one)} }

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
		if r := recover(); r != nil && r != any(spent{}) {
			panic(r)
		}
	}()
	work()
	return true
}
