package decision

import (
	"cmp"
	"slices"
)

// MaxRegions is how many boxes of a gap, or of an overlap, are listed.
const MaxRegions = 1000

// boxes covers a set of readers with few and large boxes.
type boxes struct {
	*prover
	meter *meter
	fits  func(slab Cube) bool // every possible reader in slab is in the set
}

// gapRegions covers the readers that no landing cube takes.
func (p *prover) gapRegions(s *Share) {
	var found []Cube
	s.More = !within(regionWork, func(m *meter) {
		b := boxes{p, m, func(slab Cube) bool { return p.free(m, slab, p.landings, nil) }}
		for {
			seed := findOutside(m, p.whole, p.landings.cubes, p.loose, p.voids, found)
			if seed == nil {
				return
			}
			found = append(found, b.grow(seed))
			m.stop(len(found) == MaxRegions)
		}
	})
	p.finish(s, found, nil)
}

// overlapRegions covers the readers that two pages or more take, apart for
// each set of pages that share them.
func (p *prover) overlapRegions(s *Share) {
	var found []Cube
	var sets [][]int // the pages of each box found
	s.More = !within(regionWork, func(m *meter) {
		for shared := range p.pairs(m) {
			for {
				seed := findOutside(m, shared, p.voids, found)
				if seed == nil {
					break
				}
				cell := single(seed)
				pages := p.takers(cell)
				b := boxes{p, m, func(slab Cube) bool { return p.shared(m, slab, pages) }}
				found, sets = append(found, b.grow(cell)), append(sets, pages)
				m.stop(len(found) == MaxRegions)
			}
		}
	})
	for len(found) > 0 {
		pages := sets[0]
		var group []Cube
		for i := len(found) - 1; i >= 0; i-- {
			if slices.Equal(sets[i], pages) {
				group = append(group, found[i])
				found, sets = slices.Delete(found, i, i+1), slices.Delete(sets, i, i+1)
			}
		}
		slices.Reverse(group)
		p.finish(s, group, pages)
	}
}

// pairs returns what every two alternatives of different pages share.
func (p *prover) pairs(m *meter) func(yield func(shared Cube) bool) {
	return func(yield func(Cube) bool) {
		cubes, page := p.landings.cubes, p.landings.page
		for i, c := range cubes {
			m.spend(len(cubes) - i)
			for j := i + 1; j < len(cubes); j++ {
				if page[i] == page[j] || !c.meets(cubes[j]) {
					continue
				}
				if shared, _ := c.meet(cubes[j]); !yield(shared) {
					return
				}
			}
		}
	}
}

// finish adds boxes to a share as regions. Of those that are not all there
// are, a few will do.
func (p *prover) finish(s *Share, found []Cube, pages []int) {
	if s.More {
		found = found[:min(len(found), maxNamed)]
	}
	within(regionWork, func(m *meter) {
		s.Regions = append(s.Regions, boxes{prover: p, meter: m}.regions(found, pages)...)
	})
}

// single returns one reader of a box.
func single(box Cube) Cube {
	cell := slices.Clone(box)
	for q, a := range box {
		cell[q] = a & -a
	}
	return cell
}

// takers returns the pages that take a reader.
func (p *prover) takers(cell Cube) (pages []int) {
	for i, c := range p.landings.cubes {
		if page := p.landings.page[i]; cell.within(c) && !slices.Contains(pages, page) {
			pages = append(pages, page)
		}
	}
	return pages
}

// free reports whether no cube of another page than those given takes a
// possible reader of the slab.
func (p *prover) free(m *meter, slab Cube, rules owned, but []int) bool {
	m.spend(len(rules.cubes))
	for i, c := range rules.cubes {
		if !c.meets(slab) || slices.Contains(but, rules.page[i]) {
			continue
		}
		if shared, _ := c.meet(slab); findOutside(m, shared, p.voids) != nil {
			return false
		}
	}
	return true
}

// shared reports whether these pages and no others take every possible reader
// of the slab.
func (p *prover) shared(m *meter, slab Cube, pages []int) bool {
	if !p.free(m, slab, p.landings, pages) {
		return false
	}
	for _, page := range pages {
		if findOutside(m, slab, p.landings.of(page), p.voids) != nil {
			return false
		}
	}
	return true
}

// grow returns the largest box of a few that hold the seed and cannot grow.
func (b boxes) grow(seed Cube) (best Cube) {
	size := 0.0
	for start := range min(len(seed), 4) {
		box := b.growFrom(seed, start*len(seed)/4)
		if n := volume(box); n > size {
			best, size = box, n
		}
	}
	return best
}

// growFrom widens a box one question after the other, at first to any answer,
// because a box reads best that leaves questions out.
func (b boxes) growFrom(seed Cube, start int) Cube {
	box := slices.Clone(seed)
	widen := func(q int, more Answers) {
		slab := slices.Clone(box)
		if slab[q] = more &^ box[q]; slab[q] != 0 && b.fits(slab) {
			box[q] |= more
		}
	}
	for i := range box {
		q := (start + i) % len(box)
		widen(q, b.whole[q])
	}
	for i := range box {
		q := (start + i) % len(box)
		for rest := b.whole[q] &^ box[q]; rest != 0; rest &= rest - 1 {
			widen(q, rest&-rest)
		}
	}
	return box
}

func volume(box Cube) float64 {
	n := 1.0
	for _, a := range box {
		n *= float64(a.Count())
	}
	return n
}

// regions drops boxes that the others cover, counts the readers of the rest
// and sorts them, the largest first.
func (b boxes) regions(found []Cube, pages []int) []Region {
	slices.SortStableFunc(found, func(x, y Cube) int { return cmp.Compare(volume(x), volume(y)) })
	for i := 0; i < len(found); {
		others := slices.Delete(slices.Clone(found), i, i+1)
		if findOutside(b.meter, found[i], others, b.voids) == nil {
			found = others
		} else {
			i++
		}
	}
	regions := make([]Region, len(found))
	for i, box := range found {
		regions[i] = Region{Cube: box, Cells: countOutside(b.meter, box, b.voids), Pages: pages}
	}
	slices.SortStableFunc(regions, func(x, y Region) int {
		return cmp.Or(y.Cells.Cmp(x.Cells), slices.Compare(x.Cube, y.Cube))
	})
	return regions
}
