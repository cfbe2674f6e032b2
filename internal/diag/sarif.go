package diag

import (
	"cmp"
	"io"
	"net/url"
	"path"
	"slices"
	"strings"

	"quandary/internal/source"
)

// object and array are JSON as it is printed; SARIF nests too deep for a type at
// each level to tell anything.
type (
	object map[string]any
	array  []any
)

// WriteSARIF prints the list as a SARIF 2.1.0 log. version is Quandary's own,
// and may be ""; dir is where the site lies in the repository, which paths count
// from, and "" its root.
func WriteSARIF(w io.Writer, list List, version, dir string) error {
	s := sarif{dir: dir, codes: sortedCodes(list)}
	driver := object{"name": "Quandary", "rules": s.rules()}
	if version != "" {
		driver["version"] = version
	}
	results := make(array, 0, len(list))
	for _, d := range list {
		results = append(results, s.result(d))
	}
	return writeJSON(w, object{
		"$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
		"version": "2.1.0",
		"runs":    array{object{"tool": object{"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}},
	})
}

func sortedCodes(list List) []string {
	var codes []string
	for _, d := range list {
		codes = append(codes, d.Code)
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// sarif makes the parts of a log whose rules are codes and whose paths begin
// with dir.
type sarif struct {
	dir   string
	codes []string
}

func (s sarif) rules() array {
	rules := make(array, 0, len(s.codes))
	for _, code := range s.codes {
		words := strings.NewReplacer("/", ": ", "-", " ").Replace(code)
		rules = append(rules, object{"id": code, "shortDescription": object{"text": words}})
	}
	return rules
}

func (s sarif) result(d Diagnostic) object {
	index, _ := slices.BinarySearch(s.codes, d.Code)
	message := d.Message
	if d.Hint != "" {
		message += "\n" + d.Hint
	}
	r := object{
		"ruleId": d.Code, "ruleIndex": index, "level": d.Severity.String(),
		"message": object{"text": message}, "locations": array{},
	}
	if d.Place.File != nil {
		r["locations"] = array{object{"physicalLocation": s.physical(d.Place)}}
	}
	if len(d.Related) > 0 {
		r["relatedLocations"] = s.related(d.Related)
	}
	if len(d.Fix) > 0 {
		r["fixes"] = array{s.fix(d)}
	}
	return r
}

func (s sarif) related(notes []Note) (locations array) {
	for i, n := range notes {
		l := object{"id": i + 1, "message": object{"text": n.Message}}
		if n.Place.File != nil {
			l["physicalLocation"] = s.physical(n.Place)
		}
		locations = append(locations, l)
	}
	return locations
}

func (s sarif) physical(at source.Place) object {
	return object{"artifactLocation": s.artifact(at.Path()), "region": region(at)}
}

func (s sarif) artifact(file string) object {
	u := url.URL{Path: path.Join(s.dir, file)}
	return object{"uri": u.String(), "uriBaseId": "%SRCROOT%"}
}

func region(at source.Place) object {
	from, to := at.Position(), at.End()
	return object{"startLine": from.Line, "startColumn": from.Column, "endLine": to.Line, "endColumn": to.Column}
}

// fix returns the diagnostic's mend, its edits gathered by file.
func (s sarif) fix(d Diagnostic) object {
	var files []string
	replacements := make(map[string]array)
	for _, e := range d.Fix {
		file := e.Place.Path()
		if replacements[file] == nil {
			files = append(files, file)
		}
		replacements[file] = append(replacements[file], object{"deletedRegion": region(e.Place), "insertedContent": object{"text": e.Text}})
	}
	changes := make(array, 0, len(files))
	for _, file := range files {
		changes = append(changes, object{"artifactLocation": s.artifact(file), "replacements": replacements[file]})
	}
	return object{"description": object{"text": cmp.Or(d.Hint, "mend it")}, "artifactChanges": changes}
}
