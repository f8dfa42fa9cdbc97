-- 0064_hotspot: the box's own Wi-Fi.

-- One row. The passphrase is for the poster in the hall and no secret of the
-- commune's; it is kept in clear because hostapd and the poster need it.
CREATE TABLE hotspot_settings (
  one        INTEGER PRIMARY KEY CHECK (one = 1),
  mode       TEXT    NOT NULL CHECK (mode IN ('off', 'portail', 'discret')),
  ssid       TEXT    NOT NULL, -- 1 to 32 bytes; empty before it was ever switched on
  passphrase TEXT    NOT NULL, -- 8 to 63 characters of ASCII, as WPA2 wants them
  channel    INTEGER NOT NULL CHECK (channel BETWEEN 1 AND 13), -- of 2.4 GHz
  country    TEXT    NOT NULL CHECK (length(country) = 2) -- whose rules of radio hold, ISO 3166
) STRICT;

INSERT INTO hotspot_settings VALUES (1, 'off', '', '', 6, 'FR');
