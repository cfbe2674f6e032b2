// Package decision owns decisions: the questions a page asks, the rules by
// which other pages say when they apply, the proof that every reader lands on
// exactly one of them, the shortest tree of questions, and the reasons a result
// can give for itself.
//
// It stands beside the graph of links, after the site is assembled, and is a
// pure function from front matter to verdict. It never enumerates the
// combinations of answers, of which there may be more than 10^12: it works on
// cubes. It never prints and never renders; what it exports as text (JSON,
// Mermaid, DOT, DMN) it writes to the writer it is given.
package decision

import (
	"math/big"
	"math/bits"
	"slices"

	"lukechampine.com/uint128"

	"quandary/internal/matter"
	"quandary/internal/source"
)

// The limits of one decision, and of one question.
const MaxQuestions, MaxAnswers = 64, 64

// Page is what a decision needs to know of a page of the site.
type Page struct {
	File     *source.File
	Title    string
	Kind     string       // the name of its kind, or "" where its section declares none
	When     *matter.Node // the value of its key `when`; nil where it has none
	Decision *matter.Node // the value of its key `decision`; nil where it has none
	Broken   bool         // its front matter could not be read, so its rules are not known
}

// Answers is a set of the answers of one question: bit i stands for answer i.
type Answers uint64

// Has reports whether answer i is in the set.
func (a Answers) Has(i int) bool { return a>>i&1 == 1 }

// Count returns the number of answers in the set.
func (a Answers) Count() int { return bits.OnesCount64(uint64(a)) }

// Cube is a set of readers: those whose answer to every question i is in
// Cube[i]. It has one element for each question of its decision, in the order
// written, and is empty where any element is.
type Cube []Answers

// Decision is one decision, read and resolved.
type Decision struct {
	Page       int // index into the pages given to Compile
	LandsOn    string
	Questions  []Question
	Impossible []Impossible
	Landings   []Rule // a rule for each page of the kind landed on, in page order
	Mentions   []Rule // a rule for each page of the kinds brought up that has a `when`, in page order
	Faulty     bool   // an error was reported, so that it has no tree

	pages    []Page   // as given to Compile
	names    []string // the ids of Questions
	whole    Cube     // every answer to every question; nil where not all of them could be read
	provable int      // how many steps of its proof can be made: all, if all of it was read; see [proof.prove]
}

// Question is one question of a decision.
type Question struct {
	ID, Ask, Help string
	Answers       []Answer
	After         []int // indices of the questions never asked after this one
	Place         source.Place

	after *matter.Node // as written
}

// Answer is one answer to a question.
type Answer struct{ ID, Label string }

// Rule says when one page applies: where any of its alternatives holds.
type Rule struct {
	Page         int // index into the pages given to Compile
	Alternatives []Alternative

	place source.Place // where it stands, or would
}

// Alternative is one entry of a page's `when`.
type Alternative struct {
	Page   int // as in Rule
	Cube   Cube
	Place  source.Place
	Number int // its place among the entries as written, from 1

	always bool // written as {}
}

// Impossible is a combination that no reader can be in.
type Impossible struct {
	Cube    Cube
	Because string
	Place   source.Place
}

// Verdict is a decision and what was proven of it.
//
// What could not be proven is nil: because a limit was hit, or because not all
// of the rules could be read; either is a diagnostic. An empty slice that is
// not nil is proof that there is nothing to name.
type Verdict struct {
	*Decision
	Cells       *big.Int // combinations of answers that are possible
	Gap         *Share   // those that land on no page
	Overlap     *Share   // those that land on two pages or more
	Unreachable []Rule   // of pages of the kind landed on that nobody lands on
	Redundant   []Redundant
	Irrelevant  []int // questions that change nothing, as indices
	Tree        *Tree // the best order of asking; nil until one was planned
}

// Share is some of the readers, and the same as boxes.
//
// The boxes cover those readers and no other possible ones; they may share
// some, and reach over impossible combinations where that makes them larger or
// fewer, but neither counts in their Cells.
type Share struct {
	Cells   *big.Int
	Regions []Region
	More    bool // there are more readers than in Regions: a limit was hit while looking for boxes
}

// Region is a box of readers and how many they are.
type Region struct {
	Cube  Cube
	Cells *big.Int
	Pages []int // the pages that share the box, for an overlap; nil for a gap

	reader Cube // one of them
}

// Redundant is an alternative that others of its page cover.
type Redundant struct {
	Alternative
	by []Alternative // few that cover it together; those without a Number are impossible
}

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

// narrows returns what c asks of the readers of a box that it is in.
func (c Cube) narrows(box Cube) (all []Condition) {
	for q, answers := range c {
		if answers != box[q] {
			all = append(all, Condition{q, answers})
		}
	}
	return all
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
