package main

import (
	"cmp"
	"fmt"
	"net"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"quandary/internal/build"
	"quandary/internal/diag"
	"quandary/internal/output"
	"quandary/internal/preview"
	"quandary/internal/source"
	"quandary/internal/watch"
)

func serveCommand() *cobra.Command {
	var server preview.Server
	var port int
	var poll time.Duration
	cmd, _ := onSite("serve", "Show the site in a browser, and keep it up to date as you write",
		func(o *opened) error { return o.serve(&server, port, poll) })
	cmd.Long = "Serve builds the site of the folder DIR, answers at 127.0.0.1:4321, and updates the open page\n" +
		"whenever a file changes. What is wrong is laid over the last good page, and printed here once."
	flags := cmd.Flags()
	flags.StringVar(&server.Host, "host", "127.0.0.1", "the `address` to answer at; 0.0.0.0 lets the whole network in")
	flags.IntVarP(&port, "port", "p", 4321, "the port to answer at, or the next one that is free")
	flags.StringVar(&server.Editor, "editor", cmp.Or(os.Getenv("VISUAL"), os.Getenv("EDITOR")),
		"the `editor` that links to files open: cursor, idea, zed, none, an address with {file}, {line}, {column}; else code")
	flags.BoolVar(&server.Follow, "follow", false, "let the open page go to the page that was edited")
	flags.BoolVar(&server.Plain, "built", false, "serve what build writes, with the headers that a host would send")
	flags.DurationVar(&poll, "poll", 0, "look at every file this often, where the system sends no events")
	return cmd
}

func (o *opened) serve(server *preview.Server, port int, poll time.Duration) error {
	ctx, stop := untilSignal()
	defer stop()
	server.Root, server.Editor, o.builder.Options.Keep = o.folder.Path, preview.EditorURL(server.Editor), true
	listener, err := preview.Listen(server.Host, port)
	if err != nil {
		return err
	}
	greet(listener.Addr().(*net.TCPAddr), port)
	rings, err := watch.Watch(ctx, o.folder.Path, poll, o.folder.Skips)
	if err != nil {
		return err
	}
	served := make(chan error, 1)
	go func() {
		served <- server.Serve(ctx, listener)
		stop()
	}()
	tree := o.update(server, nil, nil, rings)
	for names := range rings {
		tree = o.update(server, tree, names, rings)
	}
	if ctx.Err() == nil {
		err = fmt.Errorf("%s was moved or deleted", o.folder.Path)
	}
	stop()
	return cmp.Or(<-served, err)
}

// greet says where the site is to be seen, and by whom.
func greet(at *net.TCPAddr, port int) {
	if port != 0 && port != at.Port {
		fmt.Fprintf(os.Stderr, "port %d is taken, perhaps by another preview\n", port)
	}
	shown := at.IP.String()
	if at.IP.IsUnspecified() {
		shown = "localhost"
	}
	fmt.Printf("http://%s/\n", net.JoinHostPort(shown, strconv.Itoa(at.Port)))
	if !at.IP.IsLoopback() {
		fmt.Fprintf(os.Stderr, "everybody on this network can read the site at port %d of this machine (--host)\n", at.Port)
	}
}

// update looks at the files called names, or at all for nil. Unless they are those
// of last, which is nil at first, it builds the site again, shows it, and says what
// is newly wrong, and in one line what happened. It returns what it read; nil where
// it could not, which it shows as well, so that the next call builds in any case. A
// build that a newer edit outdates, which rings tell of, is dropped.
func (o *opened) update(server *preview.Server, last *source.Tree, names []string, rings <-chan []string) *source.Tree {
	start := time.Now()
	tree, err := o.read(names)
	if err != nil {
		o.show(server, nil, diag.List{{Code: "site/unreadable", Message: err.Error()}}, nil)
		return nil
	}
	var changed []string
	if last != nil {
		if changed = tree.Changed(last); changed == nil {
			return tree
		}
	}
	res := o.makeOf(tree)
	select {
	case names := <-rings:
		if now, err := o.folder.Reread(names); err != nil || now.Changed(tree) != nil {
			return o.update(server, last, []string{}, rings)
		}
	default:
	}
	o.show(server, res.Set, res.Diags, edited(res, changed))
	what := append(changed, diag.Count(res.Pages(), "page"))[0]
	if len(changed) > 1 {
		what += fmt.Sprintf(" and %d more", len(changed)-1)
	}
	fmt.Printf("%s  %s in %s (%s), %s\n", start.Format(time.TimeOnly), what, short(time.Since(start)), stages(res), res.Diags.Sum())
	return tree
}

// show publishes a set, nil for none, with what is wrong, of which it says what is new.
func (o *opened) show(server *preview.Server, set *output.Set, list diag.List, edits []preview.Edited) {
	server.Publish(set, list, edits)
	_ = o.tell(list.Since(o.told), -1)
	o.told = list
}

// edited lists the pages whose files changed; there is none where they were deleted.
func edited(res *build.Result, changed []string) []preview.Edited {
	pages := []preview.Edited{}
	for _, p := range res.Site.Pages {
		if slices.Contains(changed, p.File.Path) {
			pages = append(pages, preview.Edited{Address: (&url.URL{Path: "/" + p.Path}).String(), Title: p.Title})
		}
	}
	return pages
}

// stages says how long each stage took.
func stages(res *build.Result) string {
	var parts []string
	for _, s := range res.Stages {
		parts = append(parts, s.Name+" "+short(s.Took).String())
	}
	return strings.Join(parts, ", ")
}

func short(d time.Duration) time.Duration { return d.Round(100 * time.Microsecond) }
