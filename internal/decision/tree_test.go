package decision

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// cases is how many random decisions the brute-force tests look at.
func cases(t *testing.T, n int) int {
	t.Helper()
	if testing.Short() {
		return n / 10
	}
	return n
}

func TestPlanIsBestOfAllTrees(t *testing.T) {
	for seed := range uint64(cases(t, 4000)) {
		r := rand.New(rand.NewPCG(seed, 1))
		d := smallDecision(r, 4)
		if len(readers(d)) > 40 {
			continue
		}
		all := allTrees(d, readers(d), nil)
		best := all[0]
		for _, tree := range all[1:] {
			if better(tree, best) {
				best = tree
			}
		}
		tree := Plan(d)
		if !tree.Optimal {
			t.Errorf("seed %d: not proven", seed)
		}
		if got := written(tree.Root); got != best.text {
			t.Fatalf("seed %d: got %s\nwant %s (%d, %d, %d)", seed, got, best.text, best.worst, best.sum, len(best.nodes))
		}
		if tree.Worst != best.worst || tree.Average.Cmp(ratio(best.sum, len(readers(d)))) != 0 || tree.Nodes != len(best.nodes) {
			t.Fatalf("seed %d: got %d, %s, %d; want %d, %d, %d", seed, tree.Worst, tree.Average, tree.Nodes, best.worst, best.sum, len(best.nodes))
		}
	}
}

func TestPlanOfLargerTables(t *testing.T) {
	for seed := range uint64(cases(t, 60)) {
		r := rand.New(rand.NewPCG(seed, 12))
		var d *Decision
		switch seed % 3 {
		case 0:
			d = splitDecision(r, 2+r.IntN(4), 5+r.IntN(60), 4, 3, 4, 2, 3)
		case 1:
			pages := 2 + r.IntN(2)
			d = cellDecision(func([]int) int { return r.IntN(pages) }, 3, 2, 3, 2, 2)
		case 2: // the first answer says which other question matters
			d = cellDecision(func(c []int) int { return c[1+c[0]] + r.IntN(20)/19 }, 3, 3, 3, 3, 2)
		}
		randomImpossible(r, d, r.IntN(5))
		randomAfter(r, d, r.IntN(4))
		who := readers(d)
		f := &fewestQuestions{d, map[string]int{}}
		worst := f.worst(who)
		sum := f.sum(who, map[int]int{}, worst)
		tree := Plan(d)
		if tree.Worst != worst || tree.Average.Cmp(ratio(sum, len(who))) != 0 || !tree.Optimal {
			t.Fatalf("seed %d: got %d, %s; want %d, %d/%d", seed, tree.Worst, tree.Average, worst, sum, len(who))
		}
		if again := Plan(d); written(again.Root) != written(tree.Root) {
			t.Fatalf("seed %d: two plans differ", seed)
		}
	}
}

// checkTree reports where a tree breaks a promise that holds for any tree.
func checkTree(t *testing.T, d *Decision, tree *Tree) {
	t.Helper()
	who := readers(d)
	reached := map[*Node]bool{}
	sum, worst := 0, 0
	for _, c := range who {
		n := tree.Root
		for ; n.Question >= 0; n = n.Children[c.answers[n.Question]] {
			reached[n] = true
		}
		reached[n] = true
		if n.Landing != c.landing {
			t.Fatalf("%v lands on %d, the tree says %d", c.answers, c.landing, n.Landing)
		}
		sum, worst = sum+len(n.Path), max(worst, len(n.Path))
	}
	if tree.Worst != worst || tree.Average.Cmp(ratio(sum, len(who))) != 0 {
		t.Fatalf("worst %d average %s; want %d %d/%d", tree.Worst, tree.Average, worst, sum, len(who))
	}
	asks, leaves := 0, 0
	tree.Root.Walk(func(n *Node) {
		if !reached[n] {
			t.Fatalf("nobody reaches %v", n.Path)
		}
		if n.Question < 0 {
			leaves++
		} else {
			asks++
		}
		at := tree.Root
		for _, step := range n.Path {
			if at.Question != step.Question {
				t.Fatalf("path %v does not lead where it says", n.Path)
			}
			at = at.Children[step.Answer]
		}
		if at != n {
			t.Fatalf("path %v leads elsewhere", n.Path)
		}
	})
	if asks != tree.Asks || leaves != tree.Leaves {
		t.Fatalf("%d asks, %d leaves; want %d, %d", tree.Asks, tree.Leaves, asks, leaves)
	}
}

func TestTreesLandWhereRulesSay(t *testing.T) {
	for seed := range uint64(cases(t, 1000)) {
		r := rand.New(rand.NewPCG(seed, 2))
		d := smallDecision(r, 6)
		best, author := Plan(d), AuthorTree(d)
		checkTree(t, d, best)
		checkTree(t, d, author)
		if c := best.Average.Cmp(author.Average); best.Worst > author.Worst || best.Worst == author.Worst && c > 0 {
			t.Errorf("seed %d: the author's order is better", seed)
		}
		for _, limit := range []int{1, 10, 50} { // as if it were too large to list
			checkTree(t, d, plan(d, limit))
		}
	}
}

func benchmarkPlan(b *testing.B, d *Decision) {
	b.ReportAllocs()
	var tree *Tree
	for b.Loop() {
		tree = Plan(d)
	}
	b.ReportMetric(float64(tree.Worst), "worst")
	if tree.Average != nil {
		avg, _ := tree.Average.Float64()
		b.ReportMetric(avg, "average")
	}
	b.Log(tree.Optimal, tree.Nodes, tree.Asks, tree.Leaves, tree.TooLarge)
}

func BenchmarkPlan(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 1))
	four := []int{4, 4, 4, 4, 4, 4, 4, 4}
	for _, pieces := range []int{10, 30, 100, 300, 1000, 5000} {
		d := splitDecision(r, 6, pieces, four...)
		b.Run(fmt.Sprintf("8x4/pieces=%d", pieces), func(b *testing.B) { benchmarkPlan(b, d) })
	}
	b.Run("8x4/parity", func(b *testing.B) {
		benchmarkPlan(b, cellDecision(func(c []int) int {
			n := 0
			for _, a := range c {
				n += a
			}
			return n % 4
		}, four...))
	})
	b.Run("8x4/random", func(b *testing.B) {
		benchmarkPlan(b, cellDecision(func([]int) int { return r.IntN(4) }, four...))
	})
	for _, n := range []struct{ questions, answers, pieces int }{{10, 4, 50}, {12, 3, 60}, {24, 3, 200}, {24, 2, 30}, {30, 3, 1000}, {30, 4, 5000}} {
		answers := make([]int, n.questions)
		for i := range answers {
			answers[i] = n.answers
		}
		d := splitDecision(r, 6, n.pieces, answers...)
		b.Run(fmt.Sprintf("%dx%d/pieces=%d", n.questions, n.answers, n.pieces), func(b *testing.B) { benchmarkPlan(b, d) })
	}
}
