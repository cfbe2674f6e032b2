package diag

import (
	"io"
	"net/url"
	"path"
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
	rules, results, known := array{}, array{}, map[string]bool{}
	words := strings.NewReplacer("/", ": ", "-", " ")
	for _, d := range list {
		if !known[d.Code] {
			known[d.Code] = true
			rules = append(rules, object{"id": d.Code, "shortDescription": text(words.Replace(d.Code))})
		}
		results = append(results, sarifResult(d, dir))
	}
	driver := object{"name": "Quandary", "rules": rules}
	if version != "" {
		driver["version"] = version
	}
	return writeJSON(w, object{
		"$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
		"version": "2.1.0",
		"runs":    array{object{"tool": object{"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}},
	})
}

func sarifResult(d Diagnostic, dir string) object {
	message := strings.TrimSuffix(d.Message+"\n"+d.Hint, "\n")
	r := object{"ruleId": d.Code, "level": d.Severity.String(), "message": text(message), "locations": array{}}
	if d.Place.File != nil {
		r["locations"] = array{sarifLocation(d.Place, dir)}
	}
	var related array
	for i, n := range d.Related {
		l := sarifLocation(n.Place, dir)
		l["id"], l["message"] = i+1, text(n.Message)
		related = append(related, l)
	}
	if related != nil {
		r["relatedLocations"] = related
	}
	return r
}

// sarifLocation is empty for a place without a file.
func sarifLocation(at source.Place, dir string) object {
	if at.File == nil {
		return object{}
	}
	from, to := at.Position(), at.End()
	file := url.URL{Path: path.Join(dir, at.Path())}
	return object{"physicalLocation": object{
		"artifactLocation": object{"uri": file.String(), "uriBaseId": "%SRCROOT%"},
		"region":           object{"startLine": from.Line, "startColumn": from.Column, "endLine": to.Line, "endColumn": to.Column},
	}}
}

func text(s string) object { return object{"text": s} }
