package appliance

import (
	"context"
	"log/slog"
	"net"
	"time"

	"copi.local/peer"
	"copi.local/peer/wire"
	"copi.local/store"
	"copi.local/store/account"
	"copi.local/store/neighbour"
)

// freePort fails when the address for neighbours is taken, before anything is
// changed on disk.
func freePort(ctx context.Context, addr string) error {
	if addr == "" {
		return nil
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	return l.Close()
}

// newNode joins the box to its neighbours; nil when cfg does not want that.
func newNode(ctx context.Context, cfg Config, db *store.DB, log *slog.Logger, photos peer.Photos) (*peer.Node, error) {
	if cfg.Peer == "" {
		return nil, nil
	}
	if err := peer.SettleKey(ctx, db, cfg.Data); err != nil {
		return nil, err
	}
	id, err := peer.LoadIdentity(cfg.Data)
	if err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		return nil, err
	}
	return peer.New(peer.Options{
		DB: db, Identity: id, Listen: cfg.Peer, Version: cfg.Version, Log: log, Discover: cfg.MDNS, Recovery: recoveryOf(db), Photos: photos,
		Bundles: bundles(cfg.Data),
		Machine: machineOf("/", cfg.Data),
		Zone:    zone,
	})
}

// recoveryOf reads the recovery key's hash, which is there once the box is set
// up.
func recoveryOf(db *store.DB) peer.Recovery {
	return func(ctx context.Context) (hash wire.Hash, known bool, err error) {
		err = db.View(ctx, func(tx *store.Tx) error {
			ready, err := account.Ready(tx)
			if err != nil || !ready {
				return err
			}
			box, err := account.BoxOf(tx)
			known = copy(hash[:], box.RecoveryHash) == len(hash)
			return err
		})
		return hash, known, err
	}
}

// originOf is the box's id among boxes, zero before it has one.
func originOf(tx *store.Tx) (wire.Hash, error) {
	own, err := neighbour.OwnLog(tx)
	if store.KindOf(err) == store.NotFound {
		return wire.Hash{}, nil
	}
	return own.Origin, err
}
