package hotspot

const (
	sqlGet = `SELECT mode, ssid, passphrase, channel, country FROM hotspot_settings`
	sqlSet = `UPDATE hotspot_settings SET mode = ?, ssid = ?, passphrase = ?, channel = ?, country = ?`
)
