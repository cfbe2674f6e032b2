package search

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// The format. search/index.json is the manifest below; every other file is a
// piece of text, named by its bytes, that hosts compress well. Numbers in
// pieces are digits of a large base, see number.
//
//   - A term piece has a line for every stem in its range: how many characters
//     it shares with the stem before, the rest, its forms, its postings, tabs
//     between. A form is a letter standing for an ending of the manifest, or a
//     comma and the ending itself; no forms means the stem as it is. A posting
//     is the distance from the page before and a character for level and
//     section. A tilde before the postings says that most pages have the word
//     and only those where it matters are listed. Then, after an equals sign
//     each, the titles that begin with a word of the range, and their pages.
//   - A typo piece lists forms written backwards, in order, each with what it
//     shares with the one before: a slip near the start of a word leaves its end.
//   - A page list has a line for every page: what its address shares with the
//     one before, the rest, its title. A line "#name" begins the pages whose
//     excerpts are in that text piece. Small sites have it in the manifest.
//   - A text piece has a block for every page: a line with its summary, marked
//     by ">", and one for every section: heading, fragment where it does not
//     follow from the heading, excerpt.
const format = 1

// manifest is what a browser loads first. Lists alternate a key and a name:
// the piece holds what sorts from its key up to the next.
type manifest struct {
	Format  int          `json:"format"`
	Pages   int          `json:"pages"`
	Levels  []int        `json:"levels"`
	Weights matchWeights `json:"weights"`
	Kinds   []string     `json:"kinds,omitempty"`
	Runs    []int        `json:"runs,omitempty"` // of pages alike: kind (-1 for none) and how many, and so on
	Endings string       `json:"endings"`        // separated by spaces: how much to take from a stem, what to add
	Terms   []string     `json:"terms"`
	Typos   []string     `json:"typos,omitempty"`
	List    string       `json:"list,omitempty"`  // the page list, if it fits here
	Lists   []any        `json:"lists,omitempty"` // else the first page of each piece of it, and its name
}

// Sizes of pieces in bytes before compression, which takes half or more off.
const (
	termPiece = 6000 // down to a third of it on small sites
	typoPiece = 9000
	textPiece = 12000
	listPiece = 64    // pages
	inline    = 1100  // pages whose list fits in the manifest
	fewTerms  = 48000 // bytes of term pieces that need no typo pieces: all of them can be read instead
)

// pieces collects finished files.
type pieces struct{ files []File }

var names = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// add keeps a piece and returns its name.
func (p *pieces) add(data []byte) string {
	sum := sha256.Sum256(data)
	name := names.EncodeToString(sum[:5])
	p.files = append(p.files, File{Path: "search/" + name + ".txt", Data: data})
	return name
}

// files returns the manifest and the pieces by path, each once.
func (m *manifest) files(made ...pieces) []File {
	data, err := json.Marshal(m)
	if err != nil {
		panic(err) // numbers and strings always encode
	}
	files := []File{{Path: "search/index.json", Data: data}}
	for _, p := range made {
		files = append(files, p.files...)
	}
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return slices.CompactFunc(files, func(a, b File) bool { return a.Path == b.Path })
}

// cut divides n things of the given sizes into pieces of about limit, and
// returns where each begins. It cuts where neighbours have least in common:
// what is typed then soon belongs to one piece alone, and an edit moves the
// cuts around it but not those further on.
func cut(n, limit int, size func(i int) int, common func(i int) int) []int {
	var starts []int
	for start := 0; start < n; {
		starts = append(starts, start)
		next, least := start+1, 1<<30
		for sum := size(start); next < n && sum < limit/2; next++ {
			sum += size(next)
		}
		for i, sum := next, 0; i < n && sum < limit; i++ {
			if c := common(i); c < least {
				next, least = i, c
			}
			if sum += size(i); i == n-1 && sum < limit/2 {
				next = n
			}
		}
		start = next
	}
	return starts
}

// ranges turns where each piece begins into where it begins and ends.
func ranges(starts []int, n int) [][2]int {
	all := make([][2]int, len(starts))
	for i, start := range starts {
		all[i] = [2]int{start, n}
		if i > 0 {
			all[i-1][1] = start
		}
	}
	return all
}

// number appends v: a last digit below 64, others before it, least first.
func number(b []byte, v int) []byte {
	for ; v >= 64; v /= 26 {
		b = append(b, byte('!'+64+v%26))
	}
	return append(b, byte('!'+v))
}

// shared is the length of what a and b begin with, in UTF-16 as the browser counts.
func shared(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] && a[n] < utf8.RuneSelf {
		n++
	}
	a, b = a[n:], b[n:]
	for a != "" && b != "" {
		r, size := utf8.DecodeRuneInString(a)
		if !strings.HasPrefix(b, a[:size]) {
			break
		}
		a, b = a[size:], b[size:]
		n += utf16.RuneLen(r)
	}
	return n
}

// rest is s without its first n characters, counted as shared counts them.
func rest(s string, n int) string {
	for n > 0 {
		r, size := utf8.DecodeRuneInString(s)
		s = s[size:]
		n -= utf16.RuneLen(r)
	}
	return s
}

// width is the length of s as shared counts.
func width(s string) int { return shared(s, s) }
