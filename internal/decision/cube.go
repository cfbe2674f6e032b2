package decision

import (
	"slices"

	"lukechampine.com/uint128"
)

// every returns the set of the first n answers.
func every(n int) Answers { return ^Answers(0) >> (MaxAnswers - n) }

// meet returns the box that two boxes share.
func (c Cube) meet(d Cube) Cube {
	shared := slices.Clone(c)
	for q := range c {
		shared[q] &= d[q]
	}
	return shared
}

func (c Cube) meets(d Cube) bool {
	for q := range c {
		if c[q]&d[q] == 0 {
			return false
		}
	}
	return true
}

// with returns c, narrowed to some answers of one question.
func (c Cube) with(q int, a Answers) Cube {
	c = slices.Clone(c)
	c[q] &= a
	return c
}

// grow returns a box within whole that holds c and cannot grow. It widens
// one question after the other, by slabs that are held to be good, at first to
// any answer, because a box reads best that leaves questions out.
func (c Cube) grow(whole Cube, good func(slab Cube) bool) Cube {
	box := slices.Clone(c)
	for i := range 2 * len(box) {
		q := i % len(box)
		for rest := whole[q] &^ box[q]; rest != 0; {
			slab := slices.Clone(box)
			if slab[q] = rest; i >= len(box) {
				slab[q] = rest & -rest
			}
			if rest &^= slab[q]; good(slab) {
				box[q] |= slab[q]
			}
		}
	}
	return box
}

// readers counts the combinations that two boxes share.
func (c Cube) readers(d Cube) count {
	n := uint128.From64(1)
	for q := range c {
		n = times(n, c[q]&d[q])
	}
	return n
}

// times returns how many there are of n for each of some answers.
func times(n count, a Answers) count { return n.Mul64(uint64(a.Count())) }

// voids lists the combinations that no reader is in.
func (d *Decision) voids() []Cube {
	return each(d.Impossible, func(v Impossible) Cube { return v.Cube })
}

// maxReaders is how many combinations of answers a decision may have, in bits.
const maxReaders = 120

// count is an exact number of readers. 128 bits cost a tenth of a big.Int.
type count = uint128.Uint128

// keep returns the items that fit.
func keep[T any](items []T, fits func(T) bool) []T {
	kept := []T{}
	for _, item := range items {
		if fits(item) {
			kept = append(kept, item)
		}
	}
	return kept
}

// without returns the items but for one.
func without[T any](items []T, i int) []T { return slices.Delete(slices.Clone(items), i, i+1) }

// each turns every item into another; nil stays nil.
func each[T, U any](items []T, turn func(T) U) []U {
	if items == nil {
		return nil
	}
	out := make([]U, len(items))
	for i, item := range items {
		out[i] = turn(item)
	}
	return out
}
