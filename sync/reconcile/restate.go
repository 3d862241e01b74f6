package reconcile

import "time"

// A centre that was put back to before what it had called stable lacks records that its site has dropped. The site says
// what they came to: its shell writes its whole state into the log, as records like any other, so the chain, the cursor
// and the quarantine hold for it as for anything it tells. A second refusal behind it is for people.

// restate has the shell do it. Nothing else goes there meanwhile.
func (e *Site) restate(why string, out []Effect) []Effect {
	e.phase, e.redo, e.chal, e.telling = siteTaking, time.Time{}, nil, true
	return append(out, Trouble{Code: TroubleRestate, Reason: why + ": this site tells what its records came to"}, Restate{})
}

// restated goes on with the handshake behind its commit.
func (e *Site) restated(now time.Time, ev Restated, out []Effect) []Effect {
	if !e.telling {
		return out
	}
	e.telling = false
	if ev.Err != nil {
		out = append(out, Trouble{Code: TroubleApply, Reason: ev.Err.Error()})
		if e.phase == siteTaking {
			e.phase, e.redo = siteRefused, now.Add(e.s.t.ApplyRetry)
		}
		return out
	}
	e.state.Restated = ev.From
	switch {
	case e.phase == siteTaking:
		e.tries = 0
		return e.hello(now, out)
	case e.phase == siteProving && e.chal != nil:
		return e.prove(now, out)
	}
	return out
}
