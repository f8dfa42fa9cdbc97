package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"copi.local/appliance"
	"copi.local/store"
	"copi.local/store/account"
)

type userCmd struct {
	Add   userAddCmd   `cmd:"" help:"Make an account; without a password it prints a slip to hand over."`
	Reset userResetCmd `cmd:"" help:"Give a person a new password, or a slip."`
	Role  userRoleCmd  `cmd:"" help:"Give a person a role."`
}

// passwordFlag reads a password where no terminal is needed.
type passwordFlag struct {
	PasswordStdin bool `help:"Read the password from the first line of standard input." name:"password-stdin"`
}

// read is the password, empty when none was asked for.
func (f passwordFlag) read(in io.Reader) (string, error) {
	if !f.PasswordStdin {
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

type userAddCmd struct {
	dataFlag     `embed:""`
	passwordFlag `embed:""`

	Login string `arg:"" help:"Name to sign in with."`
	Name  string `help:"Name as others read it; the login when empty."`
	Role  string `help:"${enum}." enum:"resident,moderator,operator" default:"resident"`
	Paper bool   `help:"The person signed the charter on paper."`
}

// Run makes the account.
func (c userAddCmd) Run(ctx context.Context, std streams) error {
	role, err := store.ParseRole(c.Role)
	if err != nil {
		return err
	}
	password, err := c.read(std.in)
	if err != nil {
		return err
	}
	name := c.Name
	if name == "" {
		name = c.Login
	}
	slip, err := appliance.AddUser(ctx, c.Data, account.NewPerson{
		Login: c.Login, Name: name, Role: role, Password: password, OnPaper: c.Paper,
	})
	return printSlip(std, slip, err)
}

type userResetCmd struct {
	dataFlag     `embed:""`
	passwordFlag `embed:""`

	Login string `arg:"" help:"Name to sign in with."`
}

// Run gives the new password or the slip.
func (c userResetCmd) Run(ctx context.Context, std streams) error {
	password, err := c.read(std.in)
	if err != nil {
		return err
	}
	slip, err := appliance.ResetUser(ctx, c.Data, c.Login, password)
	return printSlip(std, slip, err)
}

type userRoleCmd struct {
	dataFlag `embed:""`

	Login string `arg:"" help:"Name to sign in with."`
	Role  string `arg:"" help:"${enum}." enum:"resident,moderator,operator"`
}

// Run changes the role.
func (c userRoleCmd) Run(ctx context.Context) error {
	role, err := store.ParseRole(c.Role)
	if err != nil {
		return err
	}
	return appliance.SetUserRole(ctx, c.Data, c.Login, role)
}

// printSlip writes the slip, if there is one, alone on its line.
func printSlip(std streams, slip string, err error) error {
	if err != nil || slip == "" {
		return err
	}
	_, err = fmt.Fprintln(std.out, slip)
	return err
}
