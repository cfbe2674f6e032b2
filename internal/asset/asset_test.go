package asset_test

import (
	"strings"
	"testing"

	"quandary/internal/asset"
	"quandary/internal/source"
)

func makeAssets(t *testing.T, style string) (finished string, faults []string) {
	t.Helper()
	bundle, list := asset.Make([]*source.File{
		source.NewFile("assets/fonts/text.woff2", []byte("font")),
		source.NewFile("assets/main.css", []byte(`@import "site.css";`)),
		source.NewFile("assets/site.css", []byte(style)),
	})
	if f := bundle["main.css"]; f != nil {
		finished = string(f.Data)
	}
	for _, d := range list {
		faults = append(faults, d.Place.Path()+": "+d.Message)
	}
	if font := strings.TrimPrefix(bundle.Path("fonts/text.woff2"), "assets/"); font != "" {
		finished = strings.ReplaceAll(finished, font, "FONT")
	}
	return finished, faults
}

// TestStylesNameAssets follows what a style names by url(): an asset has a name
// after its bytes, and all else is left as it is.
func TestStylesNameAssets(t *testing.T) {
	for _, c := range []struct{ written, finished string }{
		{"fonts/text.woff2", "FONT"},
		{"./fonts/../fonts/text.woff2?v=1#iefix", "FONT?v=1#iefix"},
		{"../plan.png", "../plan.png"},
		{"/plan.png", "/plan.png"},
		{"#shadow", "#shadow"},
		{"//example.org/a.png", "//example.org/a.png"},
		{"https://example.org/a.png", "https://example.org/a.png"},
		{"data:image/png;base64,AAAA", "data:image/png;base64,AAAA"},
	} {
		got, faults := makeAssets(t, `a{background:url("`+c.written+`")}`)
		if want := "a{background:url(" + c.finished + ")}"; strings.TrimSpace(got) != want || faults != nil {
			t.Errorf("url(%s): %q, %q; want %q", c.written, got, faults, want)
		}
	}
	got, faults := makeAssets(t, "a { background: url(no.png), url(fonts) }")
	if !strings.Contains(got, "url(no.png),url(fonts)") || strings.Join(faults, "\n") != "assets/site.css: there is no asset no.png\nassets/site.css: there is no asset fonts" {
		t.Errorf("%s: %q", got, faults)
	}
}

// TestStylesOfFolders follows names from a style in a folder, which ends up in the
// file of all styles.
func TestStylesOfFolders(t *testing.T) {
	bundle, faults := asset.Make([]*source.File{
		source.NewFile("assets/main.css", []byte(`@import "/theme/a.css"; @import "theme/b.css";`)),
		source.NewFile("assets/theme/a.css", []byte("a{mask:url(../../plan.png)}")),
		source.NewFile("assets/theme/b.css", []byte("b{mask:url(b.svg)}")),
		source.NewFile("assets/theme/b.svg", []byte("<svg/>")),
	})
	at := strings.TrimPrefix(bundle.Path("theme/b.svg"), "assets/")
	want := "a{mask:url(../plan.png)}b{mask:url(" + at + ")}\n"
	if got := string(bundle["main.css"].Data); got != want || len(faults) > 0 {
		t.Errorf("%s, %v; want %s", got, faults, want)
	}
}
