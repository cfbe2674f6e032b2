// Package asset owns the files that pages are drawn with: it bundles and
// minifies styles and scripts, and names every file after its bytes, so that a
// browser can keep it for ever.
//
// It wraps esbuild, shows none of its types, and is a pure function of the
// asset files: nothing is read from the disk.
package asset

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"

	"quandary/internal/diag"
	"quandary/internal/source"
)

// Bundle is the finished assets, by name ("main.css"). Their paths are from the
// site's root.
type Bundle map[string]*source.File

// Path returns where an asset was put, or "" where there is none of the name.
func (b Bundle) Path(name string) string { return cmp.Or(b[name], &source.File{}).Path }

// entries are the styles and scripts that are bundled from the rest: early.js goes
// into the head, search.js is imported when a reader means to search, embed.js
// is for other people's pages.
var entries = []string{"main.css", "early.js", "main.js", "search.js", "embed.js"}

// stable are the assets that other sites link to, so they keep their names.
var stable = []string{"embed.js", "icon.svg"}

// Make bundles files, whose paths begin with "assets/". What esbuild finds
// wrong is reported at its place, and what could be made is made.
func Make(files []*source.File) (Bundle, diag.List) {
	b, diags := Bundle{}, diag.List{}
	parts := map[string]*source.File{"site.css": source.NewFile("", nil)} // a site's own: not every site has one
	for _, f := range files {
		parts[strings.TrimPrefix(f.Path, "assets/")] = f
	}
	for name, f := range parts {
		if ext := path.Ext(name); ext != ".css" && ext != ".js" {
			b.add(name, f.Data)
		}
	}
	for _, name := range entries { // after what styles name
		if parts[name] != nil {
			b.add(name, b.bundle(name, parts, &diags))
		}
	}
	return b, diags
}

func (b Bundle) add(name string, data []byte) {
	at := "assets/" + name
	if !slices.Contains(stable, name) {
		sum, ext := sha256.Sum256(data), path.Ext(name)
		at = strings.TrimSuffix(at, ext) + "." + hex.EncodeToString(sum[:5]) + ext
	}
	b[name] = source.NewFile(at, data)
}

// bundle builds one entry with everything it imports.
func (b Bundle) bundle(name string, parts map[string]*source.File, diags *diag.List) []byte {
	options := api.BuildOptions{
		EntryPoints: []string{name}, Bundle: true, Outdir: "/", Format: api.FormatIIFE, Target: api.ES2022,
		Charset: api.CharsetUTF8, LegalComments: api.LegalCommentsNone,
		MinifyWhitespace: true, MinifyIdentifiers: true, MinifySyntax: true,
		Plugins: []api.Plugin{b.virtual(parts)},
	}
	if name == "search.js" {
		options.Format = api.FormatESModule // the others are classic, so that they run from file:// too
	}
	result := api.Build(options)
	for _, m := range result.Errors {
		diags.Add("asset/error", place(m, parts), strings.TrimRight(m.Text, "."))
	}
	for _, m := range result.Warnings {
		diags.Warn("asset/warning", place(m, parts), strings.TrimRight(m.Text, "."))
	}
	if len(result.OutputFiles) == 0 {
		return nil
	}
	return result.OutputFiles[0].Contents
}

// virtual lets esbuild see the asset files and nothing else. An asset that a style
// names by url() gets its finished address; what leads elsewhere stays as it is.
func (b Bundle) virtual(parts map[string]*source.File) api.Plugin {
	resolve := func(args api.OnResolveArgs) (api.OnResolveResult, error) {
		u, err := url.Parse(args.Path)
		if err != nil || u.IsAbs() || u.Host != "" || u.Path == "" || path.IsAbs(u.Path) && args.Kind == api.ResolveCSSURLToken {
			return api.OnResolveResult{Path: args.Path, External: true}, nil
		}
		name := path.Join(path.Dir(args.Importer), u.Path)
		if args.Kind != api.ResolveCSSURLToken {
			return api.OnResolveResult{Path: name, Namespace: "assets"}, nil
		}
		at, result := b.Path(name), api.OnResolveResult{External: true}
		if at == "" && !strings.HasPrefix(name, "../") { // which is a file beside the pages
			result.Warnings = []api.Message{{Text: "there is no asset " + name}}
		}
		u.Path = cmp.Or(strings.TrimPrefix(at, "assets/"), name)
		result.Path = u.String()
		return result, nil
	}
	load := func(args api.OnLoadArgs) (api.OnLoadResult, error) {
		f := parts[args.Path]
		if f == nil {
			return api.OnLoadResult{}, errors.New("there is no asset " + args.Path)
		}
		text := string(f.Data)
		return api.OnLoadResult{Contents: &text, Loader: api.LoaderDefault}, nil
	}
	return api.Plugin{Name: "assets", Setup: func(build api.PluginBuild) {
		build.OnResolve(api.OnResolveOptions{Filter: ".*"}, resolve)
		build.OnLoad(api.OnLoadOptions{Filter: ".*"}, load)
	}}
}

// place is where esbuild found something, as far as it is in an asset.
func place(m api.Message, parts map[string]*source.File) (at source.Place) {
	l := cmp.Or(m.Location, &api.Location{})
	if f := parts[strings.TrimPrefix(l.File, "assets:")]; f != nil {
		start := f.Offset(l.Line) + l.Column
		at = f.Place(start, start+l.Length)
	}
	return at
}
