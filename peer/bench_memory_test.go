package peer

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/neighbour"
	"copi.local/store/storetest"
)

// otherBoxes, in the environment, makes this test program a process of boxes
// that link with one, so that what that one needs for them can be told apart.
const otherBoxes = "COPI_TEST_OTHER_BOXES"

// BenchmarkNeighbourMemory links with some boxes, and then with more: what the
// first one wakes is needed once.
const (
	someNeighbours = 5
	moreNeighbours = 25
)

// contact is what boxes of two processes tell each other.
type contact struct {
	Peer   string
	Origin wire.Hash
	Addrs  []string
}

func (b *testBox) contact() contact { return contact{b.PeerID(), b.origin(), b.Addrs()} }

// knows links b with a box of another process, as two operators would.
func (b *testBox) knows(o contact) {
	b.t.Helper()
	storetest.Update(b.t, b.db, store.Actor{}, func(tx *store.Tx) error {
		return neighbour.SaveLink(tx, neighbour.Link{
			Peer: o.Peer, Origin: o.Origin, Name: "Commune", State: neighbour.Paired, Addresses: o.Addrs, PairedAt: tx.Now,
		})
	})
	if err := b.reload(b.t.Context()); err != nil {
		b.t.Fatal(err)
	}
}

// TestOtherBoxes is the other process of BenchmarkNeighbourMemory.
func TestOtherBoxes(t *testing.T) {
	if os.Getenv(otherBoxes) == "" {
		t.Skip("for a benchmark")
	}
	in := bufio.NewScanner(os.Stdin)
	var one contact
	if !in.Scan() || json.Unmarshal(in.Bytes(), &one) != nil {
		t.Fatal("nobody to link with")
	}
	for i := range moreNeighbours {
		if i == someNeighbours {
			in.Scan() // until those are measured
		}
		b := newTestBox(t, fmt.Sprint("Commune ", i))
		b.put(store.NewID(), fmt.Sprint("Bal numéro ", i))
		b.knows(one)
		line, err := json.Marshal(b.contact())
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println(contactMark + string(line))
	}
	in.Scan() // until the benchmark ends
}

const contactMark = "contact "

// BenchmarkNeighbourMemory links a box with others of another process, and
// reports what memory of this process each of them takes once their cards are
// here. Beyond maxSessions they take turns at being connected.
func BenchmarkNeighbourMemory(b *testing.B) {
	var rounds []float64
	for b.Loop() {
		one := newTestBox(b, "Cajarc")
		others := besideOthers(b, one)
		some := others.meet(someNeighbours)
		others.goOn()
		more := others.meet(moreNeighbours - someNeighbours)
		rounds = append(rounds, float64(more-some)/1024/(moreNeighbours-someNeighbours))
		others.end()
		one.kill()
	}
	report(b, median(rounds, func(f float64) float64 { return f }), "KiB/neighbour", "goal≤150")
}

// others is the other process.
type others struct {
	b    *testing.B
	one  *testBox
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Scanner
	know int
}

func besideOthers(b *testing.B, one *testBox) *others {
	b.Helper()
	o := &others{b: b, one: one, cmd: exec.CommandContext(b.Context(), os.Args[0], "-test.run", "^TestOtherBoxes$")}
	o.cmd.Env = append(os.Environ(), otherBoxes+"=1")
	out, err := o.cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	o.out = bufio.NewScanner(out)
	if o.in, err = o.cmd.StdinPipe(); err != nil {
		b.Fatal(err)
	}
	if err := o.cmd.Start(); err != nil {
		b.Fatal(err)
	}
	if err := json.NewEncoder(o.in).Encode(one.contact()); err != nil {
		b.Fatal(err)
	}
	return o
}

// meet links the box with so many more, and returns its memory when their cards
// are here.
func (o *others) meet(n int) int64 {
	o.b.Helper()
	for met := 0; met < n; {
		if !o.out.Scan() {
			o.b.Fatal("the other boxes ended")
		}
		text, ok := strings.CutPrefix(o.out.Text(), contactMark)
		if !ok {
			continue
		}
		var c contact
		if err := json.Unmarshal([]byte(text), &c); err != nil {
			o.b.Fatal(err)
		}
		o.one.knows(c)
		met++
	}
	o.know += n
	eventually(o.b, "the cards of all are shown", func() bool { return len(o.one.shown("bal")) == o.know })
	time.Sleep(2 * time.Second) // receipts
	return atRest(o.b)
}

func (o *others) goOn() { _, _ = io.WriteString(o.in, "\n") }

func (o *others) end() {
	o.b.Helper()
	_ = o.in.Close()
	for o.out.Scan() { // to its end
		continue
	}
	if err := o.cmd.Wait(); err != nil {
		o.b.Error(err)
	}
}

// atRest is the resident memory of this process without what is rubbish, in
// bytes.
func atRest(t testing.TB) (n int64) {
	t.Helper()
	debug.FreeOSMemory()
	debug.FreeOSMemory() // what the first one's finalizers let go
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Skip("no measure of memory: ", err)
	}
	_, rest, _ := strings.Cut(string(text), "VmRSS:")
	if _, err := fmt.Sscan(rest, &n); err != nil {
		t.Fatal(err)
	}
	return n << 10
}
