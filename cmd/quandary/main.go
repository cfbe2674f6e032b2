// Command quandary turns a folder of Markdown into a site with decisions that
// are proven complete.
package main

import (
	"bytes"
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/signal"
	"path"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"text/template"

	"github.com/spf13/cobra"
	"golang.org/x/term"
	"golang.org/x/tools/txtar"

	"quandary/assets"
	"quandary/internal/build"
	"quandary/internal/content"
	"quandary/internal/decision"
	"quandary/internal/diag"
	"quandary/internal/fix"
	"quandary/internal/output"
	"quandary/internal/site"
	"quandary/internal/source"
	"quandary/layouts"
)

// main runs one command. It exits with 1 for errors in the site, and with 2 for
// wrong usage or a machine that does not do as it should.
func main() {
	err := rootCommand().Execute()
	if errors.Is(err, errFound) {
		os.Exit(1)
	} else if err != nil {
		fmt.Fprintf(os.Stderr, "quandary: %v\n", err)
		os.Exit(2)
	}
}

// untilSignal returns a context that is done when somebody wants an end. Where nobody
// asks for one, the program ends at once, which does no harm.
func untilSignal() (context.Context, context.CancelFunc) {
	return signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
}

// errFound says that errors were found in the site, and printed.
var errFound = errors.New("the site has errors")

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use: "quandary", Short: "A static knowledge site, with decisions that are proven complete", Version: version(),
		SilenceErrors: true, SilenceUsage: true,
	}
	root.AddCommand(serveCommand(), buildCommand(), checkCommand(), treeCommand(), decideCommand(), newCommand(),
		&cobra.Command{
			Use: "version", Short: "Print the version", Args: cobra.NoArgs,
			Run: func(*cobra.Command, []string) { fmt.Println("quandary", version()) },
		},
		&cobra.Command{Use: "tree-json", Short: "The JSON Schema of `tree --format json`", Long: string(decision.Schema)},
	)
	return root
}

// version is the module's version, which in a build from a checkout names the commit.
func version() string {
	info, _ := debug.ReadBuildInfo() // what is built from a module has it
	return cmp.Or(info.Main.Version, "(devel)")
}

// opened is a site's folder, open, and the builder for it.
type opened struct {
	target  string // where the site is written; "" is "public" in its folder
	folder  *source.Folder
	builder build.Builder
	told    diag.List // what serve has said is wrong
}

// onSite returns a command over the site of a folder: the one that its argument
// names, or the current one.
func onSite(use, short string, run func(*opened) error) (*cobra.Command, *opened) {
	o := &opened{}
	options := &o.builder.Options
	cmd := &cobra.Command{
		Use: use + " [DIR]", Short: short, Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return o.open(append(args, ".")[0], func() error { return run(o) })
		},
	}
	cmd.Flags().Func("base-url", "the site's absolute `URL`, where a host needs one", func(s string) (err error) {
		options.BaseURL, err = site.BaseURL(s)
		return err
	})
	cmd.Flags().BoolVar(&options.Drafts, "drafts", false, "publish drafts as well")
	return cmd, o
}

// open opens the folder of a site for as long as use takes.
func (o *opened) open(dir string, use func() error) (err error) {
	if o.folder, err = source.Open(dir); err != nil {
		return err
	}
	defer o.folder.Root.Close()
	if o.target, err = filepath.Abs(cmp.Or(o.target, filepath.Join(dir, "public"))); err != nil {
		return err
	}
	inside, _ := filepath.Rel(o.folder.Path, o.target)
	inside = filepath.ToSlash(inside)
	if around, err := filepath.Rel(o.target, o.folder.Path); err == nil && filepath.IsLocal(around) ||
		o.folder.Content != "" && slices.Contains([]string{"content", "layouts", "assets"}, strings.Split(inside, "/")[0]) {
		return fmt.Errorf("%s holds the site's own files: choose another folder for what is built", o.target)
	}
	o.folder.Ignore, o.folder.Marker = []string{inside}, output.ManifestPath
	o.builder.Options.Name = filepath.Base(o.folder.Path)
	o.builder.BuiltIn = append(builtIn("layouts/", layouts.Files), builtIn("assets/", assets.Files)...)
	return use()
}

// knownFolder holds what one run tells the next. It is safe to delete.
const knownFolder = ".quandary"

// keep puts a value in a file of knownFolder. Where the folder cannot be written to,
// the next run has more to do.
func (o *opened) keep(name string, value any) {
	data, err := json.Marshal(value)
	if err == nil && o.canKeep() {
		_ = fix.Replace(o.folder.Root, name, data, 0o644)
	}
}

// canKeep makes knownFolder, which is nothing for a repository, and reports whether it
// is there.
func (o *opened) canKeep() bool {
	_ = o.folder.Root.MkdirAll(knownFolder, 0o755) // where that fails, so does the next
	name := knownFolder + "/.gitignore"
	_, missing := o.folder.Root.Lstat(name)
	return missing == nil || o.folder.Root.WriteFile(name, []byte("*\n"), 0o644) == nil
}

// builtIn returns the layouts or assets that every site can lay its own over.
func builtIn(top string, files fs.FS) (list []*source.File) {
	_ = fs.WalkDir(files, ".", func(name string, d fs.DirEntry, _ error) error {
		if data, err := fs.ReadFile(files, name); err == nil {
			list = append(list, source.NewFile(top+name, data))
		}
		return nil
	})
	return list
}

