package build_test

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"quandary/internal/build"
	"quandary/internal/diag"
	"quandary/internal/ledger"
	"quandary/internal/site"
	"quandary/internal/source"
)

var histories = flag.Int("histories", 1000, "how many random histories to play")

// TestRandomHistories plays random histories of renames, moves, splits, merges,
// edits and deletions. After each step the writer has the mends made, and says
// of what is left that it was deleted; then the site is published. In the end,
// whoever follows any address ever published, with a browser without scripts or
// with them, arrives somewhere or is told plainly that it was withdrawn.
func TestRandomHistories(t *testing.T) {
	n := *histories
	if testing.Short() {
		n /= 20
	}
	var all tally
	var mu sync.Mutex
	t.Run("histories", func(t *testing.T) {
		const shares = 4
		for share := range shares {
			t.Run(fmt.Sprint(share), func(t *testing.T) {
				t.Parallel()
				for seed := share; seed < n && !t.Failed(); seed += shares {
					told := playRandom(t, seed)
					mu.Lock()
					all.add(told)
					mu.Unlock()
				}
			})
		}
	})
	t.Logf("%d addresses: %d lead to the very text they were for, %d to another, %d are withdrawn, of these %d while the text is still there",
		all.addresses, all.right, all.other, all.withdrawn, all.lost)
	if all.other*50 > all.addresses || all.lost*50 > all.addresses {
		t.Error("more than one address in fifty does not lead to its text, although that is still there")
	}
}

// tally counts addresses by what becomes of whoever follows them.
type tally struct{ addresses, right, other, withdrawn, lost int }

func (a *tally) add(b tally) {
	a.addresses += b.addresses
	a.right += b.right
	a.other += b.other
	a.withdrawn += b.withdrawn
	a.lost += b.lost
}

func playRandom(t *testing.T, seed int) (told tally) {
	h := newHistory(t, uint64(seed))
	for range 6 + h.r.IntN(8) {
		h.step()
		h.publish()
	}
	h.follow(&told)
	if t.Failed() {
		t.Fatalf("history %d:\n%s", seed, strings.Join(h.log, "\n"))
	}
	return told
}

// text is a paragraph that keeps its identity through edits.
type text struct {
	id    int
	words []string
}

// mark is a word that no edit takes away, by which a text is known.
func (x *text) mark() string { return fmt.Sprintf("m%dx", x.id) }

func (x *text) String() string { return strings.Join(x.words, " ") + " " + x.mark() + "." }

type chapter struct {
	heading string
	*text
}

type leaf struct {
	name     string // inside the content folder
	front    string // as the mends left it
	title    string
	intro    *text
	chapters []*chapter
}

func (p *leaf) bytes() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n%s\n", p.title, p.intro)
	for _, c := range p.chapters {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n", c.heading, c.text)
	}
	return []byte(p.front + b.String())
}

type history struct {
	t         *testing.T
	r         *rand.Rand
	pages     []*leaf
	world     *world
	texts     int
	published map[string]int // address to the id of its text
	log       []string
}

func newHistory(t *testing.T, seed uint64) *history {
	h := &history{
		t: t, r: rand.New(rand.NewPCG(seed, 7)), published: map[string]int{}, world: newWorld(),
	}
	h.pages = []*leaf{h.leaf("index.md")}
	for range 3 + h.r.IntN(4) {
		h.pages = append(h.pages, h.leaf(h.name()))
	}
	h.publish()
	return h
}

var vocabulary = strings.Fields(`account answer before budget calendar captain carry change choose close corner customer decide deliver
	desk door early engine evening export family finish follow garden gather handle harbour holiday invoice island journey kitchen
	ladder late letter listen machine market measure meeting message mirror morning mountain notice number office orange order paper
	pencil picture planet printer promise question quiet rather reason remember report river room school season second share signal
	silver simple someone station street summer supper table teacher ticket together travel under village visit wait walk water
	weather week window winter wonder work write yellow`)

func (h *history) words(n int) (w []string) {
	for range n {
		w = append(w, vocabulary[h.r.IntN(len(vocabulary))])
	}
	return w
}

func (h *history) text() *text {
	h.texts++
	return &text{h.texts, h.words(12 + h.r.IntN(40))}
}

// heading is now and then one that many pages have.
func (h *history) heading() string {
	if h.r.IntN(6) == 0 {
		return []string{"Summary", "Questions"}[h.r.IntN(2)]
	}
	return strings.Join(h.words(1+h.r.IntN(3)), " ")
}

// name is a path that no page has.
func (h *history) name() string {
	for {
		name := strings.Join(h.words(1+h.r.IntN(2)), "-") + ".md"
		if h.r.IntN(2) == 0 {
			name = []string{"guide/", "office/", "office/rules/"}[h.r.IntN(3)] + name
		}
		if !slices.ContainsFunc(h.pages, func(p *leaf) bool { return p.name == name }) {
			return name
		}
	}
}

