// Package render owns layouts and what they are shown: it turns the assembled
// site, its links and its decisions into the bytes of pages, feeds and maps.
//
// It stands after every whole-site stage and before output. Rendering one page
// is pure, runs in parallel with the others, and costs the same however large
// the site is. It never resolves a link or judges a rule: that was done before.
package render

import (
	"html/template"
	"strings"
)

// View is what a layout is shown: the whole of "." in layouts/*.html. Paths in
// it are relative to the site's root, as "arguments/bottom-line/" is; a layout
// turns one into an address with {{$.URL .Path}}.
type View struct {
	Site   *Site
	Layout string // "page", "section", "home", "question", "result", ...: which layout draws <main>
	Root   string // from this page to the site's root: "./", "../", "../../", ...
	Page   *Page

	Question *Question // set where Layout is "question" (the start of a decision included)
	Result   *Result   // set where Layout is "result"
	Overview *Overview // set where Layout is "overview"
	Index    *Index    // set where Layout is "index" or "map"
	Whole    []*Page   // set where Layout is "print": every page, in reading order
	Moved    Ref       // set where Layout is "moved": where the page went
	Embedded bool      // drawn without header and footer, to stand in an iframe

	words *Words
}

// URL turns a path from the site's root into an address relative to this page.
// Addresses with a scheme, and fragments, are returned as they are.
func (v *View) URL(path string) string {
	if strings.Contains(path, ":") || strings.HasPrefix(path, "#") {
		return path
	}
	return v.Root + path
}

// Say returns the interface's words for key in the page's language, with {0},
// {1}, ... replaced by args. A whole number as first argument picks the plural.
func (v *View) Say(key string, args ...any) string { return v.words.Say(key, args...) }

// Site is what every page shows alike.
type Site struct {
	Name         string
	Description  string
	Language     string // BCP 47, as in "en"
	BaseURL      string // absolute, ends in "/"; "" where none is known
	Menu         []Ref  // the few entries of the header
	Style        string // path of the one stylesheet
	Script       string // path of the one script
	Early        string // path of the script that runs before anything is drawn
	SearchScript string // path of the script that is loaded when a reader means to search
	Icon         string // path of the favicon
	Author       string
	Footer       template.HTML
	Decisions    []DecisionRef
	Print        string // path of the whole handbook on one page; "" for a large site
	Sections     []Ref  // top-level sections, in order; a home page lists them
}

// Ref is a page as others mention it.
type Ref struct {
	Path     string // may end in a #fragment
	Title    string
	Summary  string
	Kind     string        // the name of its kind, or ""
	Name     string        // its file's name without ".md", or its folder's; styles can select on it
	Sentence template.HTML // of a backlink: the sentence around the link
	Current  bool          // it is the page being shown, or holds it
	Number   int           // its place among its siblings, from 1; 0 where they are not ordered by a field
	Fields   []Field
	Children []Ref  // of a section, on the home page: its pages
	More     int    // how many children were left out of a long list
	Preview  string // path of the fragment that previews it; "" where there is none
	Menu     string // of an entry of the menu: "page", or the made page's name: "index", "map", "search", "print"
}

// Field returns the text of the field called name, or "".
func (r Ref) Field(name string) string { return fieldText(r.Fields, name) }

// Field is one declared field of a page, in the order of its kind's declaration.
type Field struct {
	Name  string
	Label string
	Text  string        // the value; several are joined with ", "
	HTML  template.HTML // the value with links and emphasis
}

func fieldText(fields []Field, name string) string {
	for _, f := range fields {
		if f.Name == name {
			return f.Text
		}
	}
	return ""
}

// Page is the page being shown.
type Page struct {
	Path        string
	Title       string
	TitleID     string // the anchor of the title, where the file has it as a heading; or ""
	Summary     string
	Lede        string // the summary, where the writer gave one: else it is the first paragraph, which follows
	Name        string // as in Ref
	Kind        string // the name of its kind, or ""
	KindLabel   string // its singular for readers: "Root cause"
	KindPlural  string
	Number      int // as in Ref; with Count, "Argument 3 of 7"
	Count       int // how many pages of its kind there are
	Language    string
	Direction   string // "ltr" or "rtl"
	Canonical   string // absolute address; "" without a base URL
	Card        string // absolute address of the social card; "" without a base URL
	NoIndex     bool
	Content     template.HTML
	Headings    []Heading // the contents, nested; empty for a short page
	Fields      []Field
	Relations   []Group // out of the page and into it, as readers word them
	Backlinks   []Group // pages that link here, with their sentence, by kind
	Breadcrumbs []Ref   // from the home page down to the parent
	Siblings    []Ref   // pages of the same kind or folder, when they are few (12 at most), else nil
	Children    []Ref   // of a section: its pages
	Previous    *Ref
	Next        *Ref
	Minutes     int    // reading time
	Updated     string // 2006-01-02, or ""
	Owner       string
	EditURL     string
	Markdown    string        // path of its Markdown twin, or ""
	Near        template.HTML // a picture (svg) of its own neighbourhood, or ""
	Decision    *DecisionRef  // the decision that this page carries, or nil
	AskedBy     []DecisionRef // the decisions that can land on this page
}

