package decision

import (
	"cmp"
	"fmt"
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"
)

// given keeps the readers who gave some answers.
func among(who []cell, given []Choice) []cell {
	var some []cell
	for _, c := range who {
		if !slices.ContainsFunc(given, func(g Choice) bool { return c.answers[g.Question] != g.Answer }) {
			some = append(some, c)
		}
	}
	return some
}

func landingsOf(who []cell) []int {
	var all []int
	for _, c := range who {
		all = append(all, c.landing)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// sets returns all subsets of n things, the smaller first, then in order.
func sets(n int) []Answers {
	all := make([]Answers, 1<<n)
	for i := range all {
		all[i] = Answers(i)
	}
	slices.SortFunc(all, func(a, b Answers) int {
		return cmp.Or(a.Count()-b.Count(), cmp.Compare(bits.Reverse64(uint64(b)), bits.Reverse64(uint64(a))))
	})
	return all
}

// eachGiven runs check with random decisions and the answers on every leaf of
// their trees, some of those answers, and more than those answers.
func eachGiven(t *testing.T, seeds int, check func(t *testing.T, tree *Tree, who []cell, given []Choice)) {
	for seed := range uint64(cases(t, seeds)) {
		rnd := rand.New(rand.NewPCG(seed, 3))
		d := smallDecision(rnd, 5)
		tree, who := Plan(d), readers(d)
		tree.Root.Walk(func(n *Node) { check(t, tree, who, n.Path) })
		for range 5 {
			var given []Choice
			c := who[rnd.IntN(len(who))]
			for q, a := range c.answers {
				if rnd.IntN(3) > 0 {
					given = append(given, Choice{q, a})
				}
			}
			rnd.Shuffle(len(given), func(i, j int) { given[i], given[j] = given[j], given[i] })
			check(t, tree, who, given)
		}
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

func TestWhyIsTrueAndSmallest(t *testing.T) {
	eachGiven(t, 1500, func(t *testing.T, tree *Tree, who []cell, given []Choice) {
		left := landingsOf(among(who, given))
		if got := tree.Decision.reached(tree.Decision.box(given)); !slices.Equal(got, left) {
			t.Fatalf("landings after %v: %v, want %v", given, got, left)
		}
		e := tree.Explain(given)
		why, rest := e.Why, e.DidNotMatter
		if len(left) != 1 {
			if why != nil || rest != nil {
				t.Fatalf("%v settles nothing, got %v", given, why)
			}
			return
		}
		for _, set := range sets(len(given)) {
			in, out := pick(given, set)
			if len(landingsOf(among(who, in))) == 1 {
				if !slices.Equal(in, why) || !slices.Equal(out, rest) {
					t.Fatalf("why of %v is %v and %v, want %v and %v", given, why, rest, in, out)
				}
				return
			}
		}
	})
}

func TestChangesAreTrueAndSmallest(t *testing.T) {
	eachGiven(t, 1500, func(t *testing.T, tree *Tree, who []cell, given []Choice) {
		changes := tree.Explain(given).Changes
		left := landingsOf(among(who, given))
		var landings []int
		for _, c := range changes {
			landings = append(landings, c.Landing)
			want := firstChange(who, given, c.Landing)
			if !slices.EqualFunc(c.Changed, want, func(a, b Choice) bool { return a.Question == b.Question }) ||
				slices.ContainsFunc(c.Changed, func(g Choice) bool { return slices.Contains(given, g) }) {
				t.Fatalf("to land on %d instead of %v after %v: %v, want answers to the questions of %v", c.Landing, left, given, c.Changed, want)
			}
			checkArrival(t, tree, who, given, c)
		}
		if len(left) == 1 {
			landings = append(landings, left[0])
			slices.Sort(landings)
		}
		if want := landingsOf(who); !slices.Equal(landings, want) {
			t.Fatalf("changes after %v lead to %v, want %v", given, landings, want)
		}
	})
}

// firstChange finds a smallest change by looking at every reader.
func firstChange(who []cell, given []Choice, landing int) []Choice {
	for _, mask := range sets(len(given)) {
		change, keep := pick(given, mask)
		var best []Choice
		for _, c := range among(who, keep) {
			var changed []Choice
			for _, g := range change {
				changed = append(changed, Choice{g.Question, c.answers[g.Question]})
			}
			differ := !slices.ContainsFunc(change, func(g Choice) bool { return c.answers[g.Question] == g.Answer })
			if c.landing == landing && differ && (best == nil || slices.CompareFunc(changed, best, func(a, b Choice) int { return a.Answer - b.Answer }) < 0) {
				if best = changed; best == nil {
					return nil
				}
			}
		}
		if best != nil {
			return best
		}
	}
	return nil
}

// checkArrival checks the nodes of a change, and what it assumes.
func checkArrival(t *testing.T, tree *Tree, who []cell, given []Choice, c Change) {
	t.Helper()
	answers := slices.Clone(c.Changed)
	for _, g := range given {
		if !slices.ContainsFunc(c.Changed, func(h Choice) bool { return h.Question == g.Question }) {
			answers = append(answers, g)
		}
	}
	all := slices.Concat(answers, c.Assuming)
	if got := landingsOf(among(who, all)); !slices.Equal(got, []int{c.Landing}) {
		t.Fatalf("%v lead to %v, not to %d alone", all, got, c.Landing)
	}
	for i := range c.Assuming {
		less := slices.Concat(answers, c.Assuming[:i], c.Assuming[i+1:])
		if len(landingsOf(among(who, less))) == 1 {
			t.Fatalf("%v assumes too much: %v", answers, c.Assuming)
		}
	}
	nearest, fewest := arrival(tree, who, answers, c.Landing)
	if nearest != c.Leaf {
		t.Fatalf("%v arrives at %v, but %v is nearer", answers, c.Leaf.Path, nearest.Path)
	}
	if len(c.Changed) != 1 {
		return
	}
	for a := range tree.Questions[c.Changed[0].Question].Answers {
		other := append([]Choice{{c.Changed[0].Question, a}}, answers[1:]...)
		if n, more := arrival(tree, who, other, c.Landing); n != nil && !slices.Contains(given, other[0]) && more < fewest {
			t.Fatalf("%v asks %d questions more, but %v asks %d", answers, fewest, other, more)
		}
	}
}

// arrival finds the leaf of a landing page that some answers lead to with the fewest
// further ones, and how many these are.
func arrival(tree *Tree, who []cell, answers []Choice, landing int) (nearest *Node, fewest int) {
	tree.Root.Walk(func(n *Node) {
		if n.Landing != landing || len(among(who, slices.Concat(answers, n.Path))) == 0 {
			return
		}
		extra := 0
		for _, step := range n.Path {
			if !slices.Contains(answers, step) {
				extra++
			}
		}
		if nearest == nil || extra < fewest {
			nearest, fewest = n, extra
		}
	})
	return nearest, fewest
}

func TestMentionsAreTrueAndSmallest(t *testing.T) {
	eachGiven(t, 1500, func(t *testing.T, tree *Tree, who []cell, given []Choice) {
		got := map[int]Mention{}
		for _, m := range tree.Explain(given).Mentions {
			got[m.Rule] = m
		}
		for i, rule := range tree.Decision.Mentions {
			told := func(c cell) bool {
				return slices.ContainsFunc(cubesOf(rule.Alternatives), func(b Cube) bool { return cubeOf(c.answers).meets(b) })
			}
			checkMention(t, tree.Decision, among(who, given), told, got[i])
		}
	})
}

func checkMention(t *testing.T, d *Decision, who []cell, told func(cell) bool, m Mention) {
	t.Helper()
	untold := slices.ContainsFunc(who, func(c cell) bool { return !told(c) })
	if m.Sure != !untold {
		t.Fatalf("sure: %v, want %v", m.Sure, !untold)
	}
	holds := func(when []Condition, c cell) bool {
		return !slices.ContainsFunc(when, func(w Condition) bool { return !w.Answers.Has(c.answers[w.Question]) })
	}
	truth := func(when []Condition) bool {
		return !slices.ContainsFunc(who, func(c cell) bool { return holds(when, c) && !told(c) })
	}
	for _, c := range who {
		if untold && told(c) && !slices.ContainsFunc(m.If, func(when []Condition) bool { return holds(when, c) }) {
			t.Fatalf("%v is told, but no condition says so: %v", c.answers, m.If)
		}
	}
	for _, when := range m.If {
		if !truth(when) || !slices.ContainsFunc(who, func(c cell) bool { return holds(when, c) }) {
			t.Fatalf("%v is not true, or of nobody", when)
		}
		for i, w := range when {
			if truth(slices.Concat(when[:i], when[i+1:])) {
				t.Fatalf("%v asks too much", when)
			}
			for a := range d.Questions[w.Question].Answers {
				wider := slices.Clone(when)
				wider[i].Answers |= 1 << a
				gives := slices.ContainsFunc(who, func(c cell) bool {
					return holds(wider, c) && c.answers[w.Question] == a
				})
				if gives && !w.Answers.Has(a) && truth(wider) {
					t.Fatalf("%v could be wider: answer %d", when, a)
				}
				if w.Answers.Has(a) && !gives {
					t.Fatalf("%v names an answer that nobody gives", when)
				}
			}
		}
	}
}

func TestLandings(t *testing.T) {
	for seed := range uint64(cases(t, 500)) {
		d := smallDecision(rand.New(rand.NewPCG(seed, 4)), 5)
		tree, who := Plan(d), readers(d)
		tree.Root.Walk(func(n *Node) {
			if got, want := n.Landings(), landingsOf(among(who, n.Path)); !slices.Equal(got, want) {
				t.Fatalf("seed %d: %v: landings %v, want %v", seed, n.Path, got, want)
			}
		})
	}
}

func TestFollowAnyOrderAndMore(t *testing.T) {
	for seed := range uint64(cases(t, 500)) {
		r := rand.New(rand.NewPCG(seed, 5))
		d := smallDecision(r, 5)
		tree := Plan(d)
		for _, c := range readers(d) {
			n := tree.Root
			for n.Question >= 0 {
				n = n.Children[c.answers[n.Question]]
			}
			var given []Choice
			for q, a := range c.answers {
				given = append(given, Choice{q, a})
			}
			r.Shuffle(len(given), func(i, j int) { given[i], given[j] = given[j], given[i] })
			if got := tree.Follow(given); got != n {
				t.Fatalf("seed %d: %v arrives at %v", seed, given, got.Path)
			}
		}
	}
}

func BenchmarkExplainAllLeaves(b *testing.B) {
	for _, pieces := range []int{30, 100, 300} {
		for _, impossible := range []int{0, 20} {
			r := rand.New(rand.NewPCG(1, 9))
			d := splitDecision(r, 6, pieces, 4, 4, 4, 4, 4, 4, 4, 4)
			for range impossible {
				c := slices.Clone(d.whole)
				for range 2 {
					c[r.IntN(8)] = 1 << r.IntN(4)
				}
				d.Impossible = append(d.Impossible, Impossible{Cube: c})
			}
			randomMentions(r, d, 5)
			tree := Plan(d)
			b.Run(fmt.Sprintf("pieces=%d/impossible=%d/leaves=%d", pieces, impossible, tree.Leaves), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					tree.Root.Walk(func(n *Node) { tree.Explain(n.Path) })
				}
			})
		}
	}
}
