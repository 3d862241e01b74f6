package view

import (
	"cmp"
	"slices"
	"time"

	"picket/edge/floor"
)

// Peripheral is a scanner or a scale at the box itself, and how it does. Printers are rows of their own.
type Peripheral struct {
	ID      string          `json:"id"`
	Name    string          `json:"name"`
	Kind    string          `json:"kind"` // scanner or scale; printer, in the list of all devices
	Station floor.StationID `json:"station,omitempty"`
	State   string          `json:"state"`            // ready or away
	Reason  string          `json:"reason,omitempty"` // why it is away, in a word: not-plugged-in, in-use, no-permission, offline, silent, other
	Words   string          `json:"words"`
	Hint    string          `json:"hint,omitempty"`  // what to do when it is away
	Since   time.Time       `json:"since"`           // since when it is so
	Tries   int             `json:"tries,omitempty"` // times in a row it could not be reached
}

// peripheral is one and the change that brought it.
type peripheral struct {
	Peripheral
	rev uint64
}

// SetPeripheral shows how a scanner or a scale does. Setting what is shown already changes nothing, nor does another try
// that failed like the one before.
func (b *Board) SetPeripheral(p Peripheral) {
	i, found := slices.BinarySearchFunc(b.peripherals, p.ID, func(x peripheral, id string) int { return cmp.Compare(x.ID, id) })
	if found {
		if old := b.peripherals[i].Peripheral; old.State == p.State && old.Words == p.Words && old.Hint == p.Hint && old.Reason == p.Reason && old.Name == p.Name && old.Station == p.Station {
			return
		}
	} else {
		b.peripherals = slices.Insert(b.peripherals, i, peripheral{})
	}
	b.rev++
	b.peripherals[i] = peripheral{Peripheral: p, rev: b.rev}
}

func (b *Board) allPeripherals() []Peripheral {
	out := make([]Peripheral, 0, len(b.peripherals))
	for i := range b.peripherals {
		out = append(out, b.peripherals[i].Peripheral)
	}
	return out
}

func (b *Board) peripheralKeys(time.Time) []string {
	out := make([]string, 0, len(b.peripherals)+len(b.printers))
	for i := range b.peripherals {
		out = append(out, b.peripherals[i].ID)
	}
	for i := range b.printers {
		out = append(out, printerKey+string(b.printers[i].ID))
	}
	slices.Sort(out)
	return out
}

// printerKey stands before a printer's id among the devices, where a scanner may have the same.
const printerKey = "printer:"

func (b *Board) peripheralRow(key string, _ time.Time) any {
	for i := range b.peripherals {
		if b.peripherals[i].ID == key {
			return &b.peripherals[i].Peripheral
		}
	}
	for i := range b.printers {
		if p := &b.printers[i].Printer; printerKey+string(p.ID) == key {
			row := &Peripheral{ID: key, Name: p.Name, Kind: "printer", State: p.State, Words: p.Words, Since: p.At}
			if len(p.Stations) == 1 {
				row.Station = p.Stations[0] // of several it is no bench's own
			}
			return row
		}
	}
	return nil
}
