// Package cli reads a command line: sub-commands with flags and words in any
// order, help, and the exit codes scripts rely on. It is package flag with what
// that leaves out.
package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

// Command is a sub-command: a family of others, something that runs, or both: a
// first word that names none of the family is its own then.
type Command struct {
	Name, Help string
	Family     []Command
	Args       []Argument
	Flags      func(*flag.FlagSet) // nil without any
	Run        func(context.Context, Streams) error
}

// Argument is a word a command takes by its place.
type Argument struct {
	Name, Help string
	To         flag.Value
	Optional   bool // as are those after it
}

// Streams is where a command reads and writes.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// Exit codes scripts rely on.
const (
	Done   = 0
	Failed = 1 // one clear line on stderr says why
	Usage  = 2
)

// WrongUsage is an error of who typed the command.
type WrongUsage struct{ error }

// Misused says what is wrong with the command that was typed.
func Misused(format string, a ...any) error { return WrongUsage{fmt.Errorf(format, a...)} }

// Execute parses args, runs the command they name and gives the exit code;
// oneLine words what went wrong.
func (c Command) Execute(ctx context.Context, args []string, std Streams, oneLine func(error) string) int {
	program := c.Name
	c, args, err := c.find(args)
	if err == nil {
		err = c.parse(args)
	}
	switch {
	case errors.Is(err, flag.ErrHelp):
		c.describe(std.Out)
		return Done
	case err != nil:
		err = WrongUsage{err}
	default:
		err = c.Run(ctx, std)
	}
	switch {
	case err == nil || errors.Is(err, context.Canceled):
		return Done
	case errors.As(err, new(WrongUsage)):
		_, _ = fmt.Fprintf(std.Err, "%s: %v; see %s --help\n", program, err, c.Name)
		return Usage
	}
	_, _ = fmt.Fprintf(std.Err, "%s: %s\n", program, oneLine(err))
	return Failed
}

// find goes down the families the first of args name. It gives the command with
// its whole name, and the other args.
func (c Command) find(args []string) (Command, []string, error) {
	for len(c.Family) > 0 {
		if c.Run != nil && (len(args) == 0 || !c.has(args[0])) {
			break
		}
		if len(args) == 0 {
			return c, nil, errors.New("a sub-command is missing")
		}
		if isHelp(args[0]) {
			return c, nil, flag.ErrHelp
		}
		i := slices.IndexFunc(c.Family, func(sub Command) bool { return sub.Name == args[0] })
		if i < 0 {
			return c, nil, fmt.Errorf("no sub-command %q", args[0])
		}
		name := c.Name
		c, args = c.Family[i], args[1:]
		c.Name = name + " " + c.Name
	}
	return c, args, nil
}

// has tells whether a word names one of the family.
func (c Command) has(word string) bool {
	return slices.ContainsFunc(c.Family, func(sub Command) bool { return sub.Name == word })
}

func isHelp(arg string) bool { return slices.Contains([]string{"help", "-h", "-help", "--help"}, arg) }

// parse reads flags and arguments, in any order; after "--" come only arguments.
// It fails with flag.ErrHelp when help is asked for.
func (c Command) parse(args []string) error {
	set := c.set()
	var words []string
	for len(args) > 0 {
		if err := set.Parse(args); err != nil {
			return err
		}
		rest := set.Args()
		if len(rest) == 0 {
			break
		}
		if n := len(args) - len(rest); n > 0 && args[n-1] == "--" {
			words = append(words, rest...)
			break
		}
		words, args = append(words, rest[0]), rest[1:]
	}
	return c.take(words)
}

// set is the flags of the command, as they are before anything is read.
func (c Command) set() *flag.FlagSet {
	set := flag.NewFlagSet(c.Name, flag.ContinueOnError)
	set.SetOutput(io.Discard)
	if c.Flags != nil {
		c.Flags(set)
	}
	return set
}

// take reads the words into the arguments.
func (c Command) take(words []string) error {
	for i, a := range c.Args {
		switch {
		case i < len(words):
			if err := a.To.Set(words[i]); err != nil {
				return fmt.Errorf("%q for <%s>: %w", words[i], a.Name, err)
			}
		case !a.Optional:
			return fmt.Errorf("<%s> is missing", a.Name)
		}
	}
	if len(words) > len(c.Args) {
		return fmt.Errorf("%q is one word too many", words[len(c.Args)])
	}
	return nil
}

// describe prints how the Command is used.
func (c Command) describe(out io.Writer) {
	w := tabwriter.NewWriter(out, 0, 0, 3, ' ', 0)
	p := func(format string, a ...any) { _, _ = fmt.Fprintf(w, format, a...) }
	p("Usage: %s\n\n%s\n", c.usage(), c.Help)
	if len(c.Family) > 0 {
		p("\nSub-commands (%s <sub-command> --help tells more):\n", c.Name)
	}
	for _, sub := range c.Family {
		p("  %s\t%s\n", sub.Name, sub.Help)
	}
	if len(c.Args) > 0 {
		p("\nArguments:\n")
	}
	for _, a := range c.Args {
		p("  <%s>\t%s\n", a.Name, a.Help)
	}
	if c.Flags != nil {
		p("\nFlags:\n")
	}
	c.set().VisitAll(func(f *flag.Flag) {
		value, help := flag.UnquoteUsage(f)
		p("  %s\t%s%s\n", strings.TrimSpace("--"+f.Name+" "+value), help, defaultOf(f))
	})
	_ = w.Flush()
}

// usage is the Command line in short.
func (c Command) usage() string {
	words := []string{c.Name}
	if len(c.Family) > 0 && c.Run == nil {
		words = append(words, "<sub-command>")
	}
	for _, a := range c.Args {
		if a.Optional {
			words = append(words, "[<"+a.Name+">]")
			continue
		}
		words = append(words, "<"+a.Name+">")
	}
	if c.Flags != nil {
		words = append(words, "[flags]")
	}
	return strings.Join(words, " ")
}

// defaultOf is what the flag is when nobody names it, as help prints it.
func defaultOf(f *flag.Flag) string {
	if slices.Contains([]string{"", "false", "0001-01-01T00:00:00Z"}, f.DefValue) {
		return ""
	}
	return " (" + f.DefValue + ")"
}
