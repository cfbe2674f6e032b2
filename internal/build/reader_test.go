package build_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"golang.org/x/net/html"

	"quandary/internal/browsertest"
	"quandary/internal/build"
)

// tool returns the path of something that npm installed under internal/tools.
func tool(t *testing.T, name string) string {
	t.Helper()
	file := filepath.Join("..", "tools", "node_modules", filepath.FromSlash(name))
	if _, err := os.Stat(file); err != nil {
		if os.Getenv("QUANDARY_REQUIRE_BROWSER") == "1" {
			t.Fatalf("%s is missing: run npm ci in internal/tools", name)
		}
		t.Skipf("%s is not installed: run npm ci in internal/tools to run this test", name)
	}
	return file
}

// looks are the ways in which the pages are looked at.
var looks = map[string][]chromedp.Action[chromedp.Void]{
	"light":         {media("screen", "light", "none"), window(1280)},
	"dark":          {media("screen", "dark", "none"), window(1280)},
	"narrow":        {media("screen", "light", "none"), window(320)},
	"print":         {media("print", "light", "none"), window(1280)},
	"forced colors": {media("screen", "light", "active"), window(1280)},
	"no scripts":    {media("screen", "light", "none"), window(1280)},
}

func media(kind, scheme, forced string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Media:    kind,
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "forced-colors", Value: forced}},
		})
		return err
	})
}

func window(width int64) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 900, DeviceScaleFactor: 1})
		return err
	})
}

// looked are pages that between them show every layout and kind.
var looked = []string{
	"/", "/quadrants/", "/quadrants/observe/", "/arguments/bottom-line/", "/causes/trust/", "/writers/", "/about/", "/decide/",
	"/decide/impact.none/", "/decide/impact.none/team.new/", "/decide/overview/", "/decide/embed/", "/index/", "/map/", "/search/", "/print/", "/404.html",
}

