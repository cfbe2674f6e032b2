package diag

import (
	"io"
	"net/url"
	"path"
	"slices"
	"strings"

	"quandary/internal/source"
)

// The part of SARIF 2.1.0 that a diagnostic fills.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       sarifTool     `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version,omitempty"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID               string    `json:"id"`
		ShortDescription sarifText `json:"shortDescription"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID           string          `json:"ruleId"`
		RuleIndex        int             `json:"ruleIndex"`
		Level            string          `json:"level"`
		Message          sarifText       `json:"message"`
		Locations        []sarifLocation `json:"locations"`
		RelatedLocations []sarifLocation `json:"relatedLocations,omitempty"`
		Fixes            []sarifFix      `json:"fixes,omitempty"`
	}
	sarifLocation struct {
		ID       int            `json:"id,omitempty"`
		Physical *sarifPhysical `json:"physicalLocation,omitempty"`
		Message  *sarifText     `json:"message,omitempty"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI  string `json:"uri"`
		Base string `json:"uriBaseId"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn"`
		EndLine     int `json:"endLine"`
		EndColumn   int `json:"endColumn"`
	}
	sarifFix struct {
		Description sarifText     `json:"description"`
		Changes     []sarifChange `json:"artifactChanges"`
	}
	sarifChange struct {
		Artifact     sarifArtifact      `json:"artifactLocation"`
		Replacements []sarifReplacement `json:"replacements"`
	}
	sarifReplacement struct {
		Deleted  sarifRegion `json:"deletedRegion"`
		Inserted sarifText   `json:"insertedContent"`
	}
)

// WriteSARIF prints the list as a SARIF 2.1.0 log. version is Quandary's own,
// and may be ""; dir is where the site lies in the repository, which paths count
// from, and "" its root.
func WriteSARIF(w io.Writer, list List, version, dir string) error {
	codes := sortedCodes(list)
	run := sarifRun{
		Tool:       sarifTool{sarifDriver{Name: "Quandary", Version: version, Rules: sarifRules(codes)}},
		ColumnKind: "unicodeCodePoints",
		Results:    make([]sarifResult, 0, len(list)),
	}
	for _, d := range list {
		r := sarif{dir}.result(d)
		r.RuleIndex, _ = slices.BinarySearch(codes, d.Code)
		run.Results = append(run.Results, r)
	}
	return writeJSON(w, sarifLog{
		Schema:  "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
		Version: "2.1.0",
		Runs:    []sarifRun{run},
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

func sarifRules(codes []string) []sarifRule {
	rules := make([]sarifRule, 0, len(codes))
	for _, code := range codes {
		words := strings.NewReplacer("/", ": ", "-", " ").Replace(code)
		rules = append(rules, sarifRule{ID: code, ShortDescription: sarifText{words}})
	}
	return rules
}

// sarif makes results whose paths begin with dir.
type sarif struct{ dir string }

func (s sarif) result(d Diagnostic) sarifResult {
	r := sarifResult{
		RuleID: d.Code, Level: d.Severity.String(), Message: sarifText{d.Message},
		Locations: []sarifLocation{}, Fixes: s.fixes(d),
	}
	if d.Hint != "" {
		r.Message.Text += "\n" + d.Hint
	}
	if at := s.physical(d.Place); at != nil {
		r.Locations = append(r.Locations, sarifLocation{Physical: at})
	}
	for i, n := range d.Related {
		r.RelatedLocations = append(r.RelatedLocations, sarifLocation{i + 1, s.physical(n.Place), &sarifText{n.Message}})
	}
	return r
}

func (s sarif) physical(at source.Place) *sarifPhysical {
	if at.File == nil {
		return nil
	}
	return &sarifPhysical{s.artifact(at), sarifRegionOf(at)}
}

func (s sarif) artifact(at source.Place) sarifArtifact {
	u := url.URL{Path: path.Join(s.dir, at.Path())}
	return sarifArtifact{u.String(), "%SRCROOT%"}
}

func sarifRegionOf(at source.Place) sarifRegion {
	from, to := at.Position(), at.End()
	return sarifRegion{from.Line, from.Column, to.Line, to.Column}
}

// fixes returns the diagnostic's one mend, its edits gathered by file.
func (s sarif) fixes(d Diagnostic) []sarifFix {
	if len(d.Fix) == 0 {
		return nil
	}
	fix := sarifFix{Description: sarifText{d.Hint}}
	if d.Hint == "" {
		fix.Description.Text = "mend it"
	}
	byFile := make(map[string]int)
	for _, e := range d.Fix {
		i, seen := byFile[e.Place.Path()]
		if !seen {
			i = len(fix.Changes)
			byFile[e.Place.Path()] = i
			fix.Changes = append(fix.Changes, sarifChange{Artifact: s.artifact(e.Place)})
		}
		c := &fix.Changes[i]
		c.Replacements = append(c.Replacements, sarifReplacement{sarifRegionOf(e.Place), sarifText{e.Text}})
	}
	return []sarifFix{fix}
}
