package decision

import (
	"math/big"
	"math/bits"
)

// maxReaders is how many combinations of answers a decision may have, in bits.
const maxReaders = 120

// count is an exact number of readers. 128 bits cost a tenth of a big.Int.
type count struct{ hi, lo uint64 }

func (c count) plus(d count) count {
	lo, carry := bits.Add64(c.lo, d.lo, 0)
	return count{c.hi + d.hi + carry, lo}
}

func (c count) times(n int) count {
	hi, lo := bits.Mul64(c.lo, uint64(n))
	return count{hi + c.hi*uint64(n), lo}
}

func (c count) big() *big.Int {
	n := new(big.Int).SetUint64(c.hi)
	return n.Lsh(n, 64).Or(n, new(big.Int).SetUint64(c.lo))
}

func (c count) less(d count) bool { return c.hi < d.hi || c.hi == d.hi && c.lo < d.lo }

// readers counts the combinations that two boxes share.
func (c Cube) readers(d Cube) count {
	n := count{lo: 1}
	for q := range c {
		n = n.times((c[q] & d[q]).Count())
	}
	return n
}
