package floor

import (
	"bytes"
	"encoding/json"
	"strconv"
	"time"
)

// The events of a scan are most of what a site writes, so they are encoded and decoded by hand. The bytes are
// those of encoding/json; the tests hold both against each other.

// quickEncoder is an event that appends its own data.
type quickEncoder interface{ appendData(b []byte) []byte }

func (e *PickConfirmed) appendData(b []byte) []byte {
	if e.PickDetail != nil && e.PickDetail.some() {
		return e.appendAll(b)
	}
	b = append(b, `{"order":`...)
	b = quote(b, string(e.Order))
	b = field(b, "line", string(e.Line))
	b = field(b, "sku", string(e.SKU))
	b = append(b, `,"qty":`...)
	b = strconv.AppendInt(b, int64(e.Qty), 10)
	b = field(b, "bin", string(e.Bin))
	b = some(b, "code", e.Code)
	return append(b, '}')
}

// appendAll goes the slow way: few picks have more than a scan brings.
func (e *PickConfirmed) appendAll(b []byte) []byte {
	type plain PickConfirmed
	data, err := json.Marshal((*plain)(e))
	if err != nil { // a value of plain fields can always be encoded
		return append(b, "{}"...)
	}
	return append(b, data...)
}

func (e *UnitFilled) appendData(b []byte) []byte {
	if e.Against != "" || e.Rule != "" { // rare, so it goes the slow way
		type slow UnitFilled
		data, _ := json.Marshal((*slow)(e))
		return append(b, data...)
	}
	b = append(b, `{"order":`...)
	b = quote(b, string(e.Order))
	b = field(b, "unit", string(e.Unit))
	b = field(b, "line", string(e.Line))
	b = field(b, "sku", string(e.SKU))
	b = append(b, `,"qty":`...)
	b = strconv.AppendInt(b, int64(e.Qty), 10)
	return append(b, '}')
}

// reader takes a record's bytes apart in the order Encode writes them. At the first thing it does not expect
// it gives up, and the slow way says what is wrong, if anything is.
type reader struct {
	b   []byte
	bad bool
}

// lit passes over a fixed text; it says whether it was there, and leaves everything as it is when not.
func (r *reader) lit(text string) bool {
	if len(r.b) >= len(text) && string(r.b[:len(text)]) == text {
		r.b = r.b[len(text):]
		return true
	}
	return false
}

func (r *reader) must(text string) { r.bad = !r.lit(text) || r.bad }

// str reads the rest of a string whose opening quote is passed, if it has no escapes.
func (r *reader) str() string {
	end := bytes.IndexByte(r.b, '"')
	if end < 0 {
		r.bad = true
		return ""
	}
	s := r.b[:end]
	for _, c := range s {
		if c == '\\' || c < 0x20 || c >= 0x7f {
			r.bad = true
			return ""
		}
	}
	r.b = r.b[end+1:]
	return string(s)
}

// opt reads a string field that may be absent.
func (r *reader) opt(name string) string {
	if r.lit(name) {
		return r.str()
	}
	return ""
}

func (r *reader) num() uint64 {
	n, i := uint64(0), 0
	for i < len(r.b) && r.b[i] >= '0' && r.b[i] <= '9' {
		n = n*10 + uint64(r.b[i]-'0')
		i++
	}
	if i == 0 || i > 18 || i > 1 && r.b[0] == '0' {
		r.bad = true
	}
	r.b = r.b[i:]
	return n
}

// when reads a time in the form Encode writes.
func (r *reader) when() time.Time {
	if len(r.b) < 25 || r.b[24] != '"' || r.b[23] != 'Z' || r.b[19] != '.' || r.b[10] != 'T' || r.b[4] != '-' || r.b[7] != '-' || r.b[13] != ':' || r.b[16] != ':' {
		r.bad = true
		return time.Time{}
	}
	two := func(i int) int {
		a, b := r.b[i]-'0', r.b[i+1]-'0'
		r.bad = r.bad || a > 9 || b > 9
		return int(a)*10 + int(b)
	}
	y, mo, d, h, mi, s := two(0)*100+two(2), two(5), two(8), two(11), two(14), two(17)
	ms := two(20)*10 + two(21)%10
	t := time.Date(y, time.Month(mo), d, h, mi, s, ms*1_000_000, time.UTC)
	// A day that does not exist would move on to the next month: let the slow way say so.
	r.bad = r.bad || t.Day() != d || int(t.Month()) != mo || h > 23 || mi > 59 || s > 59
	r.b = r.b[25:]
	return t
}

// quick reads a scan's record, and says whether it could.
func quick(raw []byte) (Record, bool) {
	r := reader{b: raw}
	var out Record
	r.must(`{"specversion":"1.0","id":"`)
	out.ID = RecordID(r.str())
	r.must(`,"source":"`)
	out.Source = r.str()
	var e Event
	switch {
	case r.lit(`,"type":"picket.pick.confirmed.v1"`):
		out.Type, e = "picket.pick.confirmed.v1", &PickConfirmed{}
	case r.lit(`,"type":"picket.unit.filled.v1"`):
		out.Type, e = "picket.unit.filled.v1", &UnitFilled{}
	default:
		return out, false
	}
	r.must(`,"subject":"`)
	out.Subject = r.str()
	r.must(`,"time":"`)
	out.Time = r.when()
	r.must(`,"seq":`)
	out.Seq = Seq(r.num())
	r.must(`,"log":"`)
	out.Log = LogID(r.str())
	if r.lit(`,"dev":"`) {
		out.Device = DeviceID(r.str())
		r.must(`,"devseq":`)
		out.N = r.num()
	}
	out.Actor = UserID(r.opt(`,"actor":"`))
	out.Station = StationID(r.opt(`,"station":"`))
	if r.lit(`,"at":"`) {
		out.At = r.when()
	}
	r.must(`,"cause":"`)
	out.Cause = CommandID(r.str())
	out.Digest = r.opt(`,"digest":"`)
	r.must(`,"data":{"order":"`)
	switch e := e.(type) {
	case *PickConfirmed:
		e.Order = OrderID(r.str())
		r.must(`,"line":"`)
		e.Line = LineID(r.str())
		r.must(`,"sku":"`)
		e.SKU = SKU(r.str())
		r.must(`,"qty":`)
		e.Qty = int(r.num())
		r.must(`,"bin":"`)
		e.Bin = BinID(r.str())
		e.Code = r.opt(`,"code":"`)
	case *UnitFilled:
		e.Order = OrderID(r.str())
		r.must(`,"unit":"`)
		e.Unit = UnitID(r.str())
		r.must(`,"line":"`)
		e.Line = LineID(r.str())
		r.must(`,"sku":"`)
		e.SKU = SKU(r.str())
		r.must(`,"qty":`)
		e.Qty = int(r.num())
	}
	r.must(`}}`)
	out.Event = e
	return out, !r.bad && len(r.b) == 0 && out.ID != "" && out.Cause != "" && out.Seq != 0
}
