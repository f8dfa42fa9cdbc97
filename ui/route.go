package ui

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"

	"github.com/labstack/echo/v4"

	"copi.local/store"
)

// The methods a route answers to. GET answers HEAD as well.
const (
	GET  = http.MethodGet
	POST = http.MethodPost
)

// right is who may call a route. The zero value is nobody: a route cannot be
// registered without saying.
type right uint8

const (
	denied    right = iota
	public          // everybody
	resident        // an account that accepted the charter
	moderator       // answers proposals and reports
	operator        // keeps the box
	owner           // an account; the module checks that the thing is its own, or its to answer for
	caretaker       // an account; the module checks that the thing is its own, or its to answer for: operators answer for all
	presence        // everybody, and the handler asks for the code of the box
	loopback        // only from the box itself; others see nothing there
)

var rightNames = [...]string{"denied", "public", "resident", "moderator", "operator", "owner", "caretaker", "presence", "loopback"}

func (r right) String() string { return rightNames[r] }

// role is the least role a right demands.
func (r right) role() store.Role {
	switch r {
	case resident, owner, caretaker:
		return store.Resident
	case moderator:
		return store.Moderator
	case operator, denied:
		return store.Operator
	case public, presence, loopback:
		return store.Visitor
	default:
		return store.Operator
	}
}

// handler answers one request, or fails: errors.go answers for it then.
type handler func(*request) error

// route is one line of a module's table.
type route struct {
	method, path string
	right        right
	do           handler
}

// Route describes a registered route.
type Route struct{ Method, Path, Right string }

// Routes lists all routes in the order of their tables.
func (s *Server) Routes() []Route {
	list := make([]Route, len(s.routes))
	for i, r := range s.routes {
		list[i] = Route{r.method, r.path, r.right.String()}
	}
	return list
}

// register gives every route of the tables to echo, refusing one that does not
// say who may call it and one that is there twice.
func (s *Server) register(tables [][]route) error {
	s.echo = echo.New()
	s.echo.HTTPErrorHandler = s.answerError
	seen := map[string]bool{}
	for _, table := range tables {
		for _, r := range table {
			name := r.method + " " + r.path
			if r.right == denied || int(r.right) >= len(rightNames) || r.do == nil {
				return fmt.Errorf("route %s: no right or no handler", name)
			}
			if seen[name] {
				return fmt.Errorf("route %s: registered twice", name)
			}
			seen[name] = true
			s.routes = append(s.routes, r)
			s.echo.Add(r.method, r.path, s.serve(r))
			if r.method == GET {
				s.echo.Add(http.MethodHead, r.path, s.serve(r))
			}
		}
	}
	return nil
}

// PulsePath is the address the box asks itself for, to feel whether its pages
// answer: cheap, and not worth a line in the log each time.
const PulsePath = "/robots.txt"

// serve finds out who asks, checks the route's right, runs its handler, and
// writes one line about it to the log.
func (s *Server) serve(rt route) echo.HandlerFunc {
	return func(c echo.Context) error {
		begun := s.clock.Now()
		if err := s.call(rt, c); err != nil {
			s.answerError(err, c)
		}
		if rt.path == PulsePath {
			return nil
		}
		s.log.Info("request", slog.String("method", rt.method), slog.String("route", rt.path),
			slog.Int("status", c.Response().Status), slog.Duration("took", s.clock.Now().Sub(begun)))
		return nil
	}
}

// call makes an error of a panic, so that it is logged whole and the visitor
// gets a page.
func (s *Server) call(rt route, c echo.Context) (err error) {
	defer func() {
		switch v := recover(); v {
		case nil:
		case http.ErrAbortHandler:
			panic(v) // net/http's own way to drop a connection
		default:
			err = &panicError{v, debug.Stack()}
		}
	}()
	r, err := s.newRequest(c)
	if err != nil {
		return err
	}
	if to, err := s.detour(r, rt); err != nil {
		return err
	} else if to != "" {
		return r.Redirect(to, "")
	}
	if err := r.on(rt); err != nil {
		return err
	}
	if err := r.may(rt.right); err != nil {
		return err
	}
	if err := r.mayAct(rt); err != nil {
		return err
	}
	return r.orRemoved(rt, rt.do(r))
}

// may fails unless the request's actor has the right. For owner it asks for an
// account only.
func (r *request) may(need right) error {
	if need == loopback && !r.fromLoopback() {
		return store.E(store.NotFound, "err.not_found")
	}
	return r.actor.Need(need.role())
}

// fromLoopback tells whether the request was made on the box itself.
func (r *request) fromLoopback() bool {
	host, _, err := net.SplitHostPort(r.Request().RemoteAddr)
	ip := net.ParseIP(host)
	return err == nil && ip != nil && ip.IsLoopback()
}

// isEchoError gives the status of an error echo itself made (no such route, a
// method the route has not).
func isEchoError(err error) (status int, ok bool) {
	var he *echo.HTTPError
	if errors.As(err, &he) {
		return he.Code, true
	}
	return 0, false
}
