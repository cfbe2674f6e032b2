package render_test

import (
	"bytes"
	"compress/gzip"
	"encoding/xml"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"quandary/internal/build"
	"quandary/internal/source"
	"quandary/layouts"
)

var update = flag.Bool("update", false, "rewrite the wanted pictures")

// built is a finished site: its files by path.
type built map[string]string

// buildSite builds a site from its files, with the built-in layouts.
func buildSite(t *testing.T, files map[string]string) built {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	folder, err := source.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer folder.Root.Close()
	tree, err := folder.Read()
	if err != nil {
		t.Fatal(err)
	}
	b := &build.Builder{BuiltIn: builtIn(t)}
	res := b.Build(tree, folder.Content, folder.Root.ReadFile)
	for _, d := range res.Diags {
		if d.Severity == 0 {
			t.Fatalf("%s: %s", d.Code, d.Message)
		}
	}
	site := built{}
	for _, f := range res.Set.All() {
		site[f.Path] = string(f.Bytes())
	}
	return site
}

func builtIn(t *testing.T) (files []*source.File) {
	t.Helper()
	err := fs.WalkDir(layouts.Files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(layouts.Files, name)
		files = append(files, source.NewFile("layouts/"+name, data))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

var drawn = regexp.MustCompile(`(?s)<svg class="(?:map|branches|hood)[ "].*?</svg>`)

// pictures returns the pictures of a page.
func (b built) pictures(page string) []string { return drawn.FindAllString(b[page], -1) }

// TestPicturesAsDrawn compares the pictures of a small site with those wanted.
func TestPicturesAsDrawn(t *testing.T) {
	const name = "testdata/pictures.txtar"
	archive, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	files, wanted := map[string]string{}, map[string]string{}
	for _, f := range archive.Files {
		if strings.HasPrefix(f.Name, "want/") {
			wanted[f.Name] = string(f.Data)
		} else {
			files[f.Name] = string(f.Data)
		}
	}
	site, got := buildSite(t, files), map[string]string{}
	for _, page := range []string{"map/index.html", "symptoms/slow/index.html", "decide/overview/index.html"} {
		for i, picture := range site.pictures(page) {
			at := fmt.Sprintf("want/%s-%d.svg", strings.ReplaceAll(path.Dir(page), "/", "-"), i+1)
			got[at] = strings.ReplaceAll(picture, "><", ">\n<") + "\n"
		}
	}
	if *update {
		archive.Files = slices.DeleteFunc(archive.Files, func(f txtar.File) bool { return strings.HasPrefix(f.Name, "want/") })
		for _, at := range slices.Sorted(maps.Keys(got)) {
			archive.Files = append(archive.Files, txtar.File{Name: at, Data: []byte(got[at])})
		}
		if err := os.WriteFile(name, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(wanted, got); diff != "" {
		t.Errorf("pictures (-want +got):\n%s", diff)
	}
	if again := buildSite(t, files); !maps.Equal(site, again) {
		t.Error("the same site was drawn otherwise the second time")
	}
}

// TestPicturesOfAnySite holds what every picture of every site must be.
func TestPicturesOfAnySite(t *testing.T) {
	sites := map[string]map[string]string{
		"folders": folders(12, 40), "flat": folders(1, 22), "small": kinds(7, 4, 3), "large": kinds(480, 12, 60), "leaves": leaves(),
		"hebrew": kinds(7, 4, 3),
	}
	sites["hebrew"]["content/index.md"] = "---\ntitle: בית\nsite: {language: he}\n---\n\nשלום.\n"
	most := map[string]int{"small": 5_000, "large": 6_000, "folders": 6_000, "flat": 6_000, "leaves": 14_000} // compressed, all pictures of a page
	for name, files := range sites {
		t.Run(name, func(t *testing.T) {
			site, count := buildSite(t, files), 0
			for page := range site {
				pictures := site.pictures(page)
				for _, p := range pictures {
					site.checkPicture(t, page, p)
					count++
				}
				if size := squashed(strings.Join(pictures, "")); most[name] > 0 && size > most[name] {
					t.Errorf("%s: the pictures take %d bytes", page, size)
				}
			}
			if count < 2 {
				t.Errorf("%d pictures", count)
			}
		})
	}
}

func squashed(text string) int {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	io.WriteString(z, text)
	z.Close()
	return b.Len()
}

// checkPicture reports what is wrong with one picture.
func (b built) checkPicture(t *testing.T, page, picture string) {
	if strings.HasPrefix(picture, `<svg class="hood"`) && len(picture) > 4_000 {
		t.Errorf("%s: a neighbourhood of %d bytes", page, len(picture))
	}
	ids, uses := map[string]bool{}, []string{}
	var labels []label
	var inside label
	d := xml.NewDecoder(strings.NewReader(picture))
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("%s: %v", page, err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			attrs := map[string]string{}
			for _, a := range e.Attr {
				attrs[a.Name.Local] = a.Value
			}
			switch {
			case attrs["style"] != "":
				t.Errorf("%s: a style in a picture", page)
			case e.Name.Local == "a":
				if to := path.Join(path.Dir(page), attrs["href"], "index.html"); b[to] == "" {
					t.Errorf("%s: no %s for %q", page, to, attrs["href"])
				}
			case e.Name.Local == "use":
				uses = append(uses, attrs["href"])
			case e.Name.Local == "text":
				inside = newLabel(attrs)
			}
			if id := attrs["id"]; id != "" {
				if ids[id] {
					t.Errorf("%s: two elements %q", page, id)
				}
				ids[id] = true
			}
		case xml.CharData:
			inside.text += string(e)
		case xml.EndElement:
			if e.Name.Local == "text" {
				labels = append(labels, inside)
				inside = label{}
			}
		}
	}
	for _, u := range uses {
		if !ids[strings.TrimPrefix(u, "#")] {
			t.Errorf("%s: nothing is called %s", page, u)
		}
	}
	overlaps(t, page, labels)
}

// label is a line of text in a picture.
type label struct {
	text       string
	x, y, size float64
	end        bool
}

func newLabel(attrs map[string]string) label {
	l := label{size: 15, end: strings.Contains(attrs["class"], "end")}
	if strings.Contains(attrs["class"], "soft") {
		l.size = 12.5
	}
	l.x, _ = strconv.ParseFloat(attrs["x"], 64)
	l.y, _ = strconv.ParseFloat(attrs["y"], 64)
	return l
}

// overlaps reports labels that stand on one another, by a fair guess at how
// wide they are.
func overlaps(t *testing.T, page string, labels []label) {
	span := func(l label) (from, to float64) {
		width := float64(utf8.RuneCountInString(l.text)) * l.size * .5
		if l.end {
			return l.x - width, l.x
		}
		return l.x, l.x + width
	}
	for i, a := range labels {
		for _, b := range labels[i+1:] {
			a0, a1 := span(a)
			b0, b1 := span(b)
			if a0 < b1 && b0 < a1 && a.y-a.size*.7 < b.y && b.y-b.size*.7 < a.y {
				t.Errorf("%s: %q and %q overlap at %v,%v", page, a.text, b.text, a.x, a.y)
			}
		}
	}
}

// folders is a site without front matter: folders of pages that link about.
func folders(count, pages int) map[string]string {
	site := map[string]string{"README.md": "# Handbook\n\nHello.\n"}
	for i := range count {
		for j := range pages {
			dir := fmt.Sprintf("area-%d/", i)
			if count == 1 {
				dir = ""
			}
			up := strings.Repeat("../", strings.Count(dir, "/"))
			other := fmt.Sprintf("area-%d/", (i*i+j)%count)
			if count == 1 {
				other = ""
			}
			site[fmt.Sprintf("%spage-%d.md", dir, j)] = fmt.Sprintf("# %s %d\n\nSee [it](%s%spage-%d.md).\n",
				[]string{"What everybody should know about deploys", "Holidays", "Access to production, and how to ask for it"}[j%3], j, up, other, (j*7+3)%pages)
		}
	}
	return site
}

// kinds is a site of symptoms, causes and remedies, and what joins them.
func kinds(symptoms, causes, remedies int) map[string]string {
	site := map[string]string{"content/index.md": "---\ntitle: Home\n---\n\nHello.\n"}
	add := func(kind, relations string, n int, fields func(i int) string) {
		site["content/"+kind+"s/index.md"] = fmt.Sprintf("---\ntitle: All %ss\nkind:\n  name: %s\n%s---\n\nText.\n", kind, kind, relations)
		for i := range n {
			site[fmt.Sprintf("content/%ss/%s-%d.md", kind, kind, i)] = fmt.Sprintf("---\ntitle: A %s that people know well by now, number %d\nsummary: It is known.\n%s---\n\nText.\n", kind, i, fields(i))
		}
	}
	none := func(int) string { return "" }
	add("symptom", "  relations:\n    from: {to: cause}\n    mended-by: {to: remedy}\n", symptoms, func(i int) string {
		return fmt.Sprintf("from: [cause-%d]\nmended-by: [remedy-%d]\n", i%causes, i*5%remedies)
	})
	add("cause", "  relations:\n    leads-to: {to: cause}\n    ended-by: {to: remedy}\n", causes, func(i int) string {
		return fmt.Sprintf("leads-to: [cause-%d]\nended-by: [remedy-%d]\n", (i+1)%causes, i%remedies)
	})
	add("remedy", "", remedies, none)
	site["content/remedys/index.md"] = "---\ntitle: Remedies\nkind: {name: remedy}\n---\n\nText.\n"
	return site
}

// leaves is a decision with more than forty results.
func leaves() map[string]string {
	site := map[string]string{"content/index.md": "---\ntitle: Home\n---\n\nHello.\n", "content/things/index.md": "---\ntitle: Things\nkind: {name: thing}\n---\n\nText.\n"}
	questions := ""
	for q := range 4 {
		questions += fmt.Sprintf("    - id: q%d\n      ask: How would you answer the question that has number %d?\n      answers:\n", q, q)
		for a := range 3 {
			questions += fmt.Sprintf("        - {id: a%d, label: \"%s\"}\n", a, []string{"Yes", "I think so, but somebody else would have to say", "No"}[a])
		}
	}
	site["content/decide.md"] = "---\ntitle: What now?\ndecision:\n  lands-on: thing\n  questions:\n" + questions + "---\n\nHello.\n"
	rules := make([]string, 5)
	for i := range 81 {
		a, b, c, d := i%3, i/3%3, i/9%3, i/27
		rules[(a*3+b*2+c*d+d)%5] += fmt.Sprintf("  - {q0: a%d, q1: a%d, q2: a%d, q3: a%d}\n", a, b, c, d)
	}
	for i, r := range rules {
		site[fmt.Sprintf("content/things/thing-%d.md", i)] = fmt.Sprintf("---\ntitle: The thing to do in case %d\nwhen:\n%s---\n\nText.\n", i, r)
	}
	return site
}
