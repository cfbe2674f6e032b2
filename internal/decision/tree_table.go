package decision

import (
	"encoding/binary"
	"math/bits"
)

// table is a decision turned on its side: for every answer, the rows that
// admit it. A row is an alternative of a landing page, or an impossible
// combination.
type table struct {
	landing []int // of each row, as an index into Landings
	cubes   []Cube
	rows    [][]bitset // by question and answer: the alternatives that admit it
	voids   [][]bitset // likewise, the impossible combinations
	void    bitset     // all impossible combinations
	of      []bitset   // by landing: its alternatives
}

func newTable(d *Decision) *table {
	t := &table{of: make([]bitset, len(d.Landings))}
	for i, rule := range d.Landings {
		for _, alt := range rule.Alternatives {
			t.landing = append(t.landing, i)
			t.cubes = append(t.cubes, alt.Cube)
		}
	}
	for i := range t.of {
		t.of[i] = make(bitset, (len(t.cubes)+63)/64)
	}
	for row, i := range t.landing {
		t.of[i].set(row)
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

// meet sets b to what two sets share, and returns it.
func (b bitset) meet(c, d bitset) bitset {
	for i := range b {
		b[i] = c[i] & d[i]
	}
	return b
}

// within reports whether all members of b are in c.
func (b bitset) within(c bitset) bool {
	for i := range b {
		if b[i]&^c[i] != 0 {
			return false
		}
	}
	return true
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
		key = binary.LittleEndian.AppendUint64(key, word)
	}
	return key
}
