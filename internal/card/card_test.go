package card

import (
	"bytes"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"testing"
)

func cards() []Card {
	return []Card{
		{"Attend as an observer", "Quadrant 2 of 4", "Should I be in the room?"},
		{"A team learns by reaching its own conclusions", "Argument", "Should I be in the room?"},
		{"Should a product manager stay out of technical discussions?", "", "Should I be in the room?"},
		{"A title that somebody wrote without thinking of the people who would have to read it on a card of six hundred and thirty pixels, where there is only so much room for words", "Root cause", "A playbook"},
		{"Antidisestablishmentarianismandmorewithoutanyspacebetween", "", "A playbook"},
	}
}

// TestCards looks at every card's size and form; CARDS names a folder to put
// them in, to be looked at.
func TestCards(t *testing.T) {
	for i, c := range cards() {
		data := c.Draw()
		picture, err := png.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatalf("%s: %v", c.Title, err)
		}
		if size := picture.Bounds().Size(); size.X != Width || size.Y != Height {
			t.Errorf("%s: %v", c.Title, size)
		}
		if len(data) > 40_000 {
			t.Errorf("%s: %d bytes", c.Title, len(data))
		}
		if again := c.Draw(); !bytes.Equal(data, again) {
			t.Errorf("%s: the second time it has other bytes", c.Title)
		}
		if dir := os.Getenv("CARDS"); dir != "" {
			os.WriteFile(filepath.Join(dir, fmt.Sprintf("card%d.png", i)), data, 0o644)
		}
	}
}

func TestCardWithoutLetters(t *testing.T) {
	if (Card{Title: "決定"}).Can() || !(Card{Title: "A card — “éß”"}).Can() {
		t.Error("what letters there are")
	}
}

func BenchmarkDraw(b *testing.B) {
	size := 0
	for b.Loop() {
		size = len(cards()[1].Draw())
	}
	b.ReportMetric(float64(size), "B/card")
}
