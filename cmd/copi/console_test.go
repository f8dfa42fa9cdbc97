package main

import (
	"errors"
	"os"
	"slices"
	"testing"
)

// records notes each write, as the kernel makes each a record.
type records struct{ got []string }

func (r *records) Write(b []byte) (int, error) {
	r.got = append(r.got, string(b))
	return 0, errors.New("the kernel drops it")
}

func TestEachLineIsOneRecordOfTheKernelsLog(t *testing.T) {
	r := &records{}
	n, err := kernelLog{r}.Write([]byte("http://copi.local\n\nset-up code: K7QM-3FXD\n"))
	if err != nil || n != 42 {
		t.Errorf("wrote %d, %v", n, err)
	}
	if want := []string{"<13>copi: http://copi.local", "<13>copi: set-up code: K7QM-3FXD"}; !slices.Equal(r.got, want) {
		t.Errorf("records %q", r.got)
	}
}

func TestOffTheCardOutputIsLeftAlone(t *testing.T) {
	if w := onScreen(os.Stdout); w != os.Stdout {
		t.Error("this machine is taken for a card")
	}
}