// read reads files of the folder, which has a page at least: those called names,
// or for nil all.
func (o *opened) read(names []string) (*source.Tree, error) {
	tree, err := o.folder.Reread(names)
	if err == nil && !slices.ContainsFunc(tree.Files, func(f *source.File) bool { return path.Ext(f.Path) == ".md" }) {
		err = fmt.Errorf("there is no Markdown in %s", o.folder.Path)
	}
	return tree, err
}

// make reads the folder and builds the site.
func (o *opened) make() (*build.Result, error) {
	tree, err := o.read(nil)
	if err != nil {
		return nil, err
	}
	return o.makeOf(tree), nil
}

func (o *opened) makeOf(tree *source.Tree) *build.Result {
	return o.builder.Build(tree, o.folder.Content, o.folder.Root.ReadFile)
}

// tell says on standard error what is wrong with the site, if anything is, and
// returns errFound if there are errors.
func (o *opened) tell(list diag.List, pages int) error {
	if len(list) == 0 {
		return nil
	}
	return o.print(os.Stderr, "text", list, pages)
}

// print writes diagnostics in a format; text in colour on a terminal, unless
// NO_COLOR is set. Other programs count paths from the folder that they run in.
// It returns errFound if there are errors among them.
func (o *opened) print(w *os.File, format string, list diag.List, pages int) error {
	here, _ := filepath.Abs(".")
	dir, err := filepath.Rel(here, o.folder.Path)
	if err != nil || !filepath.IsLocal(dir) {
		dir = ""
	}
	r := diag.Report{List: list, Pages: pages, Version: version(), Dir: filepath.ToSlash(dir)}
	r.Color = isTerminal(w) && os.Getenv("NO_COLOR") == ""
	return cmp.Or(r.Write(w, format), verdict(list))
}

// verdict is what a command returns for a site: errFound if there are errors in it.
func verdict(list diag.List) error {
	if list.Errors() > 0 {
		return errFound
	}
	return nil
}

func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }

// addFormat gives a command the flag --format; the first choice is the default.
func addFormat(cmd *cobra.Command, format *string, choices ...string) {
	list := strings.Join(choices, ", ")
	cmd.Flags().StringVarP(format, "format", "f", choices[0], list)
	_ = cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(choices, cobra.ShellCompDirectiveNoFileComp))
	cmd.PreRunE = func(*cobra.Command, []string) error {
		if !slices.Contains(choices, *format) {
			return fmt.Errorf("there is no format %q: choose one of %s", *format, list)
		}
		return nil
	}
}

// starter is a small site with a kind, a relation and a decision.
//
//go:embed starter.txtar
var starter []byte

// pageText is a page of a kind, with every field and relation to fill in.
//
//go:embed page.md.tmpl
var pageText string

func newCommand() *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:     `new site DIR | new KIND "Title"`,
		Short:   "Make a starter site, or a page with its kind's fields filled in",
		Example: "  quandary new site handbook\n  quandary new argument \"We have no time for this\"",
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 || args[1] == "" {
				return errors.New(`say what to make: "new site DIR", or "new KIND" and a title`)
			} else if args[0] == "site" {
				return newSite(args[1])
			}
			o := &opened{}
			o.builder.Options.Drafts = true // their numbers are taken as well
			return o.open(dir, func() error { return o.newPage(args[0], args[1]) })
		},
	}
	cmd.Flags().StringVarP(&dir, "dir", "C", ".", "the site's `folder`")
	return cmd
}

// newSite writes the starter site to a folder that is empty or not there yet.
func newSite(dir string) error {
	if entries, err := os.ReadDir(dir); err == nil && len(entries) > 0 {
		return fmt.Errorf("%s is not empty", dir)
	}
	files, _ := txtar.FS(txtar.Parse(starter)) // ours has no faults
	err := os.CopyFS(dir, files)
	if err == nil {
		fmt.Printf("made a site in %s; look at it with: quandary serve %s\n", dir, dir)
	}
	return err
}

// newPage writes a page of a kind beside its section's.
func (o *opened) newPage(name, title string) error {
	res, err := o.make()
	if err != nil {
		return err
	}
	known := map[string]*site.Kind{}
	for _, k := range res.Site.Kinds {
		known[k.Name] = k
	}
	kind := known[name]
	if kind == nil {
		return fmt.Errorf("this site has no kind %q; %s", name, cmp.Or(diag.OneOf("the kinds", name, slices.Sorted(maps.Keys(known))), "nor any other"))
	}
	file := o.folder.Content + path.Join(path.Dir(kind.Section.Name), content.Slug(title)+".md")
	if _, err := o.folder.Root.Lstat(file); err == nil {
		return fmt.Errorf("%s is there already", file)
	}
	var text bytes.Buffer
	data := map[string]any{"Kind": kind, "Title": title, "Next": len(kind.Pages) + 1} // a number most likely free
	_ = template.Must(template.New("page").Parse(pageText)).Execute(&text, data)      // ours has no faults
	fmt.Println(file)
	return fix.Replace(o.folder.Root, file, text.Bytes(), 0o644)
}
