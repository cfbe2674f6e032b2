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
	"fmt"
	"regexp"
	"slices"
	"strings"

	"quandary/internal/diag"
	"quandary/internal/link"
	"quandary/internal/site"
	"quandary/internal/source"
)

// Name is the file's, inside the content folder.
const Name = "addresses.txt"

// Ledger is what the file says. It is immutable.
type Ledger struct {
	entries []entry // by key
	byKey   map[string]*entry
}

// entry is one line of the file.
type entry struct {
	key         string // the address and anchor, as they stand in the file
	address, id string // from the site's root; the anchor there or ""
	print       string // the fingerprint of the text, or sentOn; "" where nothing is said but that it is withdrawn
	title       string // of a page
	to          string // of what was sent on when it was last published: the key of where

	withdrawn    bool // the writer deleted it on purpose
	date, reason string
	place        source.Place // of the key
}

// The marks that an address or an id cannot have as they stand in the file.
var (
	escape   = strings.NewReplacer("%", "%25", "#", "%23", " ", "%20", "\t", "%09", "\n", "%0A", "\r", "%0D")
	unescape = strings.NewReplacer("%25", "%", "%23", "#", "%20", " ", "%09", "\t", "%0A", "\n", "%0D", "\r")
)

func keyOf(address, id string) string {
	return strings.TrimSuffix("/"+escape.Replace(address)+"#"+escape.Replace(id), "#")
}

func split(key string) (address, id string) {
	address, id, _ = strings.Cut(strings.TrimPrefix(key, "/"), "#")
	return unescape.Replace(address), unescape.Replace(id)
}

// Read reads the ledger; a nil file is one with nothing in it.
func Read(f *source.File) (*Ledger, diag.List) {
	var entries []entry
	var diags diag.List
	if f == nil {
		f = source.NewFile(Name, nil)
	}
	at := 0
	for line := range strings.Lines(string(f.Data)) {
		text := strings.TrimSpace(strings.TrimPrefix(line, "\uFEFF"))
		word, rest, _ := strings.Cut(text, " ")
		start := at + strings.Index(line, word)
		at += len(line)
		if text == "" || word == "#" {
			continue
		}
		e := entry{key: word, place: f.Place(start, start+len(word))}
		if e.address, e.id = split(word); strings.HasPrefix(word, "/") && e.read(strings.TrimSpace(rest)) {
			entries = append(entries, e)
			continue
		}
		d := diags.Add("ledger/syntax", e.place, fmt.Sprintf("%q is not a line of this file", text))
		d.Hint = "a line is an address that begins with /, a space, and what the build or you say of it"
		if conflict.MatchString(word) {
			d.Hint = "keep the lines of both sides and take the marks out: the next build sorts them"
		}
	}
	return index(entries), diags
}

var (
	conflict   = regexp.MustCompile(`^(<<<|===|>>>)`)
	withdrawal = regexp.MustCompile(`^(?:withdrawn\b *(\d{4}-\d\d-\d\d)?|(.*?) *\bwithdrawn (\d{4}-\d\d-\d\d)):? *(.*)$`)
	anyPrint   = regexp.MustCompile(`^([-*]|->|[0-9a-f]{16})$`)
)

// read reads what a line says of its address.
func (e *entry) read(text string) bool {
	if m := withdrawal.FindStringSubmatch(text); m != nil {
		e.withdrawn, e.date, e.reason, text = true, m[1]+m[3], m[4], m[2]
	} else if text == "" {
		text = unknown
	}
	if e.print, e.title, _ = strings.Cut(text, " "); e.print == sentOn {
		e.to, e.title = e.title, ""
	}
	return text == "" || anyPrint.MatchString(e.print)
}

// String writes the line as Read reads it.
func (e *entry) String() string {
	s := e.key
	if e.print != "" && (!e.withdrawn || e.date != "") {
		s = strings.TrimSuffix(s+" "+e.print+" "+e.title+e.to, " ")
	}
	if e.withdrawn {
		s += strings.TrimSuffix(" withdrawn "+e.date, " ")
	}
	if e.reason != "" {
		s += ": " + e.reason
	}
	return s
}

// index sorts entries, and leaves one of those with the same key: a withdrawal,
// else the first.
func index(entries []entry) *Ledger {
	slices.SortStableFunc(entries, func(a, b entry) int { return strings.Compare(a.key, b.key) })
	l := &Ledger{entries: make([]entry, 0, len(entries)), byKey: make(map[string]*entry, len(entries))}
	for _, e := range entries {
		if first := l.byKey[e.key]; first == nil {
			l.entries = append(l.entries, e)
			l.byKey[e.key] = &l.entries[len(l.entries)-1]
		} else if e.withdrawn && !first.withdrawn {
			*first = e
		}
	}
	return l
}

// head explains the file to whoever opens it.
const head = `# Every address that this site has published, with a fingerprint of what stood
# there. The build keeps this file; commit it with the pages. Where one is gone,
# say on a page where it went, with "aliases" or "moved", or say here, at the end
# of its line, that you mean it: withdrawn 2026-11-22: why
`

// sameText is how many digits two prints share at least when the ledger leaves
// the older one: a text that is edited a little need not change the file.
const sameText = 13

// Update returns the ledger with everything that the site publishes today. What
// it had before stays, for good.
func (l *Ledger) Update(s *site.Site, g *link.Graph) []byte {
	var next []entry
	add := func(address, id, print, title, to string) {
		e := entry{key: keyOf(address, id), print: print, title: strings.Join(strings.Fields(title), " "), to: to}
		if before := l.byKey[e.key]; before != nil && to == "" {
			e.withdrawn, e.date, e.reason = before.withdrawn, before.date, before.reason
			if alike(before.print, print) >= sameText {
				e.print = before.print
			}
		}
		next = append(next, e)
	}
	for _, p := range s.Pages {
		prints := printsOf(p)
		add(p.Path, "", prints[0], p.Title, "")
		for i, h := range p.Doc.Headings {
			add(p.Path, h.ID, prints[i+1], "", "")
		}
		for _, id := range p.Doc.Anchors {
			add(p.Path, id, unknown, "", "")
		}
		for _, m := range g.Moved[p.ID] {
			add(p.Path, m.ID, sentOn, "", keyOf(m.To.Page.Path, m.To.Fragment))
		}
	}
	for _, r := range g.Redirects {
		add(r.From, "", sentOn, "", keyOf(r.To.Path, ""))
	}
	for _, e := range l.entries {
		if to, ok := g.Arrive(e.address, e.id); ok { // with its page, unless it is still there
			e.print, e.title, e.to = sentOn, "", keyOf(to.Page.Path, to.Fragment)
		}
		next = append(next, e)
	}
	text := []byte(head)
	for _, e := range index(next).entries {
		text = append(text, e.String()+"\n"...)
	}
	return text
}
