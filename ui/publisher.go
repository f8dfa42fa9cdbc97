package ui

import (
	"copi.local/store"
	"copi.local/store/account"
)

// PublisherPath is where an operator changes who answers for the box: a mayor
// leaves, a phone number changes, and the law wants it said.
const PublisherPath = "/admin/mentions-legales"

func (s *Server) publisherRoutes() []route {
	return []route{
		{GET, PublisherPath, operator, s.publisher},
		{POST, PublisherPath, operator, s.publisherSet},
	}
}

// publisherFields are the fields of both forms about the publisher, with what is
// known.
func (r *request) publisherFields(v account.Publisher) *form {
	return r.emptyForm(
		"publisher", v.Name, "publisher_address", v.Address, "publisher_phone", v.Phone, "director", v.Director,
		"host", v.Host, "host_address", v.HostAddress, "host_phone", v.HostPhone, "contact", v.Contact)
}

// publisherTyped reads them.
func (f *form) publisherTyped() account.Publisher {
	return account.Publisher{
		Name: f.text("publisher"), Address: f.text("publisher_address"), Phone: f.text("publisher_phone"), Director: f.text("director"),
		Host: f.text("host"), HostAddress: f.text("host_address"), HostPhone: f.text("host_phone"), Contact: f.text("contact"),
	}
}

func (s *Server) publisher(r *request) error {
	p := &formPage{page: r.page("account.legal.change")}
	err := r.View(func(tx *store.Tx) error {
		b, err := account.BoxOf(tx)
		p.Form = r.publisherFields(b.Publisher)
		return err
	})
	if err != nil {
		return err
	}
	return r.Render("account/publisher", p)
}

func (s *Server) publisherSet(r *request) error {
	f, err := r.form()
	if err != nil {
		return err
	}
	err = r.Update(func(tx *store.Tx) error { return account.SetPublisher(tx, f.publisherTyped()) })
	if f.refuse(err) {
		return r.RenderForm("account/publisher", &formPage{page: r.page("account.legal.change"), Form: f})
	} else if err != nil {
		return err
	}
	return r.Redirect("/mentions-legales", "account.legal.changed")
}
