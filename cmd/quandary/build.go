package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/gofrs/flock"
	"github.com/spf13/cobra"

	"quandary/internal/build"
	"quandary/internal/diag"
	"quandary/internal/external"
	"quandary/internal/fix"
	"quandary/internal/ledger"
	"quandary/internal/output"
	"quandary/internal/source"
)

func buildCommand() *cobra.Command {
	var force, verify bool
	cmd, o := onSite("build", "Write the site to a folder, if nothing is wrong with it",
		func(o *opened) error { return o.build(force, verify) })
	cmd.Long = "Build writes the site of the folder DIR to DIR/public: only files that changed, and none at all\n" +
		"when the site has errors. It removes only files that it wrote. DIR/.quandary says what it was made from."
	cmd.Flags().StringVarP(&o.target, "out", "o", "", "the `folder` to write to (default DIR/public)")
	cmd.Flags().BoolVar(&force, "force", false, "write the site even where it has errors")
	cmd.Flags().BoolVar(&verify, "verify-cache", false, "build in any case, and fail if the cache would have been wrong")
	return cmd
}

func (o *opened) build(force, verify bool) error {
	start := time.Now()
	debug.SetGCPercent(80) // while pages are read the heap is smaller than it will be

	defer o.takeTurn().Close()
	tree, err := o.read(nil)
	if err != nil {
		return err
	}
	o.builder.Options.Program = program()
	data, _ := o.folder.Root.ReadFile(cacheFile)
	known := o.builder.Recall(data, tree, o.folder.Content, o.folder.Root.ReadFile)
	if known != nil && !verify {
		if site, files := output.Intact(o.target); string(site) == known.Site {
			return o.report(known, output.Report{Unchanged: files}, start)
		}
	}
	res := o.makeOf(tree)
	if res.Diags.Errors() > 0 && (!force || res.Set == nil) {
		defer fmt.Fprintln(os.Stderr, "nothing was written")
		return o.tell(res.Diags, res.Pages())
	}
	debug.SetGCPercent(40) // a fifth less memory, for a twentieth of the time
	report, err := output.Write(o.target, res.Set, progress(start))
	if err != nil {
		return err
	}
	now := res.Cache(string(report.Site), o.keepLedger(res))
	if err := o.report(now, report, start); err != nil {
		return err
	}
	if verify && known != nil && !reflect.DeepEqual(known, now) {
		return fmt.Errorf("%s is wrong: it knows the same sources and another site", cacheFile)
	}
	o.keep(cacheFile, now)
	return nil
}

// takeTurn waits for another build of the site, where that can be. Closing what it
// returns ends the turn.
func (o *opened) takeTurn() *flock.Flock {
	lock := flock.New(filepath.Join(o.folder.Path, knownFolder, "lock"))
	if _, err := o.folder.Root.Stat(knownFolder + "/lock"); o.canKeep() && (err == nil || os.IsNotExist(err)) { // no link leads out
		if free, err := lock.TryLock(); err == nil && !free {
			fmt.Fprintln(os.Stderr, "waiting for another build of this site")
			_ = lock.Lock()
		}
	}
	return lock
}

// progress returns what shows on a terminal how far a build is that has taken more
// than a second.
func progress(start time.Time) func(done, all int) {
	shown := isTerminal(os.Stderr)
	return func(done, all int) {
		if late := shown && time.Since(start) > time.Second; late && done == all {
			fmt.Fprint(os.Stderr, "\r\x1b[K")
		} else if late && done%100 == 0 {
			fmt.Fprintf(os.Stderr, "\r%d of %d files", done, all)
		}
	}
}

// cacheFile is where the last build is described, inside the site's folder.
const cacheFile = knownFolder + "/build.json"

// program identifies this program, so far as it can be told without reading it.
func program() string {
	path, _ := os.Executable()
	info, err := os.Stat(path)
	if err != nil {
		return ""
	}
	return fmt.Sprint(version(), info.Size(), info.ModTime())
}

