package clerk

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"picket/edge/floor"
	"picket/sync/oms/store"
)

// leasedAs is where the centre keeps the terms of a site's lease, so that the next one is like the last.
const leasedAs = "lease/"

// run leases a site the run that follows the highest ever leased of a kind and prefix, to anybody. Runs never
// overlap and never come back.
func (w *work) run(site floor.SiteID, in Lease) (out Leased, err error) {
	ledger := in.Number + ":" + in.Prefix
	last, err := w.LastNumber(ledger)
	if err != nil {
		return out, err
	}
	cmd := &floor.LeaseNumbers{Number: in.Number, Prefix: in.Prefix, From: last + 1, To: last + in.Size, Digits: in.Digits, Check: in.Check}
	if p := sound("", cmd); len(p) > 0 {
		return out, p
	}
	if err := w.PutBlock(store.Block{Prefix: ledger, From: cmd.From, To: cmd.To, Site: site}); err != nil {
		return out, err
	}
	body, err := json.Marshal(&in)
	if err != nil {
		return out, err
	}
	if err := w.PutSetting(site, store.Setting{Key: leasedAs + in.Number, Subject: "site", Body: body}); err != nil {
		return out, err
	}
	out = Leased{Number: in.Number, Prefix: in.Prefix, From: cmd.From, To: cmd.To}
	return out, w.send(site, w.id(), "picket.numbers.lease.v1", "site", cmd)
}

// asked leases the next run of a kind that runs low at the site, on the terms of the last.
func (f *folding) asked(record string, e *floor.NumbersAsked) error {
	if e.Number == floor.NumberSSCC {
		f.low = true
		return nil
	}
	in, err := settingOf[Lease](f.work, f.site, leasedAs+e.Number)
	if err != nil {
		return err
	}
	if in == nil {
		f.odd(record, "asks for numbers for "+e.Number+", which the centre never leased to it")
		return nil
	}
	if open, err := f.quarantine(); err != nil {
		return err
	} else if open {
		return f.owe(owed{Site: f.site, Numbers: e.Number})
	}
	if _, err := f.run(f.site, *in); err != nil {
		f.odd(record, "asks for numbers for "+e.Number+", and there are none: "+err.Error())
	}
	return nil
}

// burnt writes off what the site will not draw any more; the next lease follows when it asks.
func (f *folding) burnt() error {
	blocks, err := f.Blocks(f.site)
	if err != nil {
		return err
	}
	for _, b := range blocks {
		if b.Used >= b.To || strings.Contains(b.Prefix, ":") {
			continue
		}
		b.Used = b.To
		if err := f.PutBlock(b); err != nil {
			return err
		}
	}
	return nil
}

// liftMargin is how many leases a site that was lifted unheard may have had since the backup, or a box that is lost: their
// numbers are nobody's.
const liftMargin = 20

// unheard notes that nobody will say which numbers a site was leased since the backup.
func (w *work) unheard(site floor.SiteID) error {
	r, err := w.restored()
	if err != nil || slices.Contains(r.Burn, site) || !on(RuleMargin) {
		return err
	}
	r.Burn = append(r.Burn, site)
	return w.keep(r)
}

// burnMargins is done when the last site was heard or lifted, before anybody is leased anything again: what sites remember of
// runs is known by then, and what nobody remembers follows the highest of them.
func (w *work) burnMargins(r *restore) error {
	for _, id := range r.Burn {
		s, err := w.Site(id)
		if err != nil {
			return err
		}
		if err := w.burnMargin(s); err != nil {
			return err
		}
	}
	r.Burn = nil
	return nil
}

func (w *work) burnMargin(s store.Site) error {
	last, err := w.LastNumber(s.Prefix)
	if err != nil {
		return err
	}
	to := last + liftMargin*s.Block
	return w.PutBlock(store.Block{Prefix: s.Prefix, From: last + 1, To: to, Used: to}) // nobody's: whoever shows a run of it has it
}

// leased takes in that a site has numbers, which the centre may have leased to it in a life it forgot.
func (f *folding) leased(record string, e *floor.NumbersLeased) error {
	ledger := e.Prefix
	if e.Number != floor.NumberSSCC {
		ledger = e.Number + ":" + e.Prefix
	}
	blocks, err := f.Blocks(f.site)
	if err != nil {
		return err
	}
	for _, b := range blocks {
		if b.Prefix == ledger && b.From <= e.From && e.To <= b.To {
			return nil
		}
	}
	// Sites are heard in any order: a run below the highest may still be this one's alone.
	if other, err := f.leasedTo(ledger, e.From, e.To); err != nil || other {
		f.odd(record, "has numbers of "+ledger+" from "+strconv.FormatUint(e.From, 10)+" to "+strconv.FormatUint(e.To, 10)+", which the centre leased to somebody else")
		return err
	}
	return f.PutBlock(store.Block{Prefix: ledger, From: e.From, To: e.To, Site: f.site})
}

// leasedTo says whether the centre leased any number of a run to a site.
func (f *folding) leasedTo(ledger string, from, to uint64) (bool, error) {
	sites, err := f.Sites()
	if err != nil {
		return false, err
	}
	for _, s := range sites {
		blocks, err := f.Blocks(s.ID)
		if err != nil {
			return false, err
		}
		for _, b := range blocks {
			if b.Prefix == ledger && b.From <= to && from <= b.To {
				return true, nil
			}
		}
	}
	return false, nil
}

// unleased takes in that a parcel has a number of no run this centre remembers: its run was leased in a life that is forgotten,
// to a box that burnt before it was heard, and the device that had it from there says so. Nobody else gets it from here on.
func (f *folding) unleased(record string, unit floor.UnitID) error {
	s, err := f.Site(f.site)
	if err != nil || s.Prefix == "" || !strings.HasPrefix(string(unit), s.Prefix) {
		return err
	}
	serial, err := strconv.ParseUint(strings.TrimPrefix(string(unit[:17]), s.Prefix), 10, 64)
	if err != nil {
		return nil // no number of ours
	}
	if other, err := f.leasedTo(s.Prefix, serial, serial); err != nil || other {
		f.odd(record, "has number "+string(unit)+", which the centre leased to somebody else")
		return err
	}
	if last, err := f.LastNumber(s.Prefix); err != nil || serial <= last {
		return err
	}
	to := serial + max(s.Block, 1) - 1 // with the rest of its run
	return f.PutBlock(store.Block{Prefix: s.Prefix, From: serial, To: to, Used: to})
}
