// Package highlight owns the colouring of code: it turns source text into HTML
// whose spans carry the short class names that Pygments and Chroma share.
//
// It serves the reading of one file and wraps chroma. It never writes a colour:
// those are the stylesheet's.
package highlight

import (
	"html"
	"strings"
	"sync"

	"github.com/alecthomas/chroma/v2"
	"github.com/alecthomas/chroma/v2/lexers"
)

// longest is how many bytes of code are coloured; more is drawn plainly, since
// it is data rather than something to read.
const longest = 32 << 10

// Append appends code as HTML to dst. A language that is unknown or "" is
// drawn plainly.
func Append(dst []byte, language string, code []byte) []byte {
	text := string(code)
	lexer := lexerFor(language)
	if lexer == nil || len(code) > longest {
		return append(dst, html.EscapeString(text)...)
	}
	tokens, err := lexer.Tokenise(&chroma.TokeniseOptions{State: "root", EnsureLF: false}, text)
	if err != nil {
		return append(dst, html.EscapeString(text)...)
	}
	for t := tokens(); t != chroma.EOF; t = tokens() {
		dst = appendToken(dst, t)
	}
	return dst
}

// appendToken appends one token; plain text, names and blanks need no span.
func appendToken(dst []byte, t chroma.Token) []byte {
	class := classOf(t.Type)
	if class == "" || strings.TrimSpace(t.Value) == "" {
		return append(dst, html.EscapeString(t.Value)...)
	}
	dst = append(dst, `<span class="`...)
	dst = append(dst, class...)
	dst = append(dst, `">`...)
	dst = append(dst, html.EscapeString(t.Value)...)
	return append(dst, "</span>"...)
}

// classOf names the few classes that a reader can tell apart.
func classOf(t chroma.TokenType) string {
	switch {
	case t.InCategory(chroma.Comment):
		return "c"
	case t.InCategory(chroma.Keyword):
		return "k"
	case t.InSubCategory(chroma.String):
		return "s"
	case t.InSubCategory(chroma.Number), t == chroma.LiteralDate:
		return "m"
	case t == chroma.NameFunction, t == chroma.NameClass, t == chroma.NameTag, t == chroma.NameBuiltin:
		return "n"
	case t == chroma.NameAttribute:
		return "a"
	case t == chroma.GenericDeleted:
		return "gd"
	case t == chroma.GenericInserted:
		return "gi"
	}
	return ""
}

// lexerFor finds the lexer of a language by its name or alias, in any case; nil
// where there is none. (The library's own look-up goes on to match file names,
// which costs more than the colouring.)
func lexerFor(language string) chroma.Lexer {
	if language == "" {
		return nil
	}
	return byName()[strings.ToLower(language)]
}

var byName = sync.OnceValue(func() map[string]chroma.Lexer {
	known := map[string]chroma.Lexer{}
	for _, lexer := range lexers.GlobalLexerRegistry.Lexers {
		config := lexer.Config()
		known[strings.ToLower(config.Name)] = lexer
		for _, alias := range config.Aliases {
			known[strings.ToLower(alias)] = lexer
		}
	}
	for _, plain := range []string{"text", "plaintext", "plain", "txt", "no-highlight"} {
		delete(known, plain)
	}
	return known
})
