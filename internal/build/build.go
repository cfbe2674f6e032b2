// Package build owns the order of the stages: from the files of a folder to a
// finished site and everything that is wrong with it.
//
// It is the one place that knows the whole pipeline, and remembers what one
// file's work gave, so that the next build does it only for files that
// changed. It reads nothing but what it is given and writes nothing.
package build

import (
	"bytes"
	"cmp"
	"image"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"quandary/internal/asset"
	"quandary/internal/card"
	"quandary/internal/content"
	"quandary/internal/decision"
	"quandary/internal/diag"
	"quandary/internal/ledger"
	"quandary/internal/link"
	"quandary/internal/output"
	"quandary/internal/render"
	"quandary/internal/site"
	"quandary/internal/source"
)

// Options are what the person who builds decides.
type Options struct {
	Name    string // the folder's, for a site that does not name itself
	BaseURL string // absolute, ends in "/"; "" takes the one in the site's settings
	Drafts  bool   // publish drafts
	Program string // identifies the program to the byte, so that no cache outlives it
	Keep    bool   // keep drawn pages in memory, for a preview
}

// Builder builds a site again and again. It is used by one goroutine at a time.
type Builder struct {
	Options Options
	BuiltIn []*source.File // the built-in layouts and assets

	pages    memory[pageKey, func() (*content.Page, diag.List)]
	files    memory[fileKey, loaded]
	layouts  once[*render.Layouts]
	assets   once[asset.Bundle]
	index    searchMemory
	indexing sync.Mutex // held by who uses index
	decided  decisionMemory
	ledger   once[*ledger.Ledger]
	cards    memory[card.Card, output.File]
}

// Result is one build: a site, and what is wrong with it.
type Result struct {
	Set       *output.Set // nil where layouts or assets have errors, so that there are no pages
	Diags     diag.List   // sorted
	Site      *site.Site
	Graph     *link.Graph
	Decisions []*decision.Verdict
	Ledger    *ledger.Ledger // the addresses that were published before; empty where none are kept
	Stages    []Stage        // how long each took, in order

	from       func() string     // the digest of what it was made from
	read       map[string]string // the digests of the files that were read besides, "" for none
	ledgerName string
	kept       ledger.Kept
	states     []string // the addresses of the states of decisions
}

// Stage is how long one stage of a build took.
type Stage struct {
	Name string
	Took time.Duration
}

// Read returns the bytes of one more file of the site's folder.
type Read func(name string) ([]byte, error)

// Build runs every stage over the files of tree. prefix is where the content
// folder is: "content/", or "" in a bare folder. read gives the bytes of other
// files that pages refer to; a file it cannot read is reported.
func (b *Builder) Build(tree *source.Tree, prefix string, read Read) *Result {
	res := &Result{from: func() string { return b.from(tree, prefix) }, read: map[string]string{}, ledgerName: prefix + ledger.Name}
	done := res.stopwatch()
	sources := b.split(tree, prefix)

	var bundle asset.Bundle
	var assetFaults diag.List
	var assetsReady sync.WaitGroup
	assetsReady.Go(func() { bundle, assetFaults = b.assets.get(sources.assets, asset.Make) })

	pages, faults := b.parse(sources)
	done("parse", faults)
	res.Site, faults = site.Assemble(pages, sources.others, b.Options.Name, b.Options.Drafts)
	done("assemble", faults)
	res.Graph, faults = link.Resolve(res.Site)
	done("link", faults)
	done("addresses", b.recall(res, read))
	done("decide", b.decide(res))
	layouts, faults := b.layouts.get(sources.layouts, render.NewLayouts)
	assetsReady.Wait()
	done("layouts and assets", slices.Concat(faults, assetFaults))
	res.Set = &output.Set{}
	sizes, unread := b.load(res, tree, prefix, read)
	if faults.Errors()+assetFaults.Errors() > 0 {
		res.Set = nil
	} else {
		unread = append(unread, b.draw(res, layouts, bundle, sizes)...)
		b.search(res)
	}
	done("draw", unread)
	res.Diags = res.Diags.Sort()
	return res
}

