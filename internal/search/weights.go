package search

// The ranking is BM25F: a word counts in each field by that field's weight,
// the counts are added, and only then flattened, so that ten mentions in the
// text never pass for one in the title. All numbers are here; the browser is
// handed those it needs in the manifest.
//
// What a page's own words decide is worked out from that page alone, with a
// fixed typical length instead of the site's average: an edit to one page
// then leaves every other page's numbers, and so most pieces, as they were.
const (
	titleWeight   = 16.0
	aliasWeight   = 10.0
	headingWeight = 5.0
	summaryWeight = 3.0
	fieldWeight   = 2.0
	pathWeight    = 1.5 // words of the address; sections gather what pages leave unsaid
	textWeight    = 1.0
	partWeight    = 0.5 // of the above, for a part of a compound: "hub" in GitHub

	// How far length tells against a word: 0 not at all, 1 in full.
	titleSlope, titleTypical = 0.5, 3.0   // words
	textSlope, textTypical   = 0.6, 600.0 // words
)

// weights are the browser's share: what a page's score is multiplied by, or
// what is added to it, for words that match less or more than exactly.
var weights = map[string]float64{
	"saturation": 5,    // BM25's k1: the weighted count worth half of what counts at most
	"other":      0.9,  // a form of the word that the site does not use itself
	"prefix":     0.7,  // a word that begins with the one being typed
	"typo":       0.5,  // a word one slip away
	"title":      3,    // added when all that is typed begins the page's title
	"common":     0.25, // rarity of a word that most pages have
	"cover":      0.15, // how much more a page counts whose title has no other words
}
