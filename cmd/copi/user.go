package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"copi.local/appliance"
	"copi.local/cmd/internal/cli"
	"copi.local/store"
	"copi.local/store/account"
)

// user is about the people of the box.
func user() cli.Command {
	return cli.Command{
		Name: "user", Help: "Add a person, reset a password, change a role.",
		Family: []cli.Command{userAdd(), userReset(), userRole()},
	}
}

const loginHelp = "name to sign in with"

// roleOf is the choice of a role.
func roleOf(to *string) cli.Choice[string] { return cli.OneOf(to, "resident", "moderator", "operator") }

// passwordFlag reads a password where no terminal is needed.
func passwordFlag(f *flag.FlagSet, asked *bool) {
	f.BoolVar(asked, "password-stdin", false, "read the password from the first line of standard input")
}

// readPassword is the password, empty when none was asked for.
func readPassword(asked bool, in io.Reader) (string, error) {
	if !asked {
		return "", nil
	}
	line, err := bufio.NewReader(in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	if line = strings.TrimRight(line, "\r\n"); line == "" {
		return "", errors.New("no password on standard input")
	}
	return line, nil
}

// userAdd makes an account.
func userAdd() cli.Command {
	data, login, asked := dataDir(), new(cli.Word), false
	var p account.NewPerson
	role := "resident"
	choice := roleOf(&role)
	return cli.Command{
		Name: "add", Help: "Make an account; without a password it prints a slip to hand over.",
		Args: []cli.Argument{{Name: "login", Help: loginHelp, To: login}},
		Flags: func(f *flag.FlagSet) {
			dataFlag(f, data)
			passwordFlag(f, &asked)
			f.StringVar(&p.Name, "name", "", "`name` as others read it; the login when empty")
			f.Var(choice, "role", choice.List())
			f.BoolVar(&p.OnPaper, "paper", false, "the person signed the charter on paper")
		},
		Run: func(ctx context.Context, std cli.Streams) (err error) {
			p.Login = string(*login)
			p.Name = cmp.Or(p.Name, p.Login)
			if p.Role, err = store.ParseRole(role); err != nil {
				return err
			}
			if p.Password, err = readPassword(asked, std.In); err != nil {
				return err
			}
			slip, err := appliance.AddUser(ctx, string(*data), p)
			return printSlip(std, slip, err)
		},
	}
}

// userReset gives a new password or a slip.
func userReset() cli.Command {
	data, login, asked := dataDir(), new(cli.Word), false
	return cli.Command{
		Name: "reset", Help: "Give a person a new password, or a slip.",
		Args: []cli.Argument{{Name: "login", Help: loginHelp, To: login}},
		Flags: func(f *flag.FlagSet) {
			dataFlag(f, data)
			passwordFlag(f, &asked)
		},
		Run: func(ctx context.Context, std cli.Streams) error {
			password, err := readPassword(asked, std.In)
			if err != nil {
				return err
			}
			slip, err := appliance.ResetUser(ctx, string(*data), string(*login), password)
			return printSlip(std, slip, err)
		},
	}
}

// userRole changes a role.
func userRole() cli.Command {
	data, login, name := dataDir(), new(cli.Word), ""
	choice := roleOf(&name)
	return cli.Command{
		Name: "role", Help: "Give a person a role.",
		Args: []cli.Argument{
			{Name: "login", Help: loginHelp, To: login},
			{Name: "role", Help: choice.List(), To: choice},
		},
		Flags: func(f *flag.FlagSet) { dataFlag(f, data) },
		Run: func(ctx context.Context, _ cli.Streams) error {
			role, err := store.ParseRole(name)
			if err != nil {
				return err
			}
			return appliance.SetUserRole(ctx, string(*data), string(*login), role)
		},
	}
}

// printSlip writes the slip, if there is one, alone on its line.
func printSlip(std cli.Streams, slip string, err error) error {
	if err != nil || slip == "" {
		return err
	}
	_, err = fmt.Fprintln(std.Out, slip)
	return err
}