// stopwatch returns a function that notes the time since its last call, for a
// stage, and what the stage found wrong.
func (r *Result) stopwatch() func(stage string, faults diag.List) {
	last := time.Now()
	return func(stage string, faults diag.List) {
		now := time.Now()
		r.Stages = append(r.Stages, Stage{stage, now.Sub(last)})
		r.Diags = append(r.Diags, faults...)
		last = now
	}
}

// sources are the files of a site by what they are for.
type sources struct {
	pages           []pageKey // without the options
	layouts, assets []*source.File
	others          []string // paths inside the content folder
	home            *source.File
}

// split tells the files of the folder apart, and lays those of the site over
// the built-in ones.
func (b *Builder) split(tree *source.Tree, prefix string) sources {
	s := sources{home: source.NewFile("", nil)}
	var own []*source.File
	replaced := map[string]bool{}
	for _, f := range tree.Files {
		if name, isPage := strings.CutPrefix(f.Path, prefix); isPage {
			s.pages = append(s.pages, pageKey{file: f, name: name})
		} else {
			own = append(own, f)
			replaced[f.Path] = !strings.HasPrefix(f.Path, "layouts/words/")
		}
	}
	builtIn := slices.DeleteFunc(slices.Clone(b.BuiltIn), func(f *source.File) bool { return replaced[f.Path] })
	for _, f := range append(builtIn, own...) {
		if strings.HasPrefix(f.Path, "layouts/") {
			s.layouts = append(s.layouts, f)
		} else if strings.HasPrefix(f.Path, "assets/") {
			s.assets = append(s.assets, f)
		}
	}
	for _, o := range tree.Other {
		s.others = append(s.others, strings.TrimPrefix(o, prefix))
	}
	for _, index := range slices.Backward(content.Indexes) {
		if i := slices.IndexFunc(s.pages, func(p pageKey) bool { return p.name == index }); i >= 0 {
			s.home = s.pages[i].file
		}
	}
	return s
}

// draw promises every file of the site that is made. sizes has the images among those
// that are the writer's own.
func (b *Builder) draw(res *Result, layouts *render.Layouts, bundle asset.Bundle, sizes map[string]image.Point) (faults diag.List) {
	promise := output.Func
	if b.Options.Keep {
		promise = output.Lazy
	}
	r := render.New(render.Input{
		Site: res.Site, Graph: res.Graph, Decisions: res.Decisions, Layouts: layouts,
		Assets: bundle.Path, Sizes: sizes, Withdrawn: res.kept.Withdrawn, States: res.kept.States,
		BaseURL: cmp.Or(b.Options.BaseURL, res.Site.Settings.URL),
	})
	known := slices.ContainsFunc(res.Diags, func(d diag.Diagnostic) bool { return d.Code == "page/address" })
	add := func(f output.File) {
		if !res.Set.Add(f) && !known {
			faults.Add("page/address", res.Site.Home.Place(), "two things want to stand at "+f.Path+": pages, aliases, files, or what every site has").
				Hint = "rename one of them"
		}
	}
	res.states = r.States()
	r.Files(func(path string, data output.Data) { add(promise(path, data)) })
	for _, f := range bundle {
		add(output.New(f.Path, f.Data))
	}
	b.cards.turn()
	for c := range r.Cards {
		add(b.cards.get(c, func() output.File { return promise(c.Path(), func(*bytes.Buffer) []byte { return c.Draw() }) }))
	}
	return faults
}

// excluded reports whether the site's settings leave a file alone: by a pattern
// of its path or of its name, or by a folder it is in.
func excluded(name string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		whole, _ := path.Match(p, name)
		base, _ := path.Match(p, path.Base(name))
		return whole || base || strings.HasPrefix(name, strings.TrimSuffix(p, "/")+"/")
	})
}

// Pages counts the pages that a writer wrote.
func (r *Result) Pages() int {
	return len(slices.DeleteFunc(slices.Clone(r.Site.Pages), func(p *site.Page) bool { return p.Virtual }))
}
