package preview

import (
	"bytes"
	"cmp"
	_ "embed"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"quandary/internal/output"
)

// A page is the answer to one address.
type page struct {
	output.File
	status int
}

// version tells two answers apart.
func (p page) version() string { return fmt.Sprintf("%d-%.24s", p.status, p.Digest()) }

// at returns what a host of plain files would answer at an address's path.
func (st *state) at(address string) page {
	if st.set == nil {
		return page{output.New("index.html", notice), http.StatusServiceUnavailable}
	}
	if name, ok := strings.CutPrefix(address, "/"); ok {
		if name == "" || strings.HasSuffix(name, "/") {
			name += "index.html"
		}
		if f, ok := st.set.Get(name); ok {
			return page{f, http.StatusOK}
		}
		if f, ok := st.set.Get(name + "/index.html"); ok {
			return page{f, http.StatusTemporaryRedirect}
		}
	}
	f, ok := st.set.Get("404.html")
	if !ok {
		f = output.New("404.html", notice)
	}
	return page{f, http.StatusNotFound}
}

// notice is shown where the site has no page to show.
//
//go:embed notice.html
var notice []byte

// addressOf returns the address of an output path: "/a/" for "a/index.html".
func addressOf(name string) string {
	if path.Base(name) == "index.html" {
		name = strings.TrimSuffix(name, "index.html")
	}
	return (&url.URL{Path: "/" + name}).String()
}

// serve writes the answer, with our script in it if it is a page that stays live.
func (p page) serve(w http.ResponseWriter, r *http.Request, live bool) {
	if p.status == http.StatusTemporaryRedirect {
		to, _ := url.Parse(addressOf(p.Path))
		to.RawQuery = r.URL.RawQuery
		http.Redirect(w, r, to.String(), p.status)
		return
	}
	data, kind := p.Bytes(), kindOf(p.Path)
	if live && kind == htmlKind {
		// Browsers take it into the body. It runs before scripts with defer, so that
		// it sees the page as it was served; it is told which version that is.
		data = fmt.Appendf(slices.Clip(data), `<script src="%s?%s"></script>`, scriptPath, p.version())
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("ETag", `"`+p.version()+`"`)
	if p.status == http.StatusOK {
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
		return
	}
	w.WriteHeader(p.status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(data) // who is gone needs no answer
	}
}

const htmlKind = "text/html; charset=utf-8"

// kinds are content types that the machine's own table may lack or have wrong.
var kinds = map[string]string{
	".html": htmlKind, ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
	".json": "application/json", ".xml": "application/xml", ".txt": "text/plain; charset=utf-8", ".svg": "image/svg+xml",
	".webmanifest": "application/manifest+json", ".woff2": "font/woff2", ".mp4": "video/mp4", ".webm": "video/webm",
}

func kindOf(name string) string {
	ext := strings.ToLower(path.Ext(name))
	return cmp.Or(kinds[ext], mime.TypeByExtension(ext), "application/octet-stream")
}
