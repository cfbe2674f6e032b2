package ledger_test

import (
	"strings"
	"testing"

	"quandary/internal/content"
	"quandary/internal/ledger"
	"quandary/internal/link"
	"quandary/internal/markdown"
	"quandary/internal/site"
	"quandary/internal/source"
)

// lines writes a ledger again, for a site that publishes nothing but a home
// page, and returns it without its head.
func lines(t *testing.T, text string) (again, faults []string) {
	t.Helper()
	l, diags := ledger.Read(source.NewFile("addresses.txt", []byte(text)))
	page, _ := content.Parse(source.NewFile("index.md", []byte("# Home")), "index.md", markdown.Options{})
	s, _ := site.Assemble([]*content.Page{page}, nil, "", false)
	g, _ := link.Resolve(s)
	for line := range strings.Lines(string(l.Update(s, g, nil))) {
		if !strings.HasPrefix(line, "# ") {
			again = append(again, strings.TrimSuffix(line, "\n"))
		}
	}
	for _, d := range diags {
		faults = append(faults, d.Place.Text()+": "+d.Hint)
	}
	return again, faults
}

// TestLines holds what writers and merges make of lines.
func TestLines(t *testing.T) {
	again, faults := lines(t, strings.ReplaceAll(`# a remark
/b/ 0123456789abcdef A title
/a/ - Short
/c/ withdrawn 2026-11-22: nobody reads it
/d/ 0123456789abcdef Consent withdrawn withdrawn 2026-11-22: why
/e/ 0123456789abcdef Consent withdrawn
/f/ withdrawn
/g/#an%20id -> /b/#x
/h/ -> /b/ withdrawn 2026-11-22 no colon
/k/ - withdrawn 2026-11-22: short
/i/
<<<<<<< ours
/a/ 0123456789abcdef Twice
=======
/b/ withdrawn 2026-11-23: on the other side
>>>>>>> theirs
/j/ 0123 too short
no line
`, "\n", "\r\n"))
	want := []string{
		"/ - Home", "/a/ - Short", "/b/ - withdrawn 2026-11-23: on the other side", "/c/ - withdrawn 2026-11-22: nobody reads it",
		"/d/ 0123456789abcdef Consent withdrawn withdrawn 2026-11-22: why", "/e/ 0123456789abcdef Consent withdrawn",
		"/g/#an%20id -> /b/#x", "/h/ -> /b/ withdrawn 2026-11-22: no colon", "/i/ -", "/k/ - withdrawn 2026-11-22: short",
	}
	if got := strings.Join(again, "\n"); got != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
	const line = "a line is an address, a space, and what the build says of it, or you: withdrawn 2026-11-22: why"
	wantFaults := "/f/: " + line + "\n<<<<<<<: " + line + "\n=======: " + line + "\n>>>>>>>: " + line + "\n/j/: " + line + "\nno: " + line
	if got := strings.Join(faults, "\n"); got != wantFaults {
		t.Errorf("faults\n%s\nwant\n%s", got, wantFaults)
	}
}

// FuzzLines holds that what is written is read as it was written.
func FuzzLines(f *testing.F) {
	f.Add("/b/ 0123456789abcdef A title\n/c/#x withdrawn 2026-11-22: why\n/d/ -> /e/#f\n")
	f.Add("\uFEFF/a%20b/#%23 - x withdrawn 2026-01-01\r\n/\n/#x *")
	f.Fuzz(func(t *testing.T, text string) {
		once, _ := lines(t, text)
		twice, faults := lines(t, strings.Join(once, "\n"))
		if strings.Join(once, "\n") != strings.Join(twice, "\n") || len(faults) > 0 {
			t.Errorf("first\n%q\nthen\n%q\n%q", once, twice, faults)
		}
	})
}
