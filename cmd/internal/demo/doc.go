// Package demo is a small company on one machine: a broker, the reference OMS, a store and a warehouse, with
// printers, a catalogue, people and orders trickling in. Each part is a process of its own, so that it can
// be stopped, killed and started again like in life.
//
// It must NEVER be needed by the product, nor give the product anything that a real site would not get
// through the same doors: everything here goes in by the OMS's REST interface and the site's own.
package demo
