package ui

import (
	"net/netip"
	"strconv"
	"strings"

	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/hotspot"
)

// NetworkPath is where an operator sees how the box is reached, and switches its
// own Wi-Fi on.
const NetworkPath = "/admin/reseau"

// Hotspot is the box's own Wi-Fi, see appliance/hotspot.
type Hotspot interface {
	// Check tells how it is; the key is empty while it is off.
	Check() Check
	// Phone names the phone that speaks from an address of the Wi-Fi; empty for
	// an address elsewhere.
	Phone(from netip.Addr) string
	// Portal tells whether phones are led to the welcome by themselves.
	Portal() bool
	// Address is the box's in its Wi-Fi.
	Address() netip.Addr
}

func (s *Server) hotspotRoutes() []route {
	return []route{
		{GET, NetworkPath, operator, s.network},
		{POST, NetworkPath, operator, s.networkSet},
		{GET, NetworkPath + "/affiche", operator, s.networkPoster},
	}
}

// networkPage shows both ways to the box and what can be changed about one.
type networkPage struct {
	page
	Form  *form
	Cable []string // addresses by the cable, as people type them
	None  bool     // this program serves no Wi-Fi
	Wifi  Check
	Ready bool // there is something to print
	Over  bool // the page was opened over the Wi-Fi it is about
}

// Modes are the choices, what each means beside it.
func (p *networkPage) Modes() (list []choice) {
	for _, m := range hotspot.Modes {
		list = append(list, choice{Value: string(m), Label: p.T("hotspot.mode." + string(m)), Help: p.T("hotspot.mode." + string(m) + "_help")})
	}
	return list
}

// Channels are the choices.
func (p *networkPage) Channels() (list []choice) {
	for _, n := range hotspot.Channels {
		list = append(list, choice{Value: strconv.Itoa(n), Label: strconv.Itoa(n)})
	}
	return list
}

// WifiText is how the Wi-Fi is, in a sentence.
func (p *networkPage) WifiText() string {
	if p.Wifi.Key == "" {
		return p.T("hotspot.is_off")
	}
	return p.T(p.Wifi.Key, p.Wifi.Args...)
}

// networkPage reads what is known; f is nil for a form nobody typed in.
func (r *request) networkPage(f *form) (*networkPage, hotspot.Settings, error) {
	r.Uncached() // the Wi-Fi changes without a commit
	s := r.s.opt.Hotspot
	p := &networkPage{page: r.page("hotspot.title"), Form: f, None: s == nil, Over: r.s.phoneOf(r.Request()) != ""}
	var own netip.Addr
	if s != nil {
		p.Wifi, own = s.Check(), s.Address()
	}
	if r.s.opt.HostNames != nil {
		for _, name := range r.s.opt.HostNames() {
			if ip, err := netip.ParseAddr(name); err == nil && ip.Is4() && ip != own && !ip.IsLinkLocalUnicast() {
				p.Cable = append(p.Cable, "http://"+name+r.port())
			}
		}
	}
	var now hotspot.Settings
	err := r.View(func(tx *store.Tx) (err error) {
		now, err = hotspot.Of(tx)
		return err
	})
	p.Ready = now.SSID != ""
	if f == nil {
		fresh := now
		if fresh.SSID == "" {
			fresh.SSID, fresh.Passphrase = hotspot.NameFor(p.Village), account.NewPhrase()
		}
		p.Form = r.emptyForm("mode", string(fresh.Mode), "ssid", fresh.SSID, "passphrase", fresh.Passphrase,
			"channel", strconv.Itoa(fresh.Channel), "country", fresh.Country)
	}
	return p, now, err
}

// port is that of the request's address, with its colon; empty for 80.
func (r *request) port() string {
	if at := strings.LastIndexByte(r.Request().Host, ':'); at > strings.LastIndexByte(r.Request().Host, ']') {
		return r.Request().Host[at:]
	}
	return ""
}

func (s *Server) network(r *request) error {
	p, _, err := r.networkPage(nil)
	if err != nil {
		return err
	}
	return r.Render("hotspot/network", p)
}

// networkSet changes the Wi-Fi; over the Wi-Fi itself only after a warning,
// because the page that answers may be the last one that arrives.
func (s *Server) networkSet(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	p, now, err := r.networkPage(f)
	if err != nil {
		return err
	}
	want := hotspot.Settings{
		Mode: hotspot.Mode(f.text("mode")), SSID: f.text("ssid"), Passphrase: f.text("passphrase"),
		Channel: f.int("channel"), Country: strings.ToUpper(f.text("country")),
	}
	if f.ok() && p.Over && want != now && want.Check() == nil && !f.has("cut") {
		f.fault("cut", "err.hotspot.cut")
	}
	if f.ok() && s.opt.Hotspot == nil && want.On() {
		f.fault("mode", "err.hotspot.none")
	}
	if !f.ok() {
		return r.RenderForm("hotspot/network", p)
	}
	err = r.Update(func(tx *store.Tx) error { return hotspot.Set(tx, want) })
	if f.refuse(err) {
		return r.RenderForm("hotspot/network", p)
	} else if err != nil {
		return err
	}
	return r.Redirect(NetworkPath, "hotspot.saved."+string(want.Mode))
}

// posterPage is the card for the wall.
type posterPage struct {
	page
	Settings     hotspot.Settings
	Join, Open   qrCode
	Host         string // address to type
	Numeric      string
	Phones       int
	PortalOpened bool
}

func (s *Server) networkPoster(r *request) error {
	p := &posterPage{page: r.page("hotspot.poster.title"), Host: welcomeHost + r.port(), Phones: hotspot.Phones}
	err := r.View(func(tx *store.Tx) (err error) {
		p.Settings, err = hotspot.Of(tx)
		return err
	})
	if err != nil {
		return err
	}
	if p.Settings.SSID == "" || s.opt.Hotspot == nil {
		return r.Redirect(NetworkPath, "hotspot.poster.first")
	}
	p.Numeric = "http://" + s.opt.Hotspot.Address().String() + r.port()
	p.PortalOpened = p.Settings.Mode == hotspot.Portal
	if p.Join, err = newQR(p.Settings.Join()); err != nil {
		return err
	}
	if p.Open, err = newQR("http://" + p.Host + "/"); err != nil {
		return err
	}
	return r.Render("hotspot/poster", p)
}
