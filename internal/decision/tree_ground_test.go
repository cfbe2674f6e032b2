package decision

import (
	"math/big"
	"math/rand/v2"
	"testing"
)

// The plain search and the one that remembers agree, and both with counting.
func TestEscape(t *testing.T) {
	for seed := range uint64(cases(t, 2000)) {
		r := rand.New(rand.NewPCG(seed, 10))
		d := &Decision{Questions: questions(3, 2, 4, 3)}
		randomImpossible(r, d, r.IntN(12))
		g := d.ground()
		left := 0
		eachCell(d, func(cell []int) {
			if g.inhabited(cubeOf(cell)) {
				left++
			}
		})
		found := findOutside(&meter{left: 1 << 20}, g.whole, g.void)
		if e := escape(g.whole, g.void); (e == nil) != (left == 0) || (found == nil) != (left == 0) {
			t.Fatalf("seed %d: %d are left, found %v and %v", seed, left, e, found)
		}
		if n := readersIn(g.whole, g.void); n.Cmp(big.NewInt(int64(left))) != 0 {
			t.Fatalf("seed %d: counted %v, want %d", seed, n, left)
		}
	}
}

// Hundreds of overlapping impossible combinations are no reason to hang.
func TestEscapeFromMany(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 11))
	answers := make([]int, 14)
	for i := range answers {
		answers[i] = 3
	}
	d := &Decision{Questions: questions(answers...)}
	g := d.ground()
	for range 150 {
		c := g.whole
		for range 3 {
			q := r.IntN(len(c))
			c = c.with(q, 1<<r.IntN(3))
		}
		g.void = append(g.void, c)
	}
	n := readersIn(g.whole, g.void)
	if e := escape(g.whole, g.void); e == nil || n.Sign() == 0 {
		t.Errorf("nobody is left: %v, %v", e, n)
	}
}
