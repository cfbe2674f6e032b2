// Command quandary turns a folder of Markdown into a site with decisions that
// are proven complete.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/spf13/cobra"

	"quandary/internal/decision"
)

// The exit statuses. Found is for errors in the site, failed for wrong usage or
// a machine that does not do as it should.
const (
	ok     = 0
	found  = 1
	failed = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}

// errFound says that errors were found in the site, and printed.
var errFound = errors.New("the site has errors")

// run runs one command and returns its exit status.
func run(ctx context.Context, args []string, in io.Reader, out, errs io.Writer) int {
	root := (&app{in, out, errs}).root()
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errs)
	switch err := root.ExecuteContext(ctx); {
	case err == nil:
		return ok
	case errors.Is(err, errFound):
		return found
	default:
		fmt.Fprintf(errs, "quandary: %v\n", err)
		return failed
	}
}

// app is what the commands share: the streams they talk through.
type app struct {
	in        io.Reader
	out, errs io.Writer
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "quandary",
		Short:         "A static knowledge site, with decisions that are proven complete",
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetVersionTemplate("quandary {{.Version}}\n")
	root.AddCommand(a.serve(), a.build(), a.check(), a.tree(), a.decide(), a.create(),
		&cobra.Command{
			Use: "version", Short: "Print the version", Args: cobra.NoArgs,
			Run: func(*cobra.Command, []string) { fmt.Fprintln(a.out, "quandary", version()) },
		},
		&cobra.Command{Use: "tree-json", Short: "The JSON Schema of `tree --format json`", Long: string(decision.Schema)},
	)
	return root
}

// version is the module's version, which in a build from a checkout names the commit.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