func (h *history) leaf(name string) *leaf {
	p := &leaf{name: name, title: strings.Join(h.words(2), " "), intro: h.text()}
	for range h.r.IntN(5) {
		p.chapters = append(p.chapters, &chapter{h.heading(), h.text()})
	}
	return p
}

// some returns a page that can be renamed and deleted.
func (h *history) some() *leaf {
	if len(h.pages) < 2 {
		h.pages = append(h.pages, h.leaf(h.name()))
	}
	return h.pages[1+h.r.IntN(len(h.pages)-1)]
}

func (h *history) say(format string, args ...any) {
	h.log = append(h.log, fmt.Sprintf(format, args...))
}

// step changes one thing, or some.
func (h *history) step() {
	for range 1 + h.r.IntN(2) {
		p := h.some()
		switch h.r.IntN(10) {
		case 0, 1:
			name := h.name()
			h.say("rename %s to %s", p.name, name)
			p.name = name
			if h.r.IntN(2) == 0 {
				p.title = strings.Join(h.words(2), " ")
			}
		case 2:
			q := h.leaf(h.name())
			h.say("add %s", q.name)
			h.pages = append(h.pages, q)
		case 3:
			h.say("delete %s", p.name)
			h.pages = slices.DeleteFunc(h.pages, func(q *leaf) bool { return q == p })
		case 4:
			h.split(p)
		case 5:
			h.moveChapter(p, h.pages[h.r.IntN(len(h.pages))])
		case 6:
			q := h.pages[h.r.IntN(len(h.pages))]
			h.merge(p, q)
		default:
			h.edit(p)
		}
	}
}

func (h *history) chapter(p *leaf) int {
	if len(p.chapters) == 0 {
		return -1
	}
	return h.r.IntN(len(p.chapters))
}

// split makes a page of its own of a chapter.
func (h *history) split(p *leaf) {
	i := h.chapter(p)
	if i < 0 {
		return
	}
	c := p.chapters[i]
	q := &leaf{name: h.name(), title: c.heading, intro: c.text}
	h.say("split %q of %s off as %s", c.heading, p.name, q.name)
	p.chapters = slices.Delete(p.chapters, i, i+1)
	h.pages = append(h.pages, q)
}

func (h *history) moveChapter(p, q *leaf) {
	i := h.chapter(p)
	if i < 0 || p == q {
		return
	}
	c := p.chapters[i]
	h.say("move %q of %s to %s", c.heading, p.name, q.name)
	p.chapters = slices.Delete(p.chapters, i, i+1)
	q.chapters = append(q.chapters, c)
}

// merge makes a chapter, and more of them, of a page.
func (h *history) merge(p, q *leaf) {
	if p == q {
		return
	}
	h.say("merge %s into %s", p.name, q.name)
	q.chapters = append(append(q.chapters, &chapter{p.title, p.intro}), p.chapters...)
	h.pages = slices.DeleteFunc(h.pages, func(o *leaf) bool { return o == p })
}

// edit changes headings and texts.
func (h *history) edit(p *leaf) {
	i := h.chapter(p)
	if i < 0 {
		p.chapters = append(p.chapters, &chapter{h.heading(), h.text()})
		return
	}
	switch c := p.chapters[i]; h.r.IntN(5) {
	case 0:
		h.say("delete %q of %s", c.heading, p.name)
		p.chapters = slices.Delete(p.chapters, i, i+1)
	case 1:
		h.say("edit the text of %q of %s", c.heading, p.name)
		c.words[h.r.IntN(len(c.words))] = h.words(1)[0]
	case 2:
		p.title = strings.Join(h.words(2), " ")
		p.intro.words = append(p.intro.words, h.words(1)...)
	default:
		heading := h.heading()
		h.say("rename %q of %s to %q", c.heading, p.name, heading)
		c.heading = heading
	}
}

// publish has the mends made, says of what is left that it was deleted, and
// builds.
func (h *history) publish() {
	book := h.world.files["content/"+ledger.Name]
	h.world.files = map[string]*source.File{}
	if book != nil {
		h.world.files[book.Path] = book
	}
	for _, p := range h.pages {
		h.world.put("content/"+p.name, p.bytes())
	}
	h.world.mend()
	for _, p := range h.pages {
		data := string(h.world.files["content/"+p.name].Data)
		p.front = data[:strings.Index(data, "# "+p.title)]
	}
	for range 40 {
		c := h.world.check()
		if c.diags.Errors() == 0 {
			h.world.put("content/"+ledger.Name, c.ledger.Update(c.site, c.graph, nil))
			h.note(c.site)
			return
		}
		for _, d := range c.diags {
			h.giveUp(d)
		}
		for _, p := range h.pages {
			h.world.put("content/"+p.name, p.bytes())
		}
	}
	h.t.Fatalf("errors stay:\n%s\n%s", describe(h.world.build().Diags), strings.Join(h.log, "\n"))
}

