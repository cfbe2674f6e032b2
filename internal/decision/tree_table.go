package decision

import "math/bits"

// table is a decision turned on its side: for every answer, the rows that
// admit it. A row is an alternative of a landing page, or an impossible
// combination.
type table struct {
	landing []int // of each row, as an index into Landings
	cubes   []Cube
	rows    [][]bitset // by question and answer: the alternatives that admit it
	voids   [][]bitset // likewise, the impossible combinations
	void    bitset     // all impossible combinations
}

func newTable(d *Decision) *table {
	t := &table{}
	for i, rule := range d.Landings {
		for _, alt := range rule.Alternatives {
			t.landing = append(t.landing, i)
			t.cubes = append(t.cubes, alt.Cube)
		}
	}
	voids := d.ground().void
	t.rows, t.voids, t.void = columns(d, t.cubes), columns(d, voids), full(len(voids))
	return t
}

func (t *table) all() bitset { return full(len(t.cubes)) }

// columns finds for every answer which of the cubes admit it.
func columns(d *Decision, cubes []Cube) [][]bitset {
	in := make([][]bitset, len(d.Questions))
	for q := range d.Questions {
		in[q] = make([]bitset, len(d.Questions[q].Answers))
		for a := range in[q] {
			in[q][a] = make(bitset, (len(cubes)+63)/64)
			for i, c := range cubes {
				if c[q].Has(a) {
					in[q][a].set(i)
				}
			}
		}
	}
	return in
}

// classes groups the answers of a question that no row tells apart.
func (t *table) classes(d *Decision, q int) []Answers {
	var classes []Answers
	seen := map[string]int{}
	for a := range d.Questions[q].Answers {
		key := string(t.voids[q][a].key(t.rows[q][a].key(nil)))
		c, ok := seen[key]
		if !ok {
			c, seen[key] = len(classes), len(classes)
			classes = append(classes, 0)
		}
		classes[c] |= 1 << a
	}
	return classes
}

// bitset is a set of rows.
type bitset []uint64

func full(n int) bitset {
	b := make(bitset, (n+63)/64)
	for i := range n {
		b.set(i)
	}
	return b
}

func (b bitset) set(i int) { b[i/64] |= 1 << (i % 64) }

func (b bitset) clear(i int) { b[i/64] &^= 1 << (i % 64) }

// and returns what two sets share, in memory of its own.
func (b bitset) and(c bitset) bitset {
	shared := make(bitset, len(b))
	for i := range b {
		shared[i] = b[i] & c[i]
	}
	return shared
}

// shared counts what two sets share.
func (b bitset) shared(c bitset) int {
	n := 0
	for i := range b {
		n += bits.OnesCount64(b[i] & c[i])
	}
	return n
}

// first returns the lowest member, or -1.
func (b bitset) first() int {
	for i, word := range b {
		if word != 0 {
			return i*64 + bits.TrailingZeros64(word)
		}
	}
	return -1
}

// each calls visit with every member, in order.
func (b bitset) each(visit func(int)) {
	for i, word := range b {
		for ; word != 0; word &= word - 1 {
			visit(i*64 + bits.TrailingZeros64(word))
		}
	}
}

// key appends the set to a key for a map.
func (b bitset) key(key []byte) []byte {
	for _, word := range b {
		for shift := 0; shift < 64; shift += 8 {
			key = append(key, byte(word>>shift))
		}
	}
	return key
}