// TestAccessible runs axe over the pages in every look. Forced colors are the
// reader's own, so their contrast is not ours to judge.
func TestAccessible(t *testing.T) {
	axe, err := os.ReadFile(tool(t, "axe-core/axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	res := openFolder(t, playbook, build.Options{}).build(t)
	for look, steps := range looks {
		t.Run(look, func(t *testing.T) {
			p := &tab{t, browsertest.New(t), serveSite(t, res)}
			if look == "no scripts" {
				p.host.lacks = ".js"
			}
			p.do(steps...)
			for _, page := range looked {
				p.open(page)
				p.text(string(axe) + "; ''")
				found := p.wait(`axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
					rules: {'color-contrast': {enabled: ` + fmt.Sprint(look != "forced colors") + `}}})
					.then(r => r.violations.map(v => v.id + ': ' + v.help + ' ' + v.nodes.slice(0, 3).map(n => n.html).join(' ')).join('\n'))`)
				if found != "" {
					t.Errorf("%s: %s", page, found)
				}
				if look == "narrow" {
					if wide := p.text(`String(document.documentElement.scrollWidth)`); wide != "320" {
						t.Errorf("%s is %s pixels wide in a window of 320", page, wide)
					}
				}
			}
		})
	}
}

// TestStill checks that nothing on a page moves once it is drawn, on a phone as
// on a desk.
func TestStill(t *testing.T) {
	p := &tab{t, browsertest.New(t), serveSite(t, openFolder(t, playbook, build.Options{}).build(t))}
	for _, width := range []int64{390, 1280} {
		p.do(window(width))
		for _, page := range looked {
			p.open(page)
			p.until(`document.readyState === 'complete'`)
			moved := p.wait(`new Promise(done => new PerformanceObserver(list => done(list.getEntries().map(e =>
				e.name || e.value + ' ' + e.sources.map(s => s.node?.outerHTML?.slice(0, 80))).join('\n')))
				.observe({type: 'layout-shift', buffered: true}) || requestAnimationFrame(() => requestAnimationFrame(() => done(''))))`)
			if moved != "" {
				t.Errorf("%s, %d pixels wide: %s", page, width, moved)
			}
		}
	}
}

// wait returns what a promise resolves to.
func (p *tab) wait(expression string) string {
	p.Helper()
	text, err := chromedp.Run(p.ctx, chromedp.Evaluate[string](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.Fatal(err)
	}
	return text
}

// TestValidHTML runs html-validate over every page.
func TestValidHTML(t *testing.T) {
	script := tool(t, "html-validate/bin/html-validate.mjs")
	dir := t.TempDir()
	for name, text := range bytesOf(openFolder(t, playbook, build.Options{}).build(t)) {
		if path.Ext(name) == ".html" {
			write(t, dir, name, text)
		}
	}
	config := filepath.Join(dir, ".htmlvalidate.json")
	if err := os.WriteFile(config, []byte(`{"root": true, "extends": ["html-validate:standard", "html-validate:document"], "rules": {"long-title": "off", "valid-id": ["error", {"relaxed": true}], "require-sri": "off"}}`), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("node", script, "--config", config, "--formatter", "text", dir).CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out[:min(len(out), 4000)])
	}
}

// TestValidCSS runs a validator over every style sheet. It knows nothing of
// margin boxes and page references, which are for paper.
func TestValidCSS(t *testing.T) {
	script := tool(t, "csstree-validator/bin/validate.js")
	out, err := exec.Command("node", script, "--reporter", "gnu", "../../assets").CombinedOutput()
	known := regexp.MustCompile("@bottom-(left|right)|descriptor `margin`|`content`|`text-align`")
	for line := range strings.Lines(string(out)) {
		if !known.MatchString(line) {
			t.Error(line)
		}
	}
	if !strings.Contains(string(out), "print.css") {
		t.Errorf("the validator does not see what it should: %v", err)
	}
}

// TestLighthouse holds pages to the scores that do not depend on how busy the
// machine is, and logs those for speed. States of a decision are kept out of
// search engines on purpose, which is all that Lighthouse has against them.
func TestLighthouse(t *testing.T) {
	tool(t, "lighthouse")
	browser := browsertest.Path(t)
	host := serveSite(t, openFolder(t, playbook, build.Options{}).build(t))
	args := []string{"../tools/lighthouse.mjs", browser}
	for _, page := range []string{"", "quadrants/observe/", "arguments/bottom-line/", "causes/trust/", "map/", "decide/", "decide/impact.none/", "decide/impact.none/team.new/"} {
		args = append(args, host.URL+"/"+page)
	}
	out, err := exec.Command("node", args...).CombinedOutput()
	t.Logf("performance, accessibility, best practices, search engines:\n%s", out)
	good := regexp.MustCompile(`(?m)^\d+ 100 100 (100 |\d+ .*/decide/impact\.none/)`).FindAll(out, -1)
	for line := range strings.Lines(string(out)) {
		if strings.HasPrefix(line, " ") && !strings.Contains(line, " seo is-crawlable ") && !strings.Contains(line, " performance ") {
			t.Error(line)
		}
	}
	if err != nil || len(good) != len(args)-2 {
		t.Errorf("%d of %d pages have full scores: %v", len(good), len(args)-2, err)
	}
}

// TestIndexed checks what search engines are asked to leave out: the states of a
// decision, but not its start or the pages it lands on.
func TestIndexed(t *testing.T) {
	files := bytesOf(openFolder(t, playbook, build.Options{}).build(t))
	for name, want := range map[string]bool{
		"decide/index.html": false, "quadrants/observe/index.html": false, "index.html": false,
		"decide/impact.none/index.html": true, "decide/impact.none/team.new/index.html": true, "decide/overview/index.html": true,
	} {
		if got := strings.Contains(files[name], `<meta name="robots" content="noindex">`); got != want || files[name] == "" {
			t.Errorf("%s: noindex is %v, want %v", name, got, want)
		}
	}
}

// TestBudgets holds every page of the playbook to what a first visit and a
// next page may cost, compressed.
func TestBudgets(t *testing.T) {
	files := bytesOf(openFolder(t, playbook, build.Options{}).build(t))
	scripts, worst, slowest, most := 0, 0, 0, 0
	for name, text := range files {
		if path.Ext(name) == ".js" {
			scripts += compressed(text)
		}
		if path.Ext(name) != ".html" {
			continue
		}
		first, requests := compressed(text), 1
		visit(text, func(element, attr, value string) {
			if element == "script" && attr == "src" || element == "link" && attr == "href" && (strings.HasSuffix(value, ".css") || strings.HasSuffix(value, ".svg")) {
				first += compressed(files[path.Join(path.Dir(name), value)])
				requests++
			}
		})
		if next := compressed(text); next > 8<<10 && name != "print/index.html" {
			t.Errorf("%s: %d bytes as a next page", name, next)
		}
		if first > 25<<10 && name != "print/index.html" {
			t.Errorf("%s: %d bytes on a first visit", name, first)
		}
		if requests > 6 {
			t.Errorf("%s: %d requests", name, requests)
		}
		if name != "print/index.html" {
			worst, slowest, most = max(worst, first), max(slowest, compressed(text)), max(most, requests)
		}
	}
	t.Logf("first visits take up to %d bytes and %d requests, next pages %d bytes, all scripts %d bytes", worst, most, slowest, scripts)
	if scripts > 10<<10 || scripts == 0 {
		t.Errorf("all scripts together are %d bytes", scripts)
	}
	if states := compressed(files["decide/states.json"]); states > 10<<10 {
		t.Errorf("the states of the decision are %d bytes", states)
	}
}

func compressed(text string) int {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		panic(err)
	}
	if _, err := w.Write([]byte(text)); err != nil {
		panic(err)
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.Len()
}

// TestNothingFromElsewhere checks that no page makes a request to another
// origin, holds anything inline, or lacks its policy.
func TestNothingFromElsewhere(t *testing.T) {
	for name, text := range bytesOf(openFolder(t, playbook, build.Options{}).build(t)) {
		if path.Ext(name) != ".html" {
			continue
		}
		if !strings.Contains(text, "Content-Security-Policy") {
			t.Errorf("%s has no policy", name)
		}
		z := html.NewTokenizer(strings.NewReader(text))
		for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
			token := z.Token()
			if token.Data == "style" {
				t.Errorf("%s has an inline style", name)
			}
			for _, a := range token.Attr {
				if a.Key == "style" || strings.HasPrefix(a.Key, "on") || (a.Key == "src" || token.Data == "link" && a.Key == "href") && strings.Contains(a.Val, "//") {
					t.Errorf("%s: <%s %s=%q>", name, token.Data, a.Key, a.Val)
				}
			}
		}
	}
}
