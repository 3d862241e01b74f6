package floor

import "strconv"

// A bin that the site does not have holds no goods. Who names one before he takes or lays down anything is
// refused. What was done already is booked against the bin the walk leads to, and stands on the desk.

var binCases = map[string][2]string{
	"unknown_bin_taken": {"{qty} × {item} {qty:was|were} taken from bin {bin}, which this site does not have. {qty:It is|They are} booked from {booked}.", "Ask where the goods really lay, and count that bin and {booked}; a new bin has to be set up first (bin.set)."},
	"unknown_bin_put":   {"{qty} × {item} {qty:was|were} put into bin {bin}, which this site does not have. {qty:It is|They are} booked into {booked}.", "Find the goods, and count the bin they lie in and {booked}; a new bin has to be set up first (bin.set)."},
}

// binFor is the bin that units come from or go into: the one that was said, or the one the walk leads to. A bin
// that the site does not have, and whose book has none of the item, is refused; when it was done already it is
// only named, and the walk's bin stands in for it.
func (s *State) binFor(said BinID, sku SKU, done bool, walk func() BinID) (bin, named BinID, no *Refusal) {
	switch {
	case said == "":
		return walk(), "", nil
	case said == NoBin || s.Bins[said] != nil || s.OnHand(InBin(said), sku) > 0:
		return said, "", nil
	}
	if no := check([2]string{"bin", string(said)}); no != nil {
		return "", "", no
	}
	leads := walk()
	switch {
	case said == leads:
		return said, "", nil
	case !done:
		return "", "", Refuse(UnknownBin, "bin", string(said))
	}
	return leads, said, nil
}

// took puts on the desk that units came from a bin that is none. An empty name is none.
func (s *State) took(named, booked BinID, subject string, sku SKU, qty int) {
	if named != "" {
		s.raise("unknown_bin_taken", subject, "qty", strconv.Itoa(qty), "sku", string(sku), "bin", string(named), "booked", string(booked))
	}
}

// laid puts on the desk that units went into a bin that is none.
func (s *State) laid(named, booked BinID, subject string, sku SKU, qty int) {
	if named != "" {
		s.raise("unknown_bin_put", subject, "qty", strconv.Itoa(qty), "sku", string(sku), "bin", string(named), "booked", string(booked))
	}
}
