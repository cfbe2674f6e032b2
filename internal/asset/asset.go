// Package asset owns the files that pages are drawn with: it bundles and
// minifies styles and scripts, and names every file after its bytes, so that a
// browser can keep it for ever.
//
// It wraps esbuild, shows none of its types, and is a pure function of the
// asset files: nothing is read from the disk.
package asset

import (
	"crypto/sha256"
	"encoding/hex"
	"path"
	"slices"
	"strings"

	"github.com/evanw/esbuild/pkg/api"

	"quandary/internal/diag"
	"quandary/internal/source"
)

// Bundle is the finished assets.
type Bundle struct {
	Files []File
	paths map[string]string
}

// File is one finished asset and its path from the site's root.
type File struct {
	Path string
	Data []byte
}

// Path returns where the asset called name ("main.css") was put: a path from
// the site's root, or "" where there is no such asset.
func (b *Bundle) Path(name string) string { return b.paths[name] }

// entries are the assets that are bundled from others, and how. The rest are
// parts of these (every other style and script) or go out as they are.
var entries = map[string]api.Format{
	"main.css":  api.FormatDefault,
	"early.js":  api.FormatIIFE,     // in the head, before anything is drawn
	"main.js":   api.FormatIIFE,     // classic, so that it runs from file:// too
	"search.js": api.FormatESModule, // imported when a reader means to search
	"embed.js":  api.FormatIIFE,     // for other people's pages: its address never changes
}

// stable are the assets that other sites link to, so they keep their names.
var stable = []string{"embed.js", "icon.svg"}

// Make bundles files, whose paths begin with "assets/". What esbuild finds
// wrong is reported at its place, and what could be made is made.
func Make(files []*source.File) (*Bundle, diag.List) {
	b := &Bundle{paths: map[string]string{}}
	var diags diag.List
	byName := make(map[string]*source.File, len(files))
	for _, f := range files {
		byName[strings.TrimPrefix(f.Path, "assets/")] = f
	}
	for _, f := range files {
		name := strings.TrimPrefix(f.Path, "assets/")
		format, isEntry := entries[name]
		switch ext := path.Ext(name); {
		case isEntry:
			b.add(name, bundle(name, format, byName, &diags))
		case ext != ".css" && ext != ".js":
			b.add(name, f.Data)
		}
	}
	slices.SortFunc(b.Files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return b, diags
}

func (b *Bundle) add(name string, data []byte) {
	out := "assets/" + name
	if !slices.Contains(stable, name) {
		sum := sha256.Sum256(data)
		ext := path.Ext(name)
		out = "assets/" + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:5]) + ext
	}
	b.paths[name] = out
	b.Files = append(b.Files, File{Path: out, Data: data})
}

// bundle builds one entry with everything it imports.
func bundle(name string, format api.Format, files map[string]*source.File, diags *diag.List) []byte {
	result := api.Build(api.BuildOptions{
		EntryPoints:       []string{name},
		Bundle:            true,
		Write:             false,
		Outdir:            "/",
		Format:            format,
		Target:            api.ES2022,
		Charset:           api.CharsetUTF8,
		LegalComments:     api.LegalCommentsNone,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		LogLevel:          api.LogLevelSilent,
		Plugins:           []api.Plugin{virtual(files)},
	})
	report(diags, diag.Error, "asset/error", result.Errors, files)
	report(diags, diag.Warning, "asset/warning", result.Warnings, files)
	if len(result.OutputFiles) == 0 {
		return nil
	}
	return result.OutputFiles[0].Contents
}

// virtual lets esbuild see the asset files and nothing else. A missing
// "site.css" is an empty one: it is a site's own, and not every site has one.
func virtual(files map[string]*source.File) api.Plugin {
	return api.Plugin{Name: "assets", Setup: func(build api.PluginBuild) {
		build.OnResolve(api.OnResolveOptions{Filter: ".*"}, func(args api.OnResolveArgs) (api.OnResolveResult, error) {
			if args.Kind == api.ResolveCSSURLToken || strings.Contains(args.Path, ":") {
				return api.OnResolveResult{Path: args.Path, External: true}, nil
			}
			name := path.Join(path.Dir(args.Importer), args.Path)
			if args.Kind == api.ResolveEntryPoint {
				name = args.Path
			}
			if files[name] == nil && name != "site.css" {
				return api.OnResolveResult{Errors: []api.Message{{Text: "there is no asset " + name}}}, nil
			}
			return api.OnResolveResult{Path: name, Namespace: "assets"}, nil
		})
		build.OnLoad(api.OnLoadOptions{Filter: ".*", Namespace: "assets"}, func(args api.OnLoadArgs) (api.OnLoadResult, error) {
			text, loader := "", api.LoaderJS
			if path.Ext(args.Path) == ".css" {
				loader = api.LoaderCSS
			}
			if f := files[args.Path]; f != nil {
				text = string(f.Data)
			}
			return api.OnLoadResult{Contents: &text, Loader: loader}, nil
		})
	}}
}

// report turns esbuild's messages into diagnostics at their place.
func report(diags *diag.List, severity diag.Severity, code string, messages []api.Message, files map[string]*source.File) {
	for _, m := range messages {
		d := diags.Add(code, source.Place{}, strings.TrimRight(m.Text, "."))
		d.Severity = severity
		if m.Location == nil {
			continue
		}
		if f := files[strings.TrimPrefix(m.Location.File, "assets:")]; f != nil {
			start := f.Offset(m.Location.Line) + m.Location.Column
			d.Place = f.Place(start, start+m.Location.Length)
		}
	}
}
