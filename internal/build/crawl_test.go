package build_test

import (
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/tools/txtar"

	"quandary/internal/build"
)

// crawler resolves every address of a finished site as a browser would. It
// shares no code with the generator.
type crawler struct {
	files map[string]string          // by path from the output folder
	ids   map[string]map[string]bool // the ids of each HTML file
	base  *url.URL                   // where the output folder is mounted

	doubled []string // ids that an HTML file has twice
}

func newCrawler(files map[string]string, base string) (*crawler, error) {
	u, err := url.Parse(base)
	if err != nil {
		return nil, err
	}
	c := &crawler{files: files, ids: map[string]map[string]bool{}, base: u}
	for name, text := range files {
		if path.Ext(name) != ".html" {
			continue
		}
		c.ids[name] = map[string]bool{}
		visit(text, func(_, attr, value string) {
			if attr == "id" {
				if c.ids[name][value] {
					c.doubled = append(c.doubled, name+" has the id "+value+" twice")
				}
				c.ids[name][value] = true
			}
		})
	}
	return c, nil
}

// visit calls found for every attribute of every element.
func visit(text string, found func(element, attr, value string)) {
	z := html.NewTokenizer(strings.NewReader(text))
	for z.Next() != html.ErrorToken {
		token := z.Token()
		if token.Type != html.StartTagToken && token.Type != html.SelfClosingTagToken {
			continue
		}
		for _, a := range token.Attr {
			found(token.Data, a.Key, a.Val)
		}
	}
}

// problems lists every address that leads nowhere.
func (c *crawler) problems() (list []string) {
	for name, text := range c.files {
		if path.Ext(name) != ".html" || name == "404.html" {
			continue
		}
		visit(text, func(element, attr, value string) {
			for _, address := range addresses(element, attr, value) {
				if fault := c.resolve(name, address); fault != "" {
					list = append(list, fmt.Sprintf("%s: <%s %s=%q>: %s", name, element, attr, value, fault))
				}
			}
		})
	}
	slices.Sort(list)
	return list
}

// addresses are the addresses in an attribute.
func addresses(element, attr, value string) (list []string) {
	switch attr {
	case "href", "src", "poster", "action", "data-moved":
		return []string{value}
	case "content": // <meta http-equiv="refresh" content="1; url=...">
		if _, to, ok := strings.Cut(value, "; url="); ok {
			return []string{to}
		}
	case "srcset":
		for _, part := range strings.Split(value, ",") {
			list = append(list, strings.Fields(part)[0])
		}
	}
	return list
}

// resolve says why an address on a page leads nowhere, or "".
func (c *crawler) resolve(name, address string) string {
	page := *c.base
	page.Path = path.Join(c.base.Path, name)
	if strings.HasSuffix(name, "index.html") && c.base.Scheme != "file" {
		page.Path = strings.TrimSuffix(page.Path, "index.html")
	}
	to, err := page.Parse(address)
	if err != nil {
		return err.Error()
	}
	if to.Scheme != c.base.Scheme || to.Host != c.base.Host {
		return ""
	}
	inside, ok := strings.CutPrefix(to.Path, c.base.Path)
	if !ok {
		return "leads out of " + c.base.Path
	}
	if inside == "" || strings.HasSuffix(inside, "/") {
		inside += "index.html"
	}
	if _, there := c.files[inside]; !there {
		return "there is no " + inside
	}
	if to.Fragment != "" && to.Fragment != "top" && path.Ext(inside) == ".html" && !c.ids[inside][to.Fragment] {
		return inside + " has no id " + to.Fragment
	}
	return ""
}

func TestEveryAddressResolves(t *testing.T) {
	links, err := txtar.ParseFile("testdata/links.txtar")
	if err != nil {
		t.Fatal(err)
	}
	sites := map[string]string{"playbook": playbook, "starter": lay(t, starter(t)), "links": lay(t, links)}
	for name, dir := range sites {
		for _, base := range []string{"http://localhost/", "http://localhost/sub/path/", "file:///tmp/site/"} {
			t.Run(name+" at "+base, func(t *testing.T) {
				res := openFolder(t, dir, build.Options{}).build(t)
				c, err := newCrawler(bytesOf(res), base)
				if err != nil {
					t.Fatal(err)
				}
				if n := res.Diags.Errors(); n > 0 {
					t.Errorf("%d errors: %v", n, res.Diags)
				}
				if len(c.ids) < 10 {
					t.Fatalf("only %d pages", len(c.ids))
				}
				for _, p := range append(c.problems(), c.doubled...) {
					t.Error(p)
				}
			})
		}
	}
}
