package gs1

import "strings"

// Coupons of North America (8110, 8112) are read field by field, and only for their form: nothing on a site's floor
// redeems one. Many fields tell their own length in a digit before them.
type coupon struct {
	s   string
	at  int
	off int // of what is wrong
	why string
}

func (c *coupon) wrong(at int, why string) {
	if c.why == ok {
		c.off, c.why = at, why
	}
}

// digits takes n of them.
func (c *coupon) digits(n int, what string) string {
	if c.why != ok {
		return ""
	}
	if len(c.s)-c.at < n {
		c.wrong(len(c.s), "the coupon ends within its "+what)
		return ""
	}
	c.at += n
	return c.s[c.at-n : c.at]
}

// one takes a digit that must be one of set.
func (c *coupon) one(set, what string) string {
	d := c.digits(1, what)
	if d != "" && strings.IndexByte(set, d[0]) < 0 {
		c.wrong(c.at-1, "the coupon's "+what+" is not one of "+set)
	}
	return d
}

// sized takes a length digit, one of set, and that many digits and more.
func (c *coupon) sized(set string, more int, what string) {
	if d := c.one(set, "length of the "+what); c.why == ok {
		c.digits(int(d[0]-'0')+more, what)
	}
}

// purchase is what must be bought: how much, of which kind, of which family.
func (c *coupon) purchase(what string) {
	c.sized("12345", 0, what)
	c.one("012349", what+" code")
	c.digits(3, what+" family")
}

// company is a company prefix; 9 stands for the first purchase's.
func (c *coupon) company(what string) {
	if c.why == ok && c.at < len(c.s) && c.s[c.at] == '9' {
		c.at++
		return
	}
	c.sized("0123456", 6, what)
}

func (c *coupon) date(what string) string {
	d := c.digits(6, what)
	if d == "" {
		return ""
	}
	if at, why := checkYymmdd(d); why != ok {
		c.wrong(c.at-6+at, "the coupon's "+what+": "+why)
	}
	return d
}

// next says whether the optional field of that number comes now, and steps into it.
func (c *coupon) next(field byte) bool {
	if c.why != ok || c.at >= len(c.s) || c.s[c.at] != field {
		return false
	}
	c.at++
	return true
}

func (c *coupon) end() (int, string) {
	if c.at < len(c.s) {
		c.wrong(c.at, "something stands behind the coupon's last field")
	}
	return c.off, c.why
}

func onlyDigits(s string) (int, string) {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return i, "a coupon has only digits"
		}
	}
	return 0, ok
}

// checkCouponcode is (8110): North American Coupon Application Guideline Using GS1 DataBar Expanded Symbols.
func checkCouponcode(s string) (int, string) {
	if at, why := onlyDigits(s); why != ok {
		return at, why
	}
	c := coupon{s: s}
	c.sized("0123456", 6, "company prefix")
	c.digits(6, "offer code")
	c.sized("12345", 0, "save value")
	c.purchase("first purchase")
	if c.next('1') {
		c.one("0123", "rule for more purchases")
		c.purchase("second purchase")
		c.company("second company prefix")
	}
	if c.next('2') {
		c.purchase("third purchase")
		c.company("third company prefix")
	}
	expires := ""
	if c.next('3') {
		expires = c.date("expiry date")
	}
	if c.next('4') {
		if from := c.date("first day"); expires != "" && from > expires {
			c.wrong(c.at-6, "the coupon ends before it begins")
		}
	}
	if c.next('5') {
		c.sized("0123456789", 6, "serial number")
	}
	if c.next('6') {
		c.sized("1234567", 6, "retailer")
	}
	if c.next('9') {
		c.one("01256", "save value code")
		c.one("012", "item the save value is for")
		c.digits(1, "store coupon flag")
		c.one("01", "don't multiply flag")
	}
	return c.end()
}

// checkCouponposoffer is (8112): GS1 AI (8112) Coupon Data Specification.
func checkCouponposoffer(s string) (int, string) {
	if at, why := onlyDigits(s); why != ok {
		return at, why
	}
	c := coupon{s: s}
	c.one("01", "format")
	c.sized("0123456", 6, "funder")
	c.digits(6, "offer code")
	c.sized("0123456789", 6, "serial number")
	return c.end()
}
