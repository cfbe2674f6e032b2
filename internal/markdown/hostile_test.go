package markdown_test

import (
	"strings"
	"testing"

	"quandary/internal/markdown"
	"quandary/internal/source"
)

// TestHostile reads texts that took up to hours while the time grew with the
// square of their size; now each is read in less than a tenth of a second.
func TestHostile(t *testing.T) {
	const size = 1 << 17
	for name, text := range map[string]string{
		"nested quotes":   strings.Repeat(">", size),
		"nested lists":    strings.Repeat("- ", size/2) + "a",
		"emphasis":        strings.Repeat("*a_", size/3),
		"links":           strings.Repeat("[a](<b", size/6),
		"wiki links":      strings.Repeat("[[a", size/3),
		"wide table":      strings.Repeat("|a", size/8) + "|\n" + strings.Repeat("|-", size/8) + "|\n" + strings.Repeat("|b|\n", size/8),
		"same headings":   strings.Repeat("# a\n", size/4),
		"unknown names":   strings.Repeat("[a1]: b\n\n[a2]: b\n\n[a][zz]\n\n", size/30),
		"long sentence":   strings.Repeat("[a](b)c", size/7),
		"closing signs":   strings.Repeat("](a ", size/4),
		"unfinished tags": strings.Repeat("<a ", size/3),
		"raw links":       strings.Repeat("<a href='x&amp;y'>", size/18),
	} {
		t.Run(name, func(t *testing.T) {
			markdown.Parse(source.NewFile("in.md", []byte(text)), 0, markdown.Options{})
		})
	}
}
