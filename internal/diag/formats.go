package diag

import (
	"bufio"
	"cmp"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"text/template"
	"unicode"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"

	"quandary/internal/source"
)

// Report is a list to be printed.
type Report struct {
	List    List
	Pages   int    // how many the site has; -1 leaves out what sums the list up, in text
	Version string // Quandary's own
	Dir     string // where the site lies in the repository, for formats that count paths from its root
	Color   bool   // whether text is for a terminal
}

// Formats are the names of those that [Report.Write] knows: text with excerpts,
// JSON in which every key is always there, annotations of a change on GitHub, and
// a SARIF 2.1.0 log.
var Formats = []string{"text", "json", "github", "sarif"}

// Write prints the report in a format.
func (r Report) Write(w io.Writer, format string) error {
	if format == "json" {
		r.Dir = ""
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		return e.Encode(map[string]any{
			"diagnostics": r.Items(), "errors": r.List.Errors(), "warnings": r.List.Warnings(), "pages": r.Pages,
		})
	}
	b := bufio.NewWriter(w)
	return cmp.Or(formats.ExecuteTemplate(b, format+".tmpl", r), b.Flush())
}

// An item is a diagnostic as the formats for programs show it.
type item struct {
	Code     string `json:"code"`
	Severity string `json:"severity"`
	remark
	Hint    string   `json:"hint"`
	Related []remark `json:"related"`
}

// A remark is something that is said of a place; without a file it has "" and zeros.
type remark struct {
	File    string          `json:"file"`
	Line    int             `json:"line"`
	Column  int             `json:"column"`
	Message string          `json:"message"`
	End     source.Position `json:"-"`
}

// Items are the diagnostics, prepared.
func (r Report) Items() []item {
	items := make([]item, 0, len(r.List))
	for _, d := range r.List {
		i := item{d.Code, d.Severity.String(), r.remark(d.Place, d.Message), d.Hint, []remark{}}
		for _, n := range d.Related {
			i.Related = append(i.Related, r.remark(n.Place, n.Message))
		}
		items = append(items, i)
	}
	return items
}

func (r Report) remark(p source.Place, message string) remark {
	file, from := p.Path(), p.Position()
	if file != "" {
		file = path.Join(r.Dir, file)
	}
	return remark{file, from.Line, from.Column, message, p.End()}
}

// Text is the message with the hint, if there is one.
func (i item) Text() string { return strings.TrimSuffix(i.Message+"\nhint: "+i.Hint, "\nhint: ") }

// URI is the file as a relative reference.
func (r remark) URI() string { return (&url.URL{Path: r.File}).String() }

//go:embed *.tmpl
var templates embed.FS

// formats are what is printed of a report. Data and property escape what GitHub's
// runner undoes in a command's message and in its properties.
var formats = template.Must(template.New("").Funcs(template.FuncMap{
	"data":     strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace,
	"property": strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace,
	"json":     json.Marshal,
	"count":    Count,
}).ParseFS(templates, "*.tmpl"))

// Hint is a hint, below the number of the line that it is for.
func (r Report) Hint(text string, at source.Place) string {
	gutter := strings.Repeat(" ", len(strconv.Itoa(at.Position().Line)))
	return gutter + " " + r.paint(blue, "=") + " " + r.paint(blue, "hint:") + " " + clean(text)
}

// Sum counts what was found.
func (l List) Sum() string {
	counts := []string{Count(l.Errors(), "error"), Count(l.Warnings(), "warning")}
	counts = slices.DeleteFunc(counts, func(c string) bool { return strings.HasPrefix(c, "0 ") })
	return cmp.Or(strings.Join(counts, ", "), "nothing wrong")
}

// Count says how many there are of something: "1 page", "2 pages".
func Count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return strconv.Itoa(n) + " " + noun
}

// ANSI attributes, and those of labels.
const bold, blue = "1", "1;34"

var tones = map[string]string{"error": "1;31", "warning": "1;33", "note": blue}

func (r Report) paint(attribute, text string) string {
	if !r.Color {
		return text
	}
	return "\x1b[" + attribute + "m" + text + "\x1b[0m"
}

// Show says where and what, and shows the line with the place marked below it.
// Terminals and editors make "file:line:column:" at a line's start a link.
func (r Report) Show(at source.Place, label, code, message, mark string) string {
	tone := tones[label]
	what := r.paint(tone, label+code+":") + " " + r.paint(bold, clean(message)) + "\n"
	if at.File == nil {
		return what
	}
	from := at.Position()
	where := fmt.Sprintf("%s:%d:%d:", at.Path(), from.Line, from.Column)
	before, text, after := Excerpt(at)
	before, text = clean(before), clean(text)
	line := strings.TrimRight(" "+before+text+clean(after), " ")
	marks := strings.Repeat(" ", Columns(before)) + r.paint(tone, strings.Repeat(mark, max(1, Columns(text))))
	number := strconv.Itoa(from.Line) + " |"
	bar := r.paint(blue, fmt.Sprintf("%*s", len(number), "|"))
	return r.paint(bold, clean(where)) + " " + what +
		fmt.Sprintf("%s\n%s%s\n%s %s\n", bar, r.paint(blue, number), line, bar, marks)
}

// Excerpt returns the line on which a place begins, in three parts: what stands
// before the place, the place's own text as far as it is on that line, and what
// stands after it. Of each part no more is kept than what is near, with "…" for
// what is left out. The parts are the writer's text, tabs and oddities included.
// The place has a file.
func Excerpt(p source.Place) (before, text, after string) {
	from, to := p.Position(), p.End()
	line := []rune(p.File.Line(from.Line))
	start, end := min(from.Column-1, len(line)), len(line)
	if to.Line == from.Line {
		end = min(to.Column-1, end)
	}
	const near = 50
	more := map[bool]string{true: "…"}
	before = more[start > near] + string(line[max(0, start-near):start])
	text = string(line[start:min(start+near, end)]) + more[end-start > near]
	after = string(line[end:min(end+near, len(line))]) + more[len(line)-end > near]
	return before, text, after
}

// clean makes text fit for one line of a terminal. It replaces what could move
// the cursor, change colours or reorder the line: a file's text must not be able
// to disguise a message.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control, unicode.Zl, unicode.Zp) {
			return utf8.RuneError
		}
		return r
	}, strings.NewReplacer("\t", "    ", "\n", " ").Replace(text))
}

// Columns returns how wide a terminal shows text.
func Columns(text string) int { return new(runewidth.Condition).StringWidth(text) }
