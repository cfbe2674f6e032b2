package content_test

import (
	"testing"

	"quandary/internal/content"
)

func TestSlug(t *testing.T) {
	for name, want := range map[string]string{
		"Trust": "trust", "two words": "two-words", "a&b?": "ab", "Über uns": "über-uns", "日本": "日本", "v1.2": "v1.2", "cafe\u0301": "caf\u00e9", "..": "page", "???": "page",
	} {
		if got := content.Slug(name); got != want {
			t.Errorf("Slug(%q) = %q, want %q", name, got, want)
		}
	}
}
