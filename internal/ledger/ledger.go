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
	"unicode"

	"quandary/internal/diag"
	"quandary/internal/link"
	"quandary/internal/parallel"
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
	print       string // the fingerprint of the text, or sentOn
	title       string // of a page
	to          string // of what was sent on when it was last published: the key of where
	date        string // when the writer deleted it on purpose; "" where not so
	reason      string
	place       source.Place // of the key
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

// form is that of a line: address, print, title or where it was sent on to, and
// what the writer says of a withdrawal: its date and reason.
var form = regexp.MustCompile(
	`^(/\S*)(?: +([-*?]|->|[0-9a-f]{16})(?: +(.*?))??)?(?: +withdrawn (\d{4}-\d\d-\d\d):? *(.*))?$`)

// Read reads the ledger.
func Read(f *source.File) (*Ledger, diag.List) {
	var entries []entry
	var diags diag.List
	at := 0
	for line := range strings.Lines(string(f.Data)) {
		text := strings.TrimSpace(strings.TrimPrefix(line, "\uFEFF"))
		word, _, _ := strings.Cut(text, " ")
		start := at + strings.Index(line, word)
		at += len(line)
		place := f.Place(start, start+len(word))
		switch m := form.FindStringSubmatch(text); {
		case text == "" || word == "#":
		case m == nil:
			diags.Add("ledger/syntax", place, fmt.Sprintf("%q is not a line of this file", text)).
				Hint = "a line is an address, a space, and what the build says of it, or you: withdrawn 2026-11-22: why"
		default:
			e := entry{key: word, print: cmp.Or(m[2], unknown), title: m[3], date: m[4], reason: m[5], place: place}
			if e.address, e.id = split(word); e.print == sentOn {
				e.to, e.title = e.title, ""
			}
			entries = append(entries, e)
		}
	}
	return index(entries), diags
}

// String writes the line as Read reads it.
func (e *entry) String() string {
	s := strings.TrimSuffix(e.key+" "+e.print+" "+e.title+e.to, " ")
	if e.date != "" {
		s += strings.TrimSuffix(" withdrawn "+e.date+": "+e.reason, ": ")
	}
	return s
}

