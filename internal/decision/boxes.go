package decision

import (
	"cmp"
	"slices"
)

const (
	maxRegions = 1000      // boxes of a gap, or of an overlap, that are listed
	regionWork = 4_000_000 // to find them, in units of [meter]
)

// area is a set of readers: those in some cube of each list, and in none of the
// cubes to avoid.
type area struct {
	inside [][]Cube
	avoid  []Cube
}

// list covers the readers of the gap and the overlap with boxes.
func (p *proof) list() {
	p.share(p.v.Gap, func(found *[]Region) { p.fill(found, p.whole, p.cubes, p.around) })
	p.share(p.v.Overlap, func(found *[]Region) {
		for i, a := range p.alts {
			p.spend(len(p.alts) - i)
			for _, b := range p.alts[i+1:] {
				if shared, ok := a.Cube.meet(b.Cube); ok && a.Page != b.Page {
					p.fill(found, shared, nil, p.around)
				}
			}
		}
	})
}

// share looks for boxes. Of those that are not all there are, a few will do.
func (p *proof) share(s *Share, look func(found *[]Region)) {
	if s.Cells.Sign() == 0 {
		return
	}
	p.left = regionWork
	if s.More = !p.try(func() { look(&s.Regions) }); s.More {
		s.Regions = s.Regions[:min(len(s.Regions), maxNamed)]
	}
	p.left = regionWork
	if !p.try(func() { s.Regions = p.trim(s.Regions) }) {
		s.Regions = nil
	}
}

// fill adds boxes that cover the readers of a box who are outside of others.
// around says which area a box that holds a reader has to keep to, and whose
// that is.
func (p *proof) fill(found *[]Region, box Cube, others []Cube, around func(reader Cube) (area, []int)) {
	for {
		seed := p.outside(box, others, boxesOf(*found))
		if seed == nil {
			return
		}
		if len(*found) == maxRegions {
			panic(spent{})
		}
		for q, a := range seed {
			seed[q] = a & -a
		}
		set, pages := around(seed)
		*found = append(*found, Region{Cube: p.grow(set, seed), Pages: pages, reader: seed})
	}
}

// around returns the area of the readers whom the same pages take as one
// reader, and those pages.
func (p *proof) around(reader Cube) (a area, pages []int) {
	for i, cubes := range p.rules {
		if slices.ContainsFunc(cubes, reader.within) {
			pages, a.inside = append(pages, p.Landings[i].Page), append(a.inside, cubes)
		} else {
			a.avoid = append(a.avoid, cubes...)
		}
	}
	return a, pages
}

// grow returns the largest of a few boxes in an area that hold the seed and
// cannot grow. Each widens one question after the other, at first to any
// answer, because a box reads best that leaves questions out.
func (p *proof) grow(a area, seed Cube) (best Cube) {
	n := len(seed)
	for start := range min(n, 4) {
		box := slices.Clone(seed)
		for i := range 2 * n {
			q := (start*n/4 + i) % n
			for rest := p.whole[q] &^ box[q]; rest != 0; {
				slab := slices.Clone(box)
				if slab[q] = rest; i >= n {
					slab[q] = rest & -rest
				}
				if rest &^= slab[q]; p.holds(a, slab) {
					box[q] |= slab[q]
				}
			}
		}
		if best == nil || best.readers(best).less(box.readers(box)) {
			best = box
		}
	}
	return best
}

// holds reports whether every reader of a box is in an area.
func (p *proof) holds(a area, box Cube) bool {
	p.spend(len(a.avoid))
	for _, c := range a.avoid {
		if shared, ok := c.meet(box); ok && p.outside(shared) != nil {
			return false
		}
	}
	return !slices.ContainsFunc(a.inside, func(cubes []Cube) bool { return p.outside(box, cubes) != nil })
}

// trim counts the readers of regions, sorts them, the largest first, and drops
// those that others of the same pages cover.
func (p *proof) trim(found []Region) []Region {
	for i, r := range found {
		found[i].Cells = p.size(r.Cube)
	}
	slices.SortStableFunc(found, func(x, y Region) int {
		return cmp.Or(slices.Compare(x.Pages, y.Pages), y.Cells.Cmp(x.Cells), slices.Compare(x.Cube, y.Cube))
	})
	for i := len(found) - 1; i >= 0; i-- {
		others := slices.Delete(slices.Clone(found), i, i+1)
		same := keep(others, func(r Region) bool { return slices.Equal(r.Pages, found[i].Pages) })
		if p.outside(found[i].Cube, boxesOf(same)) == nil {
			found = others
		}
	}
	return found
}

func boxesOf(regions []Region) []Cube {
	return each(regions, func(r Region) Cube { return r.Cube })
}
