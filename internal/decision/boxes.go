package decision

import (
	"cmp"
	"iter"
	"maps"
	"math"
	"math/big"
	"slices"
)

// MaxRegions is how many boxes of a gap, or of an overlap, are listed.
const MaxRegions = 1000

// area is a set of readers: the possible ones who are in some cube of each
// list, and in none of the cubes to avoid.
type area struct {
	whole  Cube
	voids  []Cube
	inside [][]Cube
	avoid  []Cube
}

// holds reports whether every possible reader of a box is in the area.
func (a area) holds(m *meter, box Cube) bool {
	m.spend(len(a.avoid))
	for _, c := range a.avoid {
		if shared, ok := c.meet(box); ok && findOutside(m, shared, a.voids) != nil {
			return false
		}
	}
	return !slices.ContainsFunc(a.inside, func(cubes []Cube) bool { return findOutside(m, box, cubes, a.voids) != nil })
}

// fill finds boxes that cover the possible readers who are in one of some
// cubes and outside of others. of says which area around a reader a box has to
// keep to, and whose that is. It stops at the most regions, and says so.
func (p *prover) fill(m *meter, from iter.Seq[Cube], outside []Cube, most int, of func(reader Cube) (area, []int)) (found []Region, more bool) {
	more = !m.try(func() {
		for c := range from {
			for {
				seed := findOutside(m, c, p.voids, outside, boxesOf(found))
				if seed == nil {
					break
				}
				for q, a := range seed {
					seed[q] = a & -a
				}
				around, pages := of(seed)
				found = append(found, Region{Cube: around.grow(m, seed), Pages: pages})
				if len(found) == most {
					m.spend(math.MaxInt)
				}
			}
		}
	})
	return found, more
}

// share covers the readers of a gap, or of an overlap: apart for each set of
// pages that share them. Of boxes that are not all there are, a few will do.
func (p *prover) share(cells *big.Int, from func(m *meter) iter.Seq[Cube], outside []Cube) *Share {
	s := &Share{Cells: cells}
	if cells.Sign() == 0 {
		return s
	}
	m := &meter{left: regionWork}
	s.Regions, s.More = p.fill(m, from(m), outside, MaxRegions, func(reader Cube) (area, []int) { return p.around(reader, outside) })
	if s.More {
		s.Regions = s.Regions[:min(len(s.Regions), maxNamed)]
	}
	m.left = regionWork
	if !m.try(func() { s.Regions = p.trim(m, s.Regions) }) {
		s.Regions = nil
	}
	return s
}

// pairs returns what every two alternatives of different pages share.
func (p *prover) pairs(m *meter) iter.Seq[Cube] {
	return func(yield func(Cube) bool) {
		cubes, page := p.landings.cubes, p.landings.page
		for i, c := range cubes {
			m.spend(len(cubes) - i)
			for j := i + 1; j < len(cubes); j++ {
				if shared, ok := c.meet(cubes[j]); ok && page[i] != page[j] && !yield(shared) {
					return
				}
			}
		}
	}
}

// around returns the area of the readers whom the same pages take as one
// reader, and those pages.
func (p *prover) around(reader Cube, avoid []Cube) (area, []int) {
	var pages []int
	by := map[int][]Cube{}
	for i, c := range p.landings.cubes {
		page := p.landings.page[i]
		if by[page] = append(by[page], c); reader.within(c) && !slices.Contains(pages, page) {
			pages = append(pages, page)
		}
	}
	a := area{whole: p.whole, voids: p.voids, avoid: slices.Clip(avoid)}
	for _, page := range slices.Sorted(maps.Keys(by)) {
		if slices.Contains(pages, page) {
			a.inside = append(a.inside, by[page])
		} else if len(pages) > 0 {
			a.avoid = append(a.avoid, by[page]...)
		}
	}
	return a, pages
}

// grow returns the largest box of a few in the area that hold the seed and
// cannot grow.
func (a area) grow(m *meter, seed Cube) (best Cube) {
	for start := range min(len(seed), 4) {
		box := a.growFrom(m, seed, start*len(seed)/4)
		if best == nil || best.readers(best).less(box.readers(box)) {
			best = box
		}
	}
	return best
}

// growFrom widens a box one question after the other, at first to any answer,
// because a box reads best that leaves questions out.
func (a area) growFrom(m *meter, seed Cube, start int) Cube {
	box := slices.Clone(seed)
	widen := func(q int, more Answers) {
		slab := slices.Clone(box)
		if slab[q] = more &^ box[q]; slab[q] != 0 && a.holds(m, slab) {
			box[q] |= more
		}
	}
	for i := range box {
		q := (start + i) % len(box)
		widen(q, a.whole[q])
	}
	for i := range box {
		q := (start + i) % len(box)
		for rest := a.whole[q] &^ box[q]; rest != 0; rest &= rest - 1 {
			widen(q, rest&-rest)
		}
	}
	return box
}

// trim drops regions that others of the same pages cover, counts the readers
// of the rest and sorts them, the largest first.
func (p *prover) trim(m *meter, found []Region) []Region {
	slices.SortStableFunc(found, func(x, y Region) int { return x.Cube.readers(x.Cube).compare(y.Cube.readers(y.Cube)) })
	for i := 0; i < len(found); {
		others := slices.Delete(slices.Clone(found), i, i+1)
		same := keep(others, func(r Region) bool { return slices.Equal(r.Pages, found[i].Pages) })
		if findOutside(m, found[i].Cube, boxesOf(same), p.voids) == nil {
			found = others
		} else {
			i++
		}
	}
	for i := range found {
		found[i].Cells = countOutside(m, found[i].Cube, p.voids)
	}
	slices.SortStableFunc(found, func(x, y Region) int {
		return cmp.Or(slices.Compare(x.Pages, y.Pages), y.Cells.Cmp(x.Cells), slices.Compare(x.Cube, y.Cube))
	})
	return found
}

func boxesOf(regions []Region) []Cube {
	return each(regions, func(r Region) Cube { return r.Cube })
}
