// Package highlight owns the colouring of code: it turns source text into HTML
// whose spans carry the short class names that Pygments and Chroma share.
//
// It serves the drawing of a page and wraps chroma. It never writes a colour:
// those are the stylesheet's.
package highlight

import (
	"cmp"
	"fmt"
	"html"
	"strings"
	"sync"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
)

// longest is how many bytes of code are coloured; more is drawn plainly, since
// it is data rather than something to read.
const longest = 32 << 10

// classes are the few that a reader can tell apart, of a type of token or of all
// in its category.
var classes = map[chroma.TokenType]string{
	chroma.Comment: "c", chroma.Keyword: "k", chroma.String: "s", chroma.Number: "m", chroma.LiteralDate: "m",
	chroma.NameFunction: "n", chroma.NameClass: "n", chroma.NameTag: "n", chroma.NameBuiltin: "n",
	chroma.NameAttribute: "a", chroma.GenericDeleted: "gd", chroma.GenericInserted: "gi",
}

// Append appends code as HTML to dst. A language that is unknown or "" is
// drawn plainly.
func Append(dst []byte, language, code string) []byte {
	var tokens chroma.Iterator
	if lexer := lexersByName()[strings.ToLower(language)]; lexer != nil && len(code) <= longest {
		tokens, _ = lexer.Tokenise(&chroma.TokeniseOptions{State: "root"}, code)
	}
	if tokens == nil {
		return append(dst, html.EscapeString(code)...)
	}
	for t := tokens(); t != chroma.EOF; t = tokens() {
		class := cmp.Or(classes[t.Type], classes[t.Type.SubCategory()], classes[t.Type.Category()])
		if class == "" || strings.TrimSpace(t.Value) == "" {
			dst = append(dst, html.EscapeString(t.Value)...)
			continue
		}
		dst = fmt.Appendf(dst, `<span class="%s">%s</span>`, class, html.EscapeString(t.Value))
	}
	return dst
}

// lexersByName holds the lexer of every language by its names, in lower case.
// (The library's own look-up goes on to match file names, which costs more than
// the colouring.)
var lexersByName = sync.OnceValue(func() map[string]chroma.Lexer {
	known := map[string]chroma.Lexer{}
	for _, name := range lexers.Names(true) {
		known[strings.ToLower(name)] = lexers.Get(name)
	}
	return known
})
