package sqlstore

// Schema creates the tables of version 2. {bytes} is the database's type for bytes. Every statement may run
// on a database that has the table already.
var Schema = []string{
	`CREATE TABLE IF NOT EXISTS meta(name TEXT PRIMARY KEY, value TEXT NOT NULL)`,

	`CREATE TABLE IF NOT EXISTS item(sku TEXT PRIMARY KEY, body TEXT NOT NULL)`,
	`CREATE TABLE IF NOT EXISTS item_code(gtin TEXT PRIMARY KEY, sku TEXT NOT NULL)`,
	`CREATE INDEX IF NOT EXISTS item_code_sku ON item_code(sku)`,

	`CREATE TABLE IF NOT EXISTS site(id TEXT PRIMARY KEY, name TEXT NOT NULL, zone TEXT NOT NULL, capacity BIGINT NOT NULL,
		prefix TEXT NOT NULL, block BIGINT NOT NULL)`,
	`CREATE TABLE IF NOT EXISTS bin(site TEXT NOT NULL, id TEXT NOT NULL, walk BIGINT NOT NULL, body TEXT NOT NULL, PRIMARY KEY(site, id))`,
	`CREATE TABLE IF NOT EXISTS site_user(site TEXT NOT NULL, name TEXT NOT NULL, version BIGINT NOT NULL, digest TEXT NOT NULL,
		body {bytes} NOT NULL, PRIMARY KEY(site, name))`,
	`CREATE TABLE IF NOT EXISTS number_block(prefix TEXT NOT NULL, lo BIGINT NOT NULL, hi BIGINT NOT NULL, site TEXT NOT NULL, used BIGINT NOT NULL,
		PRIMARY KEY(prefix, lo))`,
	`CREATE INDEX IF NOT EXISTS number_block_site ON number_block(site)`,
	`CREATE TABLE IF NOT EXISTS site_mark(site TEXT PRIMARY KEY, node TEXT NOT NULL, epoch BIGINT NOT NULL, log TEXT NOT NULL, applied BIGINT NOT NULL,
		hash {bytes} NOT NULL, pos BIGINT NOT NULL, orphan BIGINT NOT NULL, stable BIGINT NOT NULL, lineage BIGINT NOT NULL, acked BIGINT NOT NULL,
		folded BIGINT NOT NULL, as_of BIGINT NOT NULL, as_of_at BIGINT NOT NULL, heard BIGINT NOT NULL, stuck_seq BIGINT NOT NULL, stuck_type TEXT NOT NULL,
		odd BIGINT NOT NULL, odd_last TEXT NOT NULL)`,

	`CREATE TABLE IF NOT EXISTS site_feed(site TEXT NOT NULL, lineage BIGINT NOT NULL, seq BIGINT NOT NULL, hash {bytes} NOT NULL,
		record TEXT NOT NULL, raw {bytes} NOT NULL, PRIMARY KEY(site, lineage, seq))`,
	`CREATE INDEX IF NOT EXISTS site_feed_record ON site_feed(site, record)`,
	`CREATE TABLE IF NOT EXISTS site_setting(site TEXT NOT NULL, name TEXT NOT NULL, type TEXT NOT NULL, subject TEXT NOT NULL, body {bytes} NOT NULL,
		PRIMARY KEY(site, name))`,
	`CREATE TABLE IF NOT EXISTS site_feed_row(site TEXT NOT NULL, lineage BIGINT NOT NULL, seq BIGINT NOT NULL, ref TEXT NOT NULL,
		body {bytes} NOT NULL, PRIMARY KEY(site, lineage, seq, ref))`,
	`CREATE INDEX IF NOT EXISTS site_feed_row_ref ON site_feed_row(ref)`,

	// What a site told, many facts a row (pack.go), each row under the pos of its first; and which record ids that are
	// (known.go): from lo to hi under a stem, in the rows from pos to last.
	`CREATE TABLE IF NOT EXISTS site_pack(site TEXT NOT NULL, pos BIGINT NOT NULL, n BIGINT NOT NULL, body {bytes} NOT NULL, PRIMARY KEY(site, pos))`,
	`CREATE TABLE IF NOT EXISTS site_known(site TEXT NOT NULL, stem TEXT NOT NULL, lo BIGINT NOT NULL, hi BIGINT NOT NULL, pos BIGINT NOT NULL,
		last BIGINT NOT NULL, PRIMARY KEY(site, stem, lo)){keyed}`,
	`CREATE TABLE IF NOT EXISTS site_chain(site TEXT NOT NULL, seq BIGINT NOT NULL, hash {bytes} NOT NULL, pos BIGINT NOT NULL, PRIMARY KEY(site, seq)){keyed}`,
	// A stretch of the chain that is facts in a row: record seq+i is fact pos+i, for i below n. A record that was known
	// before has a row of its own in site_chain instead.
	`CREATE TABLE IF NOT EXISTS site_run(site TEXT NOT NULL, seq BIGINT NOT NULL, n BIGINT NOT NULL, pos BIGINT NOT NULL, PRIMARY KEY(site, seq)){keyed}`,
	`CREATE TABLE IF NOT EXISTS site_proof(site TEXT NOT NULL, ref TEXT NOT NULL, order_id TEXT NOT NULL, taken BIGINT NOT NULL, sealed {bytes} NOT NULL,
		PRIMARY KEY(site, ref))`,
	`CREATE INDEX IF NOT EXISTS site_proof_order ON site_proof(site, order_id)`,
	`CREATE INDEX IF NOT EXISTS site_proof_taken ON site_proof(taken)`,
	`CREATE TABLE IF NOT EXISTS site_portrait(site TEXT PRIMARY KEY, id TEXT NOT NULL, pos BIGINT NOT NULL, body {bytes} NOT NULL)`,
	// What else was told under an id that is known: of a record that stands in its place, the one that stood there.
	`CREATE TABLE IF NOT EXISTS site_second(site TEXT NOT NULL, record TEXT NOT NULL, raw {bytes} NOT NULL, PRIMARY KEY(site, record))`,
	`CREATE TABLE IF NOT EXISTS site_parked(site TEXT NOT NULL, seq BIGINT NOT NULL, raw {bytes} NOT NULL, PRIMARY KEY(site, seq))`,

	`CREATE TABLE IF NOT EXISTS orders(id TEXT PRIMARY KEY, channel TEXT NOT NULL, number TEXT NOT NULL, state TEXT NOT NULL, site TEXT NOT NULL,
		due BIGINT NOT NULL, body TEXT NOT NULL, routing TEXT NOT NULL)`,
	`CREATE UNIQUE INDEX IF NOT EXISTS orders_name ON orders(channel, number)`,
	`CREATE INDEX IF NOT EXISTS orders_state ON orders(state, id)`,
	`CREATE INDEX IF NOT EXISTS orders_site ON orders(site, id)`,
	`CREATE TABLE IF NOT EXISTS order_line(order_id TEXT NOT NULL, line TEXT NOT NULL, sku TEXT NOT NULL, qty BIGINT NOT NULL, PRIMARY KEY(order_id, line))`,
	`CREATE INDEX IF NOT EXISTS order_line_sku ON order_line(sku)`,
	`CREATE TABLE IF NOT EXISTS order_want(order_id TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY(order_id, name))`,
	`CREATE INDEX IF NOT EXISTS order_want_name ON order_want(name)`,
	`CREATE TABLE IF NOT EXISTS pii(order_id TEXT PRIMARY KEY, body TEXT NOT NULL)`,
	`CREATE TABLE IF NOT EXISTS timeline(order_id TEXT NOT NULL, n BIGINT NOT NULL, body TEXT NOT NULL, PRIMARY KEY(order_id, n))`,

	`CREATE TABLE IF NOT EXISTS assignment(id TEXT PRIMARY KEY, order_id TEXT NOT NULL, line_group BIGINT NOT NULL, site TEXT NOT NULL,
		at_site TEXT NOT NULL, state TEXT NOT NULL, body TEXT NOT NULL)`,
	`CREATE UNIQUE INDEX IF NOT EXISTS assignment_name ON assignment(site, at_site)`,
	`CREATE INDEX IF NOT EXISTS assignment_order ON assignment(order_id)`,
	`CREATE UNIQUE INDEX IF NOT EXISTS one_live ON assignment(order_id, line_group)
		WHERE state NOT IN ('released','shipped','handed_over','rejected','revoked','duplicate')`,

	`CREATE TABLE IF NOT EXISTS reservation(assignment TEXT NOT NULL, line TEXT NOT NULL, site TEXT NOT NULL, sku TEXT NOT NULL, qty BIGINT NOT NULL,
		PRIMARY KEY(assignment, line))`,
	`CREATE INDEX IF NOT EXISTS reservation_site ON reservation(site, sku)`,
	`CREATE TABLE IF NOT EXISTS stock(site TEXT NOT NULL, sku TEXT NOT NULL, place TEXT NOT NULL, qty BIGINT NOT NULL, PRIMARY KEY(site, sku, place))`,
	`CREATE TABLE IF NOT EXISTS site_drift(site TEXT NOT NULL, sku TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY(site, sku))`,
}
