package appliance

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestLogRingKeepsTheLastLines(t *testing.T) {
	var ring logRing
	log := slog.New(slog.NewTextHandler(&ring, nil))
	for i := range ringLines + 50 {
		log.Info("line", "n", i)
	}
	lines := ring.Lines()
	if len(lines) != ringLines {
		t.Fatalf("%d lines, want %d", len(lines), ringLines)
	}
	for i, want := range map[int]string{0: "n=50", ringLines - 1: fmt.Sprint("n=", ringLines+49)} {
		if !strings.HasSuffix(lines[i], want) {
			t.Errorf("line %d is %q, want …%s", i, lines[i], want)
		}
	}
}