// giveUp is what the writer does of an error that has no mend: what is gone is
// said to be withdrawn, and what `moved` or `aliases` say wrongly is taken out.
func (h *history) giveUp(d diag.Diagnostic) {
	switch d.Code {
	case "address/gone", "address/anchor-gone":
		h.say("withdraw %s", d.Place.Text())
		book := h.world.files["content/"+ledger.Name]
		h.world.put(book.Path, withdraw(book.Data, d.Place.Text(), "it is gone"))
	case "link/broken", "link/anchor", "alias/duplicate":
		for _, p := range h.pages {
			if "content/"+p.name == d.Place.Path() {
				h.say("take %q out of %s", d.Place.Text(), p.name)
				p.front = takeOut(p.front, d.Place.Text())
			}
		}
	}
}

// takeOut takes a value, and the key of a pair, out of front matter.
func takeOut(front, value string) string {
	item := regexp.MustCompile(`([{\[])(?:[^{}\[\],:]+: )?` + regexp.QuoteMeta(value) + `(?:, )?|, (?:[^{}\[\],:]+: )?` + regexp.QuoteMeta(value) + `([,}\]])`)
	return item.ReplaceAllString(front, "$1$2")
}

// note remembers every address that is published now, and the text it is for.
func (h *history) note(published *site.Site) {
	for _, s := range published.Pages {
		i := slices.IndexFunc(h.pages, func(p *leaf) bool { return p.name == s.Name })
		if i < 0 {
			continue
		}
		p := h.pages[i]
		h.published[s.Path] = p.intro.id
		for j, c := range p.chapters {
			h.published[s.Path+"#"+s.Doc.Headings[j].ID] = c.id
		}
	}
}

// follow goes to every address that was ever published.
func (h *history) follow(all *tally) {
	res := h.world.build()
	if n := res.Diags.Errors(); n > 0 {
		h.t.Errorf("%d errors: %s", n, describe(res.Diags))
	}
	alive := map[int]bool{}
	for _, p := range h.pages {
		alive[p.intro.id] = true
		for _, c := range p.chapters {
			alive[c.id] = true
		}
	}
	for _, address := range slices.Sorted(maps.Keys(h.published)) {
		all.addresses++
		id := h.published[address]
		where, said, err := arrive(res, address)
		switch {
		case err != nil:
			h.t.Errorf("/%s: %v", address, err)
		case said:
			all.withdrawn++
			if alive[id] {
				all.lost++
			}
		case strings.Contains(where, (&text{id: id}).mark()):
			all.right++
		case alive[id]:
			all.other++
		}
	}
}

var (
	sentOn    = regexp.MustCompile(`^<html data-moved="([^"]*)">`)
	elsewhere = regexp.MustCompile(`^<p class="elsewhere" id="[^"]*">[^<]*(?:<a href="([^"]*)">)?`)
)

// arrive does what a browser does with an address, and returns the text that
// the reader sees there, or that it was said to be withdrawn.
func arrive(res *build.Result, address string) (where string, withdrawn bool, err error) {
	at, id, _ := strings.Cut(address, "#")
	for range 50 {
		f, ok := res.Set.Get(at + "index.html")
		if !ok {
			return "", false, fmt.Errorf("there is no page at /%s", at)
		}
		page := string(f.Bytes())
		if strings.HasPrefix(page, `<main class="withdrawn">`) {
			return "", true, nil
		}
		if m := sentOn.FindStringSubmatch(page); m != nil {
			at = join(at, m[1])
			continue
		}
		if id == "" {
			return page, false, nil
		}
		i := strings.Index(page, ` id="`+id+`"`)
		if i < 0 {
			return "", false, fmt.Errorf("there is nothing called %q at /%s", id, at)
		}
		element := page[strings.LastIndexByte(page[:i], '<'):]
		m := elsewhere.FindStringSubmatch(element)
		switch {
		case m == nil:
			return strings.SplitN(element[1:], "<h2", 2)[0], false, nil
		case m[1] == "":
			return "", true, nil
		}
		var to string
		to, id, _ = strings.Cut(m[1], "#")
		at = join(at, to)
	}
	return "", false, fmt.Errorf("it is sent round in a circle")
}

func join(at, to string) string {
	if joined := path.Join("/", at, to); joined != "/" {
		return joined[1:] + "/"
	}
	return ""
}
