package appliance

import (
	"context"

	"copi.local/peer"
	"copi.local/ui"
)

// SearchBeyond asks linked boxes for what is not carried here.
func (n neighbours) SearchBeyond(ctx context.Context, q ui.BeyondQuestion) (ui.BeyondAnswer, error) {
	got, err := n.node.SearchBeyond(ctx, peer.Search(q))
	out := ui.BeyondAnswer{More: got.More, At: got.At}
	for i := range got.Found {
		out.Cards = append(out.Cards, beyondCard(&got.Found[i]))
	}
	for _, b := range got.Asked {
		out.Asked = append(out.Asked, ui.BeyondBox{Name: b.Name, State: string(b.State)})
	}
	return out, err
}

func beyondCard(f *peer.Finding) ui.BeyondCard {
	return ui.BeyondCard{Card: f.Card, Hops: f.Hops, Via: f.Via, Text: f.Text, TextAt: f.TextAt, Lacks: f.Lacks}
}

// FoundBeyond is a card found in the last ten minutes.
func (n neighbours) FoundBeyond(ctx context.Context, box, id string) (ui.BeyondCard, error) {
	f, err := n.node.FoundBeyond(ctx, box, id)
	if err != nil {
		return ui.BeyondCard{}, err
	}
	return beyondCard(&f), nil
}

// FetchFound brings the text of such a card.
func (n neighbours) FetchFound(ctx context.Context, box, id string) error {
	return n.node.FetchFound(ctx, box, id)
}

// HideFound keeps such a card from being shown here.
func (n neighbours) HideFound(ctx context.Context, box, id string) error {
	return n.node.HideFound(ctx, box, id)
}

// AnswersSearch tells whether linked boxes may search here.
func (n neighbours) AnswersSearch(ctx context.Context) (bool, error) {
	return n.node.AnswersSearch(ctx)
}

// SetAnswersSearch changes it.
func (n neighbours) SetAnswersSearch(ctx context.Context, on bool) error {
	return n.node.SetAnswersSearch(ctx, on)
}
