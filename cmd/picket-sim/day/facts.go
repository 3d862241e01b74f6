package day

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// fact is a record of the site's journal, as it is given for audit: what was accepted.
type fact struct {
	Type  string          `json:"type"`
	Cause string          `json:"cause"`
	Data  json.RawMessage `json:"data"`
}

// most records one command leaves behind, about: a recall of a large order.
const mostFacts = 60

// facts are the records an accepted command left. Where it depends on what others did a moment before, what a
// command came to is read here, and not guessed from what was asked.
func (w *world) facts(p *person, a Answer) []fact { return w.factsOf(w.site, p, a) }

// factsAt are the records of the site somebody works at.
func (w *world) factsAt(p *person, a Answer) []fact { return w.factsOf(p.door(), p, a) }

func (w *world) factsOf(s Site, p *person, a Answer) []fact {
	if a.Seq == 0 {
		return nil
	}
	var out []fact
	for _, f := range w.records(s, p, fmt.Sprintf("from=%d&to=%d", max(1, int(a.Seq)-mostFacts), a.Seq)) {
		if f.Cause == a.ID {
			out = append(out, f)
		}
	}
	return out
}

// readFacts reads records as the site gives them, a line each.
func readFacts(raw []byte) (out []fact) {
	lines := bufio.NewScanner(bytes.NewReader(raw))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var x struct {
			Record *fact `json:"record"`
		}
		if err := json.Unmarshal(lines.Bytes(), &x); err != nil {
			panic(fmt.Errorf("journal: %w", err))
		}
		if x.Record != nil {
			out = append(out, *x.Record)
		}
	}
	return out
}

// lineQty is a quantity of a line in a record.
type lineQty struct {
	Line    string `json:"line"`
	SKU     string `json:"sku"`
	Qty     int    `json:"qty"`
	Broken  int    `json:"broken"`
	Missing int    `json:"missing"`
	Revived int    `json:"revived"`
}

// linesOf reads the lines of the records of a kind.
func linesOf(facts []fact, kind string) []lineQty {
	var out []lineQty
	for _, f := range facts {
		if !strings.HasSuffix(f.Type, kind) {
			continue
		}
		var x struct {
			Lines []lineQty `json:"lines"`
		}
		if err := json.Unmarshal(f.Data, &x); err != nil {
			panic(fmt.Errorf("%s: %w", f.Type, err))
		}
		out = append(out, x.Lines...)
	}
	return out
}
