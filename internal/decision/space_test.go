package decision

import (
	"math/big"
	"math/rand/v2"
	"testing"
)

// Searching agrees with counting, and both with trying all readers.
func TestFindOutside(t *testing.T) {
	for seed := range uint64(cases(t, 2000)) {
		r := rand.New(rand.NewPCG(seed, 10))
		d := &Decision{Questions: questions(3, 2, 4, 3)}
		d.whole = whole(d.Questions)
		randomImpossible(r, d, r.IntN(12))
		left := 0
		eachCell(d, func(cell []int) {
			if !d.covered(cubeOf(cell)) {
				left++
			}
		})
		m := &meter{left: 1 << 20}
		if found := findOutside(m, d.whole, d.voids()); (found == nil) != (left == 0) {
			t.Fatalf("seed %d: %d are left, found %v", seed, left, found)
		}
		if n := newSpace(m, d.whole, nil, d.voids()).all().none.Big(); n.Cmp(big.NewInt(int64(left))) != 0 {
			t.Fatalf("seed %d: counted %v, want %d", seed, n, left)
		}
	}
}

// Hundreds of overlapping impossible combinations are no reason to hang.
func TestFindOutsideMany(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 11))
	answers := make([]int, 14)
	for i := range answers {
		answers[i] = 3
	}
	all := whole(questions(answers...))
	var voids []Cube
	for range 150 {
		c := all
		for range 3 {
			q := r.IntN(len(c))
			c = c.with(q, 1<<r.IntN(3))
		}
		voids = append(voids, c)
	}
	m := &meter{left: 1 << 30}
	if found, n := findOutside(m, all, voids), newSpace(m, all, nil, voids).all().none.Big(); found == nil || n.Sign() == 0 {
		t.Errorf("nobody is left: %v, %v", found, n)
	}
}
