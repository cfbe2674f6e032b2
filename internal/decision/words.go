package decision

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"quandary/internal/matter"
)

// terms says something of every question that a box narrows.
func (d *Decision) terms(box Cube, say func(q int) string) string {
	var terms []string
	for q, set := range box {
		if set != d.whole[q] {
			terms = append(terms, say(q))
		}
	}
	return strings.Join(terms, ", ")
}

// rule returns a box as an entry of `when`: {impact: none, team: [new, split]}.
func (d *Decision) rule(box Cube) string {
	return "{" + d.terms(box, func(q int) string {
		text := strings.Join(each(d.ids(q, box[q]), matter.Scalar), ", ")
		if box[q].Count() != 1 {
			text = "[" + text + "]"
		}
		return matter.Scalar(d.Questions[q].ID) + ": " + text
	}) + "}"
}

// ids returns the names of some answers.
func (d *Decision) ids(q int, set Answers) []string {
	return each(d.among(q, set), func(a Answer) string { return a.ID })
}

func (d *Decision) among(q int, set Answers) (some []Answer) {
	for i, a := range d.Questions[q].Answers {
		if set.Has(i) {
			some = append(some, a)
		}
	}
	return some
}

// reader names a reader of a box by the answers to the questions that the box
// narrows: ", for example: impact = none, team = new".
func (d *Decision) reader(box, cell Cube) string {
	return ", for example: " + cmp.Or(d.terms(box, func(q int) string {
		return d.Questions[q].ID + " = " + d.ids(q, cell[q])[0]
	}), "any reader at all")
}

// and lists words: "a", "a and b", "a, b and c"; of many only the first few,
// and how many more there are.
func and(words []string) string {
	if n := len(words) - maxNamed; n > 0 {
		words = append(slices.Clone(words[:maxNamed]), strconv.Itoa(n)+" more")
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}
