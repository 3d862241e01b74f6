// Package devices is the contract between Picket and the hardware on the floor:
// what a scan is, what a printer's state is, how a driver is run and restarted.
//
// A driver is one blocking Run. It opens its device, works until the device or
// the context ends, and says why it ended. It never retries, never sleeps before
// opening, never decides what a barcode or a label means. Retrying, backing off and
// keeping health is [Supervisor]'s; owning a printer's one connection is [Port]'s.
//
// The package must NEVER import edge, sync or pwa, never hold a queue of print
// jobs (that is the spool's, and durable), and never call a label printed because
// its bytes were taken: taking is not printing.
package devices
