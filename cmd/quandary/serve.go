package main

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"quandary/internal/build"
	"quandary/internal/preview"
	"quandary/internal/render"
	"quandary/internal/watch"
)

// serving are the flags of the preview.
type serving struct {
	settings
	host   string
	port   int
	editor string
	follow bool
	poll   time.Duration
}

func (a *app) serve() *cobra.Command {
	var set serving
	cmd := &cobra.Command{
		Use:   "serve [DIR]",
		Short: "Show the site in a browser, and keep it up to date as you write",
		Long: "Serve builds the site of the folder DIR, answers at 127.0.0.1:4321, and updates the open page\n" +
			"whenever a file changes. What is wrong is laid over the last good page and printed here.",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.runServe(cmd.Context(), folder(args), set) },
	}
	addSettings(cmd, &set.settings)
	flags := cmd.Flags()
	flags.StringVar(&set.host, "host", "127.0.0.1", "the `address` to answer at; 0.0.0.0 lets the whole network in")
	flags.IntVarP(&set.port, "port", "p", 4321, "the port to answer at, or the next one that is free")
	flags.StringVar(&set.editor, "editor", defaultEditor(), "the `editor` that links to files open: code, idea, ..., none, or an address with {file}, {line}, {column}")
	flags.BoolVar(&set.follow, "follow", false, "let the open page go to the page that was edited")
	flags.DurationVar(&set.poll, "poll", 0, "look at every file this often, where the system sends no events")
	return cmd
}

// defaultEditor is the writer's own editor where links can open it, else VS Code.
func defaultEditor() string {
	for _, name := range []string{os.Getenv("VISUAL"), os.Getenv("EDITOR")} {
		if _, known := preview.EditorURL(name); known {
			return name
		}
	}
	return "code"
}

// previewing is one run of the command.
type previewing struct {
	*app
	*opened
	server *preview.Server
}

func (a *app) runServe(ctx context.Context, dir string, set serving) error {
	editor, known := preview.EditorURL(set.editor)
	if !known {
		return fmt.Errorf("there is no editor %q here: give an address with {file} in it", set.editor)
	}
	set.keep = true
	o, err := open(dir, set.settings)
	if err != nil {
		return reading(dir, err)
	}
	defer o.folder.Close()
	o.builder.Options.BaseURL = set.baseURL
	listener, taken, err := preview.Listen(set.host, set.port)
	for _, line := range taken {
		fmt.Fprintln(a.errs, line)
	}
	if err != nil {
		return err
	}
	p := &previewing{a, o, &preview.Server{Host: set.host, Root: o.folder.Path, Editor: editor, Follow: set.follow, Policy: render.Policy}}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	rings, err := watch.Watch(ctx, o.watched(), watch.Options{Poll: set.poll, Ignore: o.ignores})
	if err != nil {
		return err
	}
	served := make(chan error, 1)
	go func() { served <- p.server.Serve(ctx, listener) }()
	a.greet(listener.Addr().(*net.TCPAddr), set.host)
	p.rebuild(nil)
	for {
		select {
		case changed, open := <-rings:
			if !open {
				return <-served
			}
			p.rebuild(changed)
		case err := <-served:
			return err
		}
	}
}

// greet says where the site is to be seen, and by whom.
func (a *app) greet(at *net.TCPAddr, host string) {
	shown := at.IP.String()
	if at.IP.IsUnspecified() {
		shown = "127.0.0.1"
	}
	address := url.URL{Scheme: "http", Host: net.JoinHostPort(shown, fmt.Sprint(at.Port)), Path: "/"}
	fmt.Fprintf(a.out, "%s\n", &address)
	if !at.IP.IsLoopback() {
		fmt.Fprintf(a.errs, "everybody on this network can read the site at port %d of this machine (--host %s)\n", at.Port, host)
	}
}

// watched are the folders in which a change matters.
func (o *opened) watched() []string {
	if o.folder.Content == "" {
		return []string{o.folder.Path}
	}
	var dirs []string
	for _, name := range []string{"content", "layouts", "assets"} {
		dirs = append(dirs, filepath.Join(o.folder.Path, name))
	}
	return dirs
}

func (o *opened) ignores(path string) bool {
	rel, err := filepath.Rel(o.folder.Path, path)
	return err == nil && (slices.Contains(o.folder.Ignore, filepath.ToSlash(rel)) || filepath.Base(path) == "node_modules")
}

// rebuild builds the site again, shows it, and says in one line what happened.
func (p *previewing) rebuild(changed []string) {
	start := time.Now()
	res, err := p.make()
	if err != nil {
		fmt.Fprintf(p.errs, "quandary: %v\n", err)
		return
	}
	set := res.Set
	if !res.Drawn {
		set = nil
	}
	p.server.Publish(set, res.Diags, p.pagesOf(res, changed))
	if len(res.Diags) > 0 {
		if err := p.print(p.errs, res.Diags, res.Pages()); err != nil {
			return
		}
	}
	fmt.Fprintf(p.out, "%s  %s in %s (%s)\n", start.Format(time.TimeOnly), p.what(res, changed), short(time.Since(start)), stages(res))
}

// what names the files that changed, or counts the pages of a first build.
func (p *previewing) what(res *build.Result, changed []string) string {
	if len(changed) == 0 {
		return fmt.Sprintf("%d pages", res.Pages())
	}
	rel, err := filepath.Rel(p.folder.Path, changed[0])
	if err != nil {
		rel = changed[0]
	}
	if len(changed) > 1 {
		return fmt.Sprintf("%s and %d more", rel, len(changed)-1)
	}
	return rel
}

// pagesOf lists where the pages of the files that changed are in the output.
func (p *previewing) pagesOf(res *build.Result, changed []string) (paths []string) {
	for _, page := range res.Site.Pages {
		if slices.Contains(changed, filepath.Join(p.folder.Path, filepath.FromSlash(page.File.Path))) {
			paths = append(paths, page.Path+"index.html")
		}
	}
	return paths
}

// stages says how long the stages took that took any time.
func stages(res *build.Result) string {
	var parts []string
	for _, s := range res.Stages {
		if s.Took >= 100*time.Microsecond {
			parts = append(parts, s.Name+" "+short(s.Took))
		}
	}
	return strings.Join(parts, ", ")
}

// short writes a duration with as many digits as anybody reads.
func short(d time.Duration) string {
	switch {
	case d < 10*time.Millisecond:
		return d.Round(100 * time.Microsecond).String()
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	}
	return d.Round(10 * time.Millisecond).String()
}
