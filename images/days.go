package images

import "context"

// firstDay is what happens on a new card: nothing of gokrazy's is open, the
// box answers.
func (t *trial) firstDay(ctx context.Context, m *vm, v *visitor) error {
	if err := closed(ctx, m); err != nil {
		return err
	}
	_, err := v.get(ctx, "/aide")
	return err
}

// nextDay is what the village finds after the power cut.
func (t *trial) nextDay(ctx context.Context, _ *vm, v *visitor) error {
	_, err := v.get(ctx, "/aide")
	return err
}
