package ui

import (
	"errors"
	"hash/maphash"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"copi.local/store"
	"copi.local/store/account"
)

// The addresses other pages lead to.
const (
	signInPath      = "/connexion"
	accountPath     = "/compte"
	newPasswordPath = "/compte/mot-de-passe"
	acceptPath      = "/compte/accord"
	resumePath      = "/compte/reprendre"
)

func (s *Server) accountRoutes() []route {
	return []route{
		{GET, signInPath, public, s.signInForm},
		{POST, signInPath, public, s.signIn},
		{POST, "/deconnexion", public, s.signOut},
		{GET, "/inscription", public, s.registerForm},
		{POST, "/inscription", public, s.registerPerson},
		{GET, "/mentions-legales", public, s.legalNotice},
		{GET, "/journal", public, s.publicLog},
		{GET, "/account/:id", public, s.boxCard},
		{GET, accountPath, resident, s.account},
		{POST, accountPath, resident, s.rename},
		{GET, newPasswordPath, resident, s.passwordForm},
		{POST, newPasswordPath, resident, s.changePassword},
		{GET, resumePath, resident, s.resumeForm},
		{POST, resumePath, resident, s.resume},
		{POST, "/compte/sessions", resident, s.endSessions},
		{GET, "/compte/codes", resident, s.codes},
		{POST, "/compte/codes", resident, s.printCodes},
		{GET, "/compte/copie", resident, s.exportMine},
		{GET, "/compte/partir", resident, s.leaveForm},
		{POST, "/compte/partir", resident, s.leave},
	}
}

// formPage is a page that is one form.
type formPage struct {
	page
	Form  *form
	Plain bool // what is typed travels unencrypted: choose a password for here only
}

// RoleName names a role.
func (p *formPage) RoleName(role store.Role) string { return p.T("account.role." + role.String()) }

func (r *request) formPage(title string, f *form) formPage {
	return formPage{page: r.page(title), Form: f, Plain: !r.IsTLS()}
}

// again shows a form whose sending failed for a reason the person can mend: a
// fault, or a wait. Other errors are for errors.go.
func (r *request) again(f *form, err error, name string, data any) error {
	if f.refuse(err) {
		return r.RenderForm(name, data)
	}
	e, ok := errors.AsType[*store.Error](err)
	if !ok || e.Kind != store.Busy {
		return err
	}
	f.fault(e.Field, e.Key, e.Args...)
	wait := retryAfter
	if len(e.Args) == 2 && e.Args[0] == "seconds" {
		if n, ok := e.Args[1].(int); ok {
			wait = n
		}
	}
	r.Response().Header().Set("Retry-After", strconv.Itoa(wait))
	return r.RenderStatus(http.StatusServiceUnavailable, name, data)
}

// source is where a request comes from, for the limits on guessing: an IPv4
// address, or the network of an IPv6 one, whose owner has them all. On the
// hall's own network that would be everybody at once: there the addresses are
// thrown into shares, so that one phone uses up its own and not the hall's,
// and one that takes a thousand addresses gains 64 times, not a thousand.
func (r *request) source() string {
	ap, err := netip.ParseAddrPort(r.Request().RemoteAddr)
	if err != nil {
		return r.Request().RemoteAddr
	}
	ip := ap.Addr().Unmap().WithZone("")
	if ip.Is4() {
		return ip.String()
	}
	network, err := ip.Prefix(64)
	if err != nil {
		return ip.String()
	}
	if !ip.IsLinkLocalUnicast() && !network.Contains(r.calledAt()) {
		return network.String()
	}
	share := maphash.Comparable(shareSeed, ip) % 64
	return network.String() + " " + strconv.FormatUint(share, 10)
}

// shareSeed keeps anybody from choosing the share of somebody else's phone.
var shareSeed = maphash.MakeSeed()

// calledAt is the address of the box the request came to; none in tests that
// have no connection.
func (r *request) calledAt() netip.Addr {
	local, ok := r.context().Value(http.LocalAddrContextKey).(net.Addr)
	if !ok {
		return netip.Addr{}
	}
	ap, err := netip.ParseAddrPort(local.String())
	if err != nil {
		return netip.Addr{}
	}
	return ap.Addr().Unmap().WithZone("")
}

func (r *request) device() string { return account.Device(r.Request().UserAgent()) }

// signInForm is where a page leads that needs an account; "vers" is the way
// back.
func (s *Server) signInForm(r *request) error {
	f := r.emptyForm("vers", r.QueryParam("vers"))
	p := r.formPage("account.sign_in.title", f)
	return r.Render("account/sign_in", &p)
}

func (s *Server) signIn(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	me, token, err := s.desk.SignIn(r.context(), account.Arrival{
		Login: f.text("login"), Password: f.lines("password"), Shared: f.has("shared"),
		Source: r.source(), Device: r.device(),
	})
	if err != nil {
		p := r.formPage("account.sign_in.title", f)
		return r.again(f, err, "account/sign_in", &p)
	}
	r.remember(token, me)
	return r.Redirect(f.text("vers"), "account.sign_in.done")
}

// signOut ends the session here and on the box.
func (s *Server) signOut(r *request) error {
	if r.me.ID != "" {
		err := r.Update(func(tx *store.Tx) error { return account.End(tx, r.me.ID) })
		if err != nil {
			return err
		}
	}
	r.forget()
	return r.Redirect("/", "account.sign_out.done")
}

// registerPage shows the charter that is accepted with the form.
type registerPage struct {
	formPage
	Charter []passage
	Young   bool // for who is under 15
}

// WaitDays is how long an account waits for a parent, in days.
func (p *registerPage) WaitDays() int { return int(account.WaitFor / (24 * time.Hour)) }

// Months are the months of birth.
func (p *registerPage) Months() []choice {
	return append([]choice{{Label: p.T("minor.choose_month")}}, p.speech().months()...)
}

func (r *request) registerPage(f *form) (*registerPage, error) {
	p := &registerPage{formPage: r.formPage("account.register.title", f), Young: r.Path() == youngPath}
	if p.Young {
		p.Title = r.T("minor.register.title")
	}
	c, err := r.charterInForce()
	p.Charter = passages(c.Body)
	return p, err
}

func (s *Server) registerForm(r *request) error {
	p, err := r.registerPage(r.emptyForm("vers", r.QueryParam("vers")))
	if err != nil {
		return err
	}
	return r.Render("account/register", p)
}

func (s *Server) registerPerson(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	young := r.Path() == youngPath
	reg := account.Registration{
		Login: f.text("login"), Name: f.text("name"), Hamlet: f.text("hamlet"), Password: f.lines("password"),
		Charter: f.has("charter"), Fifteen: f.has("fifteen") && !young, Shared: f.has("shared"),
		Source: r.source(), Device: r.device(),
	}
	if young {
		reg.Birth = f.birth()
		if reg.Birth == (account.Birth{}) {
			reg.Birth.Month = -1 // left empty: no month at all
		}
	}
	me, token, err := s.desk.Register(r.context(), reg)
	if err != nil {
		p, perr := r.registerPage(f)
		if perr != nil {
			return perr
		}
		return r.again(f, err, "account/register", p)
	}
	r.remember(token, me)
	if young {
		return r.Redirect(majorityPath, "account.register.done", "name", f.text("name"))
	}
	return r.Redirect(f.text("vers"), "account.register.done", "name", f.text("name"))
}
