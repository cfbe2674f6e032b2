package decision

import (
	"cmp"
	"slices"
)

// list covers the readers of the gap and the overlap with boxes.
func (p *proof) list() {
	p.boxes(p.v.Gap, func(s *Share) { p.fill(s, p.whole, slices.Concat(p.rules...)) })
	p.boxes(p.v.Overlap, func(s *Share) {
		for i, a := range p.alts {
			p.spend(len(p.alts) - i)
			for _, b := range p.alts[i+1:] {
				if shared, ok := a.Cube.meet(b.Cube); ok && a.Page != b.Page {
					p.fill(s, shared, nil)
				}
			}
		}
	})
}

// boxes fills a share, and drops boxes that others make superfluous.
func (p *proof) boxes(s *Share, fill func(s *Share)) {
	if s.Cells.Sign() > 0 {
		p.left = regionWork
		s.More = !p.try(func() { fill(s) })
		p.left = regionWork
		p.try(func() { p.trim(s) })
	}
}

// fill adds boxes that cover the readers of a box who are outside of others.
func (p *proof) fill(s *Share, box Cube, others []Cube) {
	for {
		seed := p.outside(box, others, boxesOf(s.Regions))
		if seed == nil {
			return
		}
		for q, a := range seed {
			seed[q] = a & -a
		}
		var pages []int
		for i, cubes := range p.rules {
			if slices.ContainsFunc(cubes, seed.within) {
				pages = append(pages, p.Landings[i].Page)
			}
		}
		around := p.grow(pages, seed)
		s.Regions = append(s.Regions, Region{around, p.size(around), pages, seed})
	}
}

// grow returns the largest of a few boxes around a seed whose readers the same
// pages take, and which cannot grow. Each widens one question after the other,
// at first to any answer, because a box reads best that leaves questions out.
func (p *proof) grow(pages []int, seed Cube) (best Cube) {
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
				if rest &^= slab[q]; p.takes(pages, slab) {
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

// takes reports whether these pages and no others take every reader of a box.
func (p *proof) takes(pages []int, box Cube) bool {
	for i, cubes := range p.rules {
		if slices.Contains(pages, p.Landings[i].Page) {
			if p.outside(box, cubes) != nil {
				return false
			}
		} else if p.spend(len(cubes)); slices.ContainsFunc(cubes, func(c Cube) bool {
			shared, ok := c.meet(box)
			return ok && p.outside(shared) != nil
		}) {
			return false
		}
	}
	return true
}

// trim sorts regions, the largest first, and drops those that others of the
// same pages cover.
func (p *proof) trim(s *Share) {
	slices.SortStableFunc(s.Regions, func(x, y Region) int {
		return cmp.Or(slices.Compare(x.Pages, y.Pages), y.Cells.Cmp(x.Cells), slices.Compare(x.Cube, y.Cube))
	})
	for i := len(s.Regions) - 1; i >= 0; i-- {
		others := slices.Delete(slices.Clone(s.Regions), i, i+1)
		same := keep(others, func(r Region) bool { return slices.Equal(r.Pages, s.Regions[i].Pages) })
		if p.outside(s.Regions[i].Cube, boxesOf(same)) == nil {
			s.Regions = others
		}
	}
}

func boxesOf(regions []Region) []Cube {
	return each(regions, func(r Region) Cube { return r.Cube })
}
