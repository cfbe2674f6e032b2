package decision

import (
	"math/rand/v2"
	"slices"
	"testing"
)

func TestInterview(t *testing.T) {
	d, _ := sample()
	v := Begin(Plan(d))
	if v.Question().ID != "impact" || v.Back() {
		t.Fatalf("begins with %q", v.Question().ID)
	}
	if v.Answer(3) || v.Answer(-1) || !v.Answer(2) {
		t.Fatal("takes the wrong answers")
	}
	if got := v.Offered(); v.Question().ID != "team" || !slices.Equal(got, []int{0, 1}) || v.Answer(2) {
		t.Fatalf("offers the impossible: %v", got)
	}
	if !v.Answer(1) || v.Question() != nil || v.Node().Landing != 2 || len(v.Offered()) > 0 {
		t.Fatalf("lands on %v", v.Node())
	}
	if !v.Back() || v.Question().ID != "team" {
		t.Fatal("does not go back")
	}
	if v.Restart(); v.Question().ID != "impact" {
		t.Fatal("does not start again")
	}
}

// Any sequence of answers and steps back ends where the answers that were
// left standing lead.
func TestInterviewWalks(t *testing.T) {
	for seed := range uint64(cases(t, 300)) {
		r := rand.New(rand.NewPCG(seed, 8))
		d := smallDecision(r, 5)
		v := Begin(Plan(d))
		var standing []Choice
		for range 40 {
			if r.IntN(3) == 0 {
				if v.Back() != (len(standing) > 0) {
					t.Fatalf("seed %d: back from %v", seed, standing)
				}
				standing = standing[:max(0, len(standing)-1)]
			} else if q := v.Node().Question; q >= 0 {
				a := r.IntN(len(d.Questions[q].Answers))
				if ok := v.Answer(a); ok {
					standing = append(standing, Choice{q, a})
				}
			}
			if !slices.Equal(v.Node().Path, standing) {
				t.Fatalf("seed %d: stands at %v, want %v", seed, v.Node().Path, standing)
			}
		}
	}
}
