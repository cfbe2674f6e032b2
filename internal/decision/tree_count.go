package decision

import (
	"math"
	"math/big"
	"math/bits"
)

// count is an exact number of readers, or of questions put to them all. 128
// bits hold what maxReaders allows, and cost a tenth of a big.Int.
type count struct{ hi, lo uint64 }

// maxReaders bounds the combinations of a decision whose tree is planned, in
// bits: their number times the most questions has to fit into a count.
const maxReaders = 120

func (c count) plus(d count) count {
	lo, carry := bits.Add64(c.lo, d.lo, 0)
	return count{c.hi + d.hi + carry, lo}
}

func (c count) times(n int) count {
	hi, lo := bits.Mul64(c.lo, uint64(n))
	return count{hi + c.hi*uint64(n), lo}
}

func (c count) less(d count) bool { return c.hi < d.hi || c.hi == d.hi && c.lo < d.lo }

func (c count) big() *big.Int {
	n := new(big.Int).SetUint64(c.hi)
	return n.Lsh(n, 64).Or(n, new(big.Int).SetUint64(c.lo))
}

// countOf returns the number n, which has at most 128 bits.
func countOf(n *big.Int) count {
	return count{new(big.Int).Rsh(n, 64).Uint64(), new(big.Int).And(n, new(big.Int).SetUint64(math.MaxUint64)).Uint64()}
}

// many is a number of nodes, which stays at its greatest value once there.
type many uint64

func (m many) plus(n many) many {
	if sum, carry := bits.Add64(uint64(m), uint64(n), 0); carry == 0 {
		return many(sum)
	}
	return math.MaxUint64
}

func (m many) times(n int) many {
	if hi, lo := bits.Mul64(uint64(m), uint64(n)); hi == 0 {
		return many(lo)
	}
	return math.MaxUint64
}

// int returns the number, or the greatest int where it is more than that.
func (m many) int() int { return int(min(m, math.MaxInt)) }
