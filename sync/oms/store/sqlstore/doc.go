// Package sqlstore is package store in SQL that SQLite and PostgreSQL both read: one text for both, so that
// the second database is a matter of how it is opened. Times are milliseconds since 1970, hashes and bodies
// are bytes, documents are JSON text; nothing is read out of a document by the database.
//
// The package must never open a database, and never use what only one of the two understands.
package sqlstore
