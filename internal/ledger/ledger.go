// Package ledger owns the memory of a site: every address and heading id that
// it ever published, in a plain file beside the pages, so that none of them
// stops working without somebody meaning it.
//
// It stands after link, which knows what still resolves and what sends on. It
// recognises pages and sections that were renamed or moved by a fingerprint of
// their text, and withdrawals that a writer noted in the file. It is pure:
// build hands it the file and writes what it returns, and render tells visitors
// of what was withdrawn.
package ledger

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"quandary/internal/diag"
	"quandary/internal/source"
)

// Name is the file's, inside the content folder.
const Name = "addresses.txt"

// Ledger is what the file says. It is immutable.
type Ledger struct {
	entries []entry
	byKey   map[key]*entry
}

// key is an address from the site's root, and an anchor there or "".
type key struct{ address, id string }

// entry is one line of the file.
type entry struct {
	key
	print     Print
	title     string // of a page
	to        *key   // where it was sent on to when it was last published
	withdrawn *withdrawal
	place     source.Place // of the address
}

// withdrawal is what the writer said of an address that was deleted on purpose.
type withdrawal struct{ date, reason string }

// Read reads the ledger; a nil file is one with nothing in it.
func Read(f *source.File) (*Ledger, diag.List) {
	l := &Ledger{byKey: map[key]*entry{}}
	var diags diag.List
	if f == nil {
		return l, nil
	}
	at := 0
	for line := range strings.Lines(strings.TrimPrefix(string(f.Data), "\uFEFF")) {
		text := strings.TrimRight(line, "\r\n \t")
		if at == 0 {
			at = len(f.Data) - len(strings.TrimPrefix(string(f.Data), "\uFEFF"))
		}
		word, rest, _ := strings.Cut(text, " ")
		e := entry{place: f.Place(at, at+len(word))}
		at += len(line)
		switch {
		case word == "" || strings.HasPrefix(word, "# ") || word == "#":
			continue
		case !strings.HasPrefix(word, "/") || !e.read(word, strings.TrimSpace(rest)):
			diags.Add("ledger/syntax", e.place, fmt.Sprintf("%q is not a line of this file", text)).Hint = syntaxHint(word)
			continue
		}
		l.entries = append(l.entries, e)
	}
	l.index()
	return l, diags
}

func syntaxHint(word string) string {
	if strings.HasPrefix(word, "<<<") || strings.HasPrefix(word, "===") || strings.HasPrefix(word, ">>>") {
		return "keep the lines of both sides and take the marks out: the next build sorts them"
	}
	return "a line is an address that begins with /, a space, and what the build or you say of it"
}

// index sorts the entries, and leaves one of those for the same address: a
// withdrawal, else the first.
func (l *Ledger) index() {
	slices.SortStableFunc(l.entries, func(a, b entry) int { return a.compare(b.key) })
	kept := l.entries[:0]
	for _, e := range l.entries {
		if n := len(kept); n > 0 && kept[n-1].key == e.key {
			if kept[n-1].withdrawn == nil && e.withdrawn != nil {
				kept[n-1] = e
			}
			continue
		}
		kept = append(kept, e)
	}
	l.entries = kept
	for i := range kept {
		l.byKey[kept[i].key] = &kept[i]
	}
}

func (k key) compare(o key) int {
	return cmp.Or(cmp.Compare(k.address, o.address), cmp.Compare(k.id, o.id))
}

// The marks that an address or an id cannot have as they stand in the file.
var (
	escape   = strings.NewReplacer("%", "%25", "#", "%23", " ", "%20", "\t", "%09", "\n", "%0A", "\r", "%0D")
	unescape = strings.NewReplacer("%25", "%", "%23", "#", "%20", " ", "%09", "\t", "%0A", "\n", "%0D", "\r")
)

func (k key) String() string {
	s := "/" + escape.Replace(k.address)
	if k.id != "" {
		s += "#" + escape.Replace(k.id)
	}
	return s
}

func readKey(word string) key {
	address, id, _ := strings.Cut(strings.TrimPrefix(word, "/"), "#")
	return key{unescape.Replace(address), unescape.Replace(id)}
}

var (
	replaced = regexp.MustCompile(`^withdrawn\b *(\d{4}-\d\d-\d\d)?:? *(.*)$`)
	appended = regexp.MustCompile(`^(.*?) *\bwithdrawn (\d{4}-\d\d-\d\d):? *(.*)$`)
)

// read reads a line: an address, and what is said of it.
func (e *entry) read(word, rest string) bool {
	e.key = readKey(word)
	if m := replaced.FindStringSubmatch(rest); m != nil {
		e.withdrawn = &withdrawal{m[1], m[2]}
		return true
	}
	if m := appended.FindStringSubmatch(rest); m != nil {
		e.withdrawn, rest = &withdrawal{m[2], m[3]}, m[1]
	}
	if to, ok := strings.CutPrefix(rest, "-> /"); ok {
		k := readKey("/" + to)
		e.to = &k
		return true
	}
	text, title, _ := strings.Cut(rest, " ")
	e.title = title
	return e.print.read(text)
}

// String writes the line as read reads it.
func (e *entry) String() string {
	s := e.key.String()
	switch {
	case e.to != nil:
		s += " -> " + e.to.String()
	case e.withdrawn == nil, e.withdrawn.date != "" && (e.print != Print{} || e.title != ""):
		s = strings.TrimSuffix(s+" "+e.print.String()+" "+strings.Join(strings.Fields(e.title), " "), " ")
	}
	if e.withdrawn == nil {
		return s
	}
	s += " withdrawn"
	if e.withdrawn.date != "" {
		s += " " + e.withdrawn.date
	}
	if e.withdrawn.reason != "" {
		s += ": " + e.withdrawn.reason
	}
	return s
}

// head explains the file to whoever opens it.
const head = `# Every address that this site has published, with a fingerprint of what stood
# there. The build keeps this file; commit it with the pages. Where one is gone,
# say on a page where it went, with "aliases" or "moved", or say here, at the end
# of its line, that you mean it: withdrawn 2026-11-22: why
`

// text is the file.
func (l *Ledger) text() []byte {
	var b strings.Builder
	b.WriteString(head)
	for i := range l.entries {
		b.WriteString(l.entries[i].String() + "\n")
	}
	return []byte(b.String())
}