// report says what was built and written.
func (o *opened) report(built *build.Cache, r output.Report, start time.Time) error {
	err := o.tell(built.Diags, built.Pages)
	fmt.Printf("%s in %s: %d files written, %d unchanged, %d removed\n", diag.Count(built.Pages, "page"),
		time.Since(start).Round(time.Millisecond), len(r.Written), r.Unchanged, len(r.Removed))
	return err
}

// keepLedger adds what was published to the ledger of addresses, and returns it as it is
// to be; not while one is gone, for where it went is found among those not in there. A
// bare folder of Markdown has one only where somebody put it there. Where it
// cannot be written, as in a checkout that is read only, the site is published
// all the same.
func (o *opened) keepLedger(res *build.Result) []byte {
	name := o.folder.Content + ledger.Name
	before, err := o.folder.Root.ReadFile(name)
	isGone := func(d diag.Diagnostic) bool {
		return strings.HasPrefix(d.Code, "address/") || strings.HasPrefix(d.Code, "ledger/")
	}
	if slices.ContainsFunc(res.Diags, isGone) || o.builder.Options.Drafts || o.folder.Content == "" && err != nil {
		return before
	}
	next := res.NextLedger()
	if bytes.Equal(before, next) {
		return before
	} else if err = fix.Replace(o.folder.Root, name, next, 0o644); err != nil {
		fmt.Fprintf(os.Stderr, "the addresses were not noted in %s: %v\n", name, err)
	}
	return next // which is not there after an error, so that the next build tries again
}

// checking is what a check is to do.
type checking struct {
	format              string
	fix, diff, external bool
}

func checkCommand() *cobra.Command {
	var with checking
	cmd, _ := onSite("check", "Say everything that is wrong with the site",
		func(o *opened) error { return o.check(with) })
	addFormat(cmd, &with.format, diag.Formats...)
	cmd.Flags().BoolVar(&with.fix, "fix", false, "make the mends that are certain, then say what is left")
	cmd.Flags().BoolVar(&with.diff, "diff", false, "show the mends that are certain now as a diff; without --fix nothing is written")
	cmd.Flags().BoolVar(&with.external, "external", false, "test the links that lead out of the site as well")
	return cmd
}

// check builds the site and tests what is to be tested. With --diff it shows the
// mends that are certain; with --fix it makes them, and checks the site again.
func (o *opened) check(with checking) error {
	for mended, round := 0, 1; ; round++ {
		res, err := o.make()
		if err != nil {
			return err
		}
		if with.external {
			res.Diags = append(res.Diags, o.testLinks(res)...).Sort()
		}
		changes, n := fix.Apply(res.Diags)
		if with.diff {
			fmt.Print(fix.Diff(changes))
		}
		switch {
		case with.fix && n > 0 && round < 20: // one mend may bring up another
			if err := fix.Write(o.folder.Root, changes); err != nil {
				return err
			}
			mended += n
			continue
		case with.fix:
			fmt.Fprintf(os.Stderr, "mended %s\n", diag.Count(mended, "fault"))
		case with.diff:
			fmt.Fprintf(os.Stderr, "%s can be mended for certain (with --fix)\n", diag.Count(n, "fault"))
			return verdict(res.Diags)
		}
		return o.print(os.Stdout, with.format, res.Diags, res.Pages())
	}
}

// testLinks asks for the links that lead out of the site, but for those whose
// answer is known. Where that cannot be kept, the next check takes longer.
func (o *opened) testLinks(res *build.Result) diag.List {
	ctx, stop := untilSignal()
	defer stop()
	name := knownFolder + "/links.json"
	before, _ := o.folder.Root.ReadFile(name)
	var links []external.Link
	for _, p := range res.Site.Pages {
		for _, t := range res.Graph.Targets[p.ID] {
			if t.External != "" {
				links = append(links, external.Link{URL: t.External, Place: source.Place{File: p.File, Span: t.Link.Span}})
			}
		}
	}
	checker := external.Checker{Agent: "Quandary/" + version()}
	_ = json.Unmarshal(before, &checker.Known)
	list := checker.Check(ctx, links)
	o.keep(name, checker.Known)
	return list
}