// Field returns the text of the field called name, or "".
func (p *Page) Field(name string) string { return fieldText(p.Fields, name) }

// Heading is one entry of a page's contents.
type Heading struct {
	ID, Text string
	Children []Heading
}

// Group is a heading and the pages under it.
type Group struct {
	Label string
	Kind  string // name of the kind of the pages, or ""
	Refs  []Ref
	More  int // how many were left out of a long list
}

// DecisionRef is a decision as other pages mention it.
type DecisionRef struct {
	Path     string // of its start
	Title    string
	Summary  string
	Worst    int    // most questions anyone is asked
	Average  string // questions on average, one decimal
	Overview string // path of the page with the whole of it
	Data     string // path of the states, for the script
}

// Question is one state of a decision that asks.
type Question struct {
	Decision  DecisionRef
	Start     bool // nothing was answered yet
	ID        string
	Ask, Help string
	Step      int // number of this question, from 1
	Most      int // the most questions this way can take in all
	Answers   []Answer
	Remaining []Remaining // the landing pages still possible
	Given     []Given
	Again     bool // it was answered before and is asked again, to change the answer
}

// Answer is one answer that a reader can give, as a link to the state it leads to.
type Answer struct {
	Path, ID, Label string
}

// Remaining is a landing page that is still possible, for a reader who is not sure.
type Remaining struct {
	Ref     Ref
	Answers []RemainingAnswer // the answers of this question that lead, or can lead, there
}

// RemainingAnswer is one answer and whether it settles the landing page.
type RemainingAnswer struct {
	Answer
	Settles bool
}

// Given is an answer that was given.
type Given struct {
	Question, Ask string // id and text
	Answer, Label string // id and text
	Change        string // path of the state that asks this again and keeps the others
}

// Result is a state of a decision that has landed.
type Result struct {
	Decision     DecisionRef
	Landing      Ref
	Why          []Given
	DidNotMatter []Given
	Changes      []Change
	Mentions     []Group   // pages brought up beside the landing page
	Perhaps      []Perhaps // pages that one more answer would bring up
	Given        []Given
}

// Change is another landing page and the fewest answers that would have to differ.
type Change struct {
	Ref     Ref     // the other landing page
	Path    string  // the state those answers arrive at
	Answers []Given // only those that differ, with their new label
	// Assuming are answers to questions that were not asked, which it needs as well.
	Assuming []Given
}

// Perhaps is a page that would be brought up if an unasked question were answered so.
type Perhaps struct {
	Ref        Ref
	Conditions []Given
}

// Overview is the whole of one decision on one page.
type Overview struct {
	Decision DecisionRef
	Author   struct { // the tree in the author's order, to compare
		Worst   int
		Average string
	}
	Nodes, Leaves int
	Optimal       bool
	Tree          OverviewNode
	Questions     []OverviewQuestion // the columns of the rule table
	Rules         []OverviewRule
	Picture       template.HTML
}

// OverviewNode is a state in the nested list.
type OverviewNode struct {
	Path    string
	Ask     string // "" where it has landed
	Landing *Ref
	Edges   []OverviewEdge
}

// OverviewEdge is an answer and where it leads.
type OverviewEdge struct {
	Label string
	Node  OverviewNode
}

// OverviewQuestion is a column of the rule table.
type OverviewQuestion struct{ ID, Ask string }

// OverviewRule is a row of the rule table: one alternative of one page.
type OverviewRule struct {
	Ref   Ref
	Cells [][]string // for each question, the labels of the answers; nil for any
}

// Index lists the site's pages, for the index page and the map.
type Index struct {
	Letters []Group // every page by title, under its first letter
	Kinds   []Group // every page by kind or folder; not on the map
	Total   int
	Picture template.HTML // the map, as svg
	Map     []MapGroup    // the same as a list
}

// MapGroup is a kind or a folder of the map, and its pages.
type MapGroup struct {
	Ref
	Pages  []MapPage
	Folded bool // they are so many that they are better kept shut at first
}

// MapPage is a page of the map and what it is related to.
type MapPage struct {
	Ref
	Relations []Group
}
