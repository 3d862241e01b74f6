package devicetest

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Person is a machine whose knobs are somebody's hands: each turn of one is asked for in words, and Ask returns when it is
// done, with what was answered. It makes a real printer a [Machine].
type Person struct {
	Ask func(what string) (answer string)

	out [2]int // what was in the tray when a case began
}

// Hands runs the cases of the suite that a person can do to any printer, one after the other at the same bench. The others need
// a network that is slow, silent or cut in the right moment, and are named in the log.
func Hands(t *testing.T, b Bench, p *Person) {
	b.Machine = p
	var left []string
	for _, c := range cases {
		if !c.hands {
			left = append(left, c.name)
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			p.Ask("make it ready: labels in, head closed, not paused, switched on")
			p.out = [2]int{}
			p.out[0], p.out[1] = p.Out()
			c.test(start(t, b))
		})
	}
	t.Logf("not asked of a person: %s", strings.Join(left, "; "))
}

// LoadMedia asks for labels: so many, any number, or none.
func (p *Person) LoadMedia(n int) {
	switch {
	case n < 0:
		p.Ask("load labels and close it")
	case n == 0:
		p.Ask("take the labels out and close it")
	default:
		p.Ask(fmt.Sprintf("load exactly %d labels and close it", n))
	}
}

// OpenHead asks for the print head to be opened or closed.
func (p *Person) OpenHead(open bool) {
	p.Ask(choose(open, "open the print head", "close the print head"))
}

// RibbonOut asks for the ribbon to be taken out or put in.
func (p *Person) RibbonOut(out bool) {
	p.Ask(choose(out, "take the ribbon out and close it", "load ribbon and close it"))
}

// Pause asks for the pause key.
func (p *Person) Pause(on bool) {
	p.Ask(choose(on, "press pause: it is paused", "press pause: it goes on"))
}

// PowerCut asks for the plug to be pulled.
func (p *Person) PowerCut() { p.Ask("pull its plug") }

// PowerOn asks for it to be switched on.
func (p *Person) PowerOn() error {
	p.Ask("plug it in, switch it on and wait until it is ready")
	return nil
}

// Out asks how many labels came out since the case began.
func (p *Person) Out() (whole, torn int) {
	read := func(what string) int {
		for {
			n, err := strconv.Atoi(strings.TrimSpace(p.Ask(what)))
			if err == nil && n >= 0 {
				return n
			}
		}
	}
	return read("count: how many whole labels have come out so far, in all?") - p.out[0], read("count: how many torn ones, in all?") - p.out[1]
}

// Coming is nothing that a person could say in time.
func (p *Person) Coming() bool { return false }

// Silence, Hang, SlowNetwork and Disconnect are beyond a person's hands; no case for hands asks for them.
func (p *Person) Silence(bool)              { panic("no hand can do that") }
func (p *Person) Hang(bool)                 { panic("no hand can do that") }
func (p *Person) SlowNetwork(time.Duration) { panic("no hand can do that") }
func (p *Person) Disconnect()               { panic("no hand can do that") }

func choose(b bool, yes, no string) string {
	if b {
		return yes
	}
	return no
}