// index sorts entries, and leaves one of those with the same key: the latest
// withdrawal, else the first.
func index(entries []entry) *Ledger {
	slices.SortStableFunc(entries, func(a, b entry) int {
		return cmp.Or(strings.Compare(a.key, b.key), strings.Compare(b.date, a.date))
	})
	entries = slices.CompactFunc(entries, func(a, b entry) bool { return a.key == b.key })
	l := &Ledger{entries, make(map[string]*entry, len(entries))}
	for i := range entries {
		l.byKey[entries[i].key] = &entries[i]
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

// Update returns the ledger with everything that the site publishes today:
// pages, files that are linked to, and the states of decisions. What it had
// before stays, for good.
func (l *Ledger) Update(s *site.Site, g *link.Graph, states []string) []byte {
	var next []entry
	add := func(address, id, print, title, to string) {
		e := entry{key: keyOf(address, id), print: print, title: strings.Join(strings.Fields(title), " "), to: to}
		if before := l.byKey[e.key]; before != nil && to == "" {
			e.date, e.reason = before.date, before.reason
			if alike(before.print, print) >= sameText {
				e.print = before.print
			}
		}
		next = append(next, e)
	}
	prints := make([][]string, len(s.Pages))
	parallel.Each(len(prints), func(i int) { prints[i] = printsOf(s.Pages[i]) })
	for _, p := range s.Pages {
		add(p.Path, "", prints[p.ID][0], p.Title, "")
		for i, h := range p.Doc.Headings {
			add(p.Path, h.ID, prints[p.ID][i+1], "", "")
		}
		for _, id := range p.Doc.Anchors {
			add(p.Path, id, unknown, "", "")
		}
		for _, m := range g.Moved[p.ID] {
			add(p.Path, m.ID, sentOn, "", keyOf(m.To.Page.Path, m.To.Fragment))
		}
	}
	for _, targets := range g.Targets {
		for _, t := range targets {
			if t.File != "" && !t.Link.IsImage() {
				add(t.File, "", unknown, "", "")
			}
		}
	}
	for _, state := range states {
		add(state, "", asked, "", "")
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

// A print is the fingerprint of a text: sixteen hexadecimal digits, each the last
// digit of the least hash of its pairs of words, by one of sixteen functions (a
// minhash). A part of a text that is changed changes as large a part of the
// digits.
const (
	size    = 16
	unknown = "-"  // the print of a text too short to be told apart
	made    = "*"  // that of what nobody wrote: the list of a folder without a page of its own
	asked   = "?"  // that of a state of a decision, or of what else stands below its start
	sentOn  = "->" // stands for the print of what is somewhere else
	fewest  = 6    // how many words a text needs to have a print
)

// alike is how many digits two prints share, of sixteen: one in random texts.
func alike(a, b string) (n int) {
	for i := range size {
		if len(a) == size && len(b) == size && a[i] == b[i] {
			n++
		}
	}
	return n
}

// sketch is what the print of a text is made of. Those of its parts give that of the whole.
type sketch struct {
	most  [size]uint64 // the complements of the least hashes
	words int
}

// sketchOf reads a text. Letter case does not count, and where writing has no spaces
// every character is a word.
func sketchOf(text string) (s sketch) {
	const offset, prime = 14695981039346656037, 1099511628211
	before, word := uint64(0), uint64(offset)
	for _, r := range text + " " {
		inWord := unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
		if inWord {
			word = (word ^ uint64(unicode.ToLower(r))) * prime
		}
		if inWord && r < 0x2E80 || word == offset {
			continue
		}
		if s.words++; s.words > 1 {
			for i := range s.most {
				s.most[i] = max(s.most[i], ^mix(before*31^word+uint64(i)*0x9E3779B97F4A7C15))
			}
		}
		before, word = word, offset
	}
	return s
}

// with is the sketch of two texts.
func (s sketch) with(o sketch) sketch {
	for i := range s.most {
		s.most[i] = max(s.most[i], o.most[i])
	}
	return sketch{s.most, s.words + o.words}
}

// String returns the print.
func (s sketch) String() string {
	if s.words < fewest {
		return unknown
	}
	print := make([]byte, size)
	for i := range print {
		print[i] = "0123456789abcdef"[^s.most[i]&15]
	}
	return string(print)
}

// mix is the finisher of splitmix64: every bit of the result depends on every
// bit of h.
func mix(h uint64) uint64 {
	h = (h ^ h>>30) * 0xBF58476D1CE4E5B9
	h = (h ^ h>>27) * 0x94D049BB133111EB
	return h ^ h>>31
}

// printsOf returns the print of all that a page says, and of what stands under
// each of its headings: up to the next heading, or where that is too short to be
// told apart, with the headings below it.
func printsOf(p *site.Page) []string {
	headings, all := p.Doc.Headings, sketch{}
	own := make([]sketch, len(headings))
	for _, s := range p.Doc.Sections {
		if s.Heading >= 0 {
			title := headings[s.Heading].Text
			own[s.Heading] = sketchOf(strings.TrimPrefix(s.Text, title))
			all = all.with(sketchOf(title)).with(own[s.Heading])
		} else {
			all = all.with(sketchOf(s.Text))
		}
	}
	prints := []string{all.String()}
	if p.Virtual {
		prints[0] = made
	}
	for i, s := range own {
		for j := i + 1; own[i].words < fewest && j < len(own) && headings[j].Level > headings[i].Level; j++ {
			s = s.with(sketchOf(headings[j].Text)).with(own[j])
		}
		prints = append(prints, s.String())
	}
	return prints
}
