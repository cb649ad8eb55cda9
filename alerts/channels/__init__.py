"""Who carries a message: a file a channel. `alerts.carrier` knows them all."""
