package ui

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"time"

	"copi.local/store"
)

// Bounds of a form with a file.
const (
	maxField     = 4 << 10  // bytes of one of its other fields
	maxFields    = 16       // of them
	maxSend      = 64 << 20 // bytes read and thrown away so that a browser hears the answer
	uploadsAtAll = 16       // phones sending at once
	maxWaste     = 4 << 30  // the same, of a file only an operator may send
	uploadTime   = 4 * time.Minute
)

// upload reads a form sent as multipart/form-data with one file in it, which it
// receives on the card as it comes. A form that is refused because of the file
// still has its words: then f is not nil beside the error. The caller closes
// the file.
func (r *request) upload(field string) (f *form, file *os.File, err error) {
	select {
	case r.s.uploads <- struct{}{}:
	default:
		return nil, nil, store.E(store.Busy, "err.busy")
	}
	defer func() { <-r.s.uploads }()
	req := r.Request()
	if req.ContentLength > maxSend {
		return nil, nil, errTooLarge
	}
	defer r.patience(uploadTime)()
	req.Body = http.MaxBytesReader(r.Response(), req.Body, maxSend)
	parts, err := req.MultipartReader()
	if err != nil {
		return nil, nil, errBadText
	}
	u := &upload{r: r, field: field, f: r.emptyForm()}
	err = u.read(parts)
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		err = errTooLarge
	}
	if err != nil {
		return nil, nil, errors.Join(err, u.close())
	}
	if u.refused == nil && u.file == nil {
		u.refused = store.E(store.Invalid, "err.photo.none").At(field)
	}
	if u.refused != nil {
		return u.f, nil, errors.Join(u.refused, u.close())
	}
	return u.f, u.file, nil
}

// upload is a form being read.
type upload struct {
	r       *request
	field   string
	f       *form
	file    *os.File
	refused error // of the file; the rest of the form is read all the same
}

func (u *upload) read(parts *multipart.Reader) error {
	for range maxFields {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return badForm(err)
		}
		if part.FormName() == u.field {
			err = u.receive(part)
		} else {
			err = u.word(part)
		}
		if err != nil {
			return err
		}
	}
	return errBadText
}

// receive takes the file in, once. What a full card or the file's size refuses
// is read to its end, so that the words behind it are kept.
func (u *upload) receive(part *multipart.Part) error {
	if part.FileName() == "" || u.file != nil {
		return nil
	}
	in := &source{Reader: part}
	file, err := u.r.s.album.Receive(in)
	if in.err != nil {
		return badForm(in.err)
	}
	if err != nil {
		u.refused = err
		if _, err := io.Copy(io.Discard, part); err != nil {
			return badForm(err)
		}
		return nil
	}
	if info, err := file.Stat(); err != nil || info.Size() == 0 {
		return errors.Join(err, file.Close()) // a browser's way to say that none was chosen
	}
	u.file = file
	return nil
}

// source remembers that reading failed, not writing.
type source struct {
	io.Reader
	err error
}

func (s *source) Read(b []byte) (int, error) {
	n, err := s.Reader.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		s.err = err
	}
	return n, err
}

// fileInto hands the file of a form, of at most so many bytes, to take as it
// comes; size is how many there are at most, -1 when nobody knows. none and half
// are what to say where there is no file, or only the beginning of one.
func (r *request) fileInto(most int64, none, half *store.Error, take func(in io.Reader, size int64) error) error {
	size := r.Request().ContentLength
	parts, err := r.largeForm(most)
	if err != nil {
		return none.Because(err)
	}
	for {
		part, err := parts.NextPart()
		if err != nil {
			return none.Because(err) // its end too
		}
		if part.FormName() != "file" || part.FileName() == "" {
			continue
		}
		in := &source{Reader: part}
		err = take(in, size)
		if err != nil && in.err == nil { // a browser hears nothing before all was sent
			_, _ = io.CopyN(io.Discard, part, maxWaste)
		}
		if in.err != nil && err != nil { // the phone went away in the middle
			return half.Because(err)
		}
		return err
	}
}

func (u *upload) word(part *multipart.Part) error {
	b, err := io.ReadAll(io.LimitReader(part, maxField+1))
	switch {
	case err != nil:
		return badForm(err)
	case len(b) > maxField:
		return errTooLarge
	case !isText(part.FormName()) || !isText(string(b)):
		return errBadText
	}
	u.f.values.Add(part.FormName(), clean(string(b)))
	return nil
}

func (u *upload) close() error {
	if u.file == nil {
		return nil
	}
	return u.file.Close()
}

// badForm is the error of a form that ended too early or is none.
func badForm(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return err
	}
	return errBadText
}

// patience gives a slow phone d to send its form, or to take in a large file;
// the function it returns ends it. The box's own clock may
// be years from the machine's, which deadlines are measured by, so that the
// time is waited for and not set.
func (r *request) patience(d time.Duration) (end func()) {
	c := http.NewResponseController(r.Response())
	if c.SetReadDeadline(time.Time{}) != nil || c.SetWriteDeadline(time.Time{}) != nil {
		return func() {} // not on a connection
	}
	done := make(chan struct{})
	go func() { // ends with the request's
		select {
		case <-r.s.clock.After(d):
			_ = c.SetReadDeadline(time.Unix(1, 0)) // the connection may be gone
			_ = c.SetWriteDeadline(time.Unix(1, 0))
		case <-done:
		}
	}()
	return func() { close(done) }
}

// largeForm reads a form with a file of at most most bytes part by part, so
// that it is never held in memory. Only operators may get here: the time it may
// take has no end, an old telephone on a far router needs it. It fails with
// errTooLarge, or errBadText for another kind of form; parts that come to more
// end in an *http.MaxBytesError.
func (r *request) largeForm(most int64) (*multipart.Reader, error) {
	rc := http.NewResponseController(r.Response())
	_ = rc.SetReadDeadline(time.Time{})  // not every writer can
	_ = rc.SetWriteDeadline(time.Time{}) // as above
	req := r.Request()
	if req.ContentLength > most+maxForm {
		_, _ = io.CopyN(io.Discard, req.Body, maxWaste) // hung up or not: the answer is the same
		return nil, errTooLarge
	}
	req.Body = http.MaxBytesReader(r.Response(), req.Body, most+maxForm)
	parts, err := req.MultipartReader()
	if err != nil {
		return nil, errBadText
	}
	return parts, nil
}
