package decision

import (
	"maps"
	"slices"
)

// Given is an answer as an address or a person gives it: two ids.
type Given struct{ Question, Answer string }

// Arrival is where some answers lead in a tree.
type Arrival struct {
	Node  *Node
	Spare []Choice // answers that fit, and that nothing on the way asked for, in the author's order
	Lost  []Lost   // answers that do not fit: first those that the decision does not know
}

// Lost is an answer that was dropped, and the reason.
type Lost struct {
	Given
	Reason LostReason
}

// LostReason says why an answer was dropped.
type LostReason uint8

// The reasons: the decision has no such question; its question has no such
// answer; the question was answered before; no reader with the other answers
// gives this one.
const (
	NoQuestion LostReason = iota
	NoAnswer
	AnsweredTwice
	Ruled
)

// String says the reason in words.
func (r LostReason) String() string {
	return [...]string{
		"there is no such question", "there is no such answer",
		"the question was answered already", "it does not go with the other answers",
	}[r]
}

// Resolve returns the state that a set of answers arrives at. Their order does
// not matter, and there may be more of them than the tree asks for. Where some
// do not fit (an address from before the rules changed), they are dropped and
// the nearest state is returned: the furthest that the others lead to. A tree
// without a root has nowhere to arrive at.
func (t *Tree) Resolve(given []Given) Arrival {
	var arrival Arrival
	answers := map[int]int{}
	for _, g := range given {
		c, reason, ok := t.Decision.find(g)
		if _, twice := answers[c.Question]; ok && twice {
			reason, ok = AnsweredTwice, false
		}
		if !ok {
			arrival.Lost = append(arrival.Lost, Lost{g, reason})
			continue
		}
		answers[c.Question] = c.Answer
	}
	if t.Root != nil {
		t.walk(answers, &arrival)
	}
	return arrival
}

// walk follows the answers from the start of the tree.
func (t *Tree) walk(answers map[int]int, arrival *Arrival) {
	n := t.Root
	for n.Question >= 0 {
		a, ok := answers[n.Question]
		if !ok || n.Children[a] == nil {
			break
		}
		delete(answers, n.Question)
		n = n.Children[a]
	}
	arrival.Node = n
	ground := t.Decision.ground()
	who := ground.whole
	for _, step := range n.Path {
		who = who.with(step.Question, 1<<step.Answer)
	}
	for _, q := range slices.Sorted(maps.Keys(answers)) {
		spare := Choice{q, answers[q]}
		if fewer := who.with(q, 1<<spare.Answer); ground.inhabited(fewer) {
			who = fewer
			arrival.Spare = append(arrival.Spare, spare)
		} else {
			arrival.Lost = append(arrival.Lost, Lost{t.Decision.given(spare), Ruled})
		}
	}
}

func (d *Decision) find(g Given) (c Choice, reason LostReason, ok bool) {
	c.Question = slices.IndexFunc(d.Questions, func(q Question) bool { return q.ID == g.Question })
	if c.Question < 0 {
		return c, NoQuestion, false
	}
	c.Answer = slices.IndexFunc(d.Questions[c.Question].Answers, func(a Answer) bool { return a.ID == g.Answer })
	return c, NoAnswer, c.Answer >= 0
}

// given writes a choice in the ids of its decision.
func (d *Decision) given(c Choice) Given {
	q := d.Questions[c.Question]
	return Given{q.ID, q.Answers[c.Answer].ID}
}
