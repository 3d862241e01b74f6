package gs1

import "strings"

// check looks at one component of a value. It returns the offset of what is wrong and why, or "" when all
// is well. The names are those of the dictionary.
type check func(s string) (at int, why string)

const ok = ""

func checkCsum(s string) (int, string) {
	want, err := CheckDigit(s[:len(s)-1])
	if err == nil && want == s[len(s)-1] {
		return 0, ok
	}
	return len(s) - 1, "the check digit is wrong"
}

// companyPrefixLeast is the shortest GS1 Company Prefix.
const companyPrefixLeast = 4

func checkGcppos1(s string) (int, string) {
	for i := range companyPrefixLeast {
		if i >= len(s) || !isDigit(s[i]) {
			return i, "it must begin with a GS1 Company Prefix of at least 4 digits"
		}
	}
	return 0, ok
}

func checkGcppos2(s string) (int, string) {
	at, why := checkGcppos1(s[1:])
	return at + 1, why
}

// set82 is the order of GS1 AI encodable character set 82 (General Specifications figure 7.11-1).
const set82 = `!"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz`

// checkCsumalpha is the check character pair of §7.9.5: primes from the right, modulo 1021.
func checkCsumalpha(s string) (int, string) {
	const set32 = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
	primes := [...]int{2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83}
	n := len(s) - 2
	if n < 0 || n > len(primes) {
		return 0, "too short or too long for a check character pair"
	}
	sum := 0
	for i := range n {
		sum += strings.IndexByte(set82, s[i]) * primes[n-1-i]
	}
	sum %= 1021
	if s[n] != set32[sum>>5] || s[n+1] != set32[sum&31] {
		return n, "the check character pair is wrong"
	}
	return 0, ok
}

func two(s string) int { return int(s[0]-'0')*10 + int(s[1]-'0') }

func below(n int, why string) check {
	return func(s string) (int, string) {
		if two(s) >= n {
			return 0, why
		}
		return 0, ok
	}
}

var (
	checkHh = below(24, "the hour is not 00 to 23")
	checkMi = below(60, "the minute is not 00 to 59")
	checkSs = below(60, "the second is not 00 to 59")
)

func checkHhmi(s string) (int, string) {
	if at, why := checkHh(s); why != ok {
		return at, why
	}
	_, why := checkMi(s[2:])
	return 2, why
}

func day(year, month, d int, orNone bool) (int, string) {
	if month < 1 || month > 12 {
		return 2, "the month is not 01 to 12"
	}
	last := [...]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[month-1]
	if month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		last = 29
	}
	if d > last || d == 0 && !orNone {
		return 4, "there is no such day in that month"
	}
	return 0, ok
}

// The year 00 of six digits is 2000 for as long as §7.12 reads it so, and that is a leap year.
func checkYymmdd(s string) (int, string) { return day(2000+two(s), two(s[2:]), two(s[4:]), false) }
func checkYymmd0(s string) (int, string) { return day(2000+two(s), two(s[2:]), two(s[4:]), true) }

func checkYyyymmdd(s string) (int, string) {
	at, why := day(100*two(s)+two(s[2:]), two(s[4:]), two(s[6:]), false)
	return at + 2, why
}

func listed(list, what string) check {
	return func(s string) (int, string) {
		for i := 1; i+len(s) < len(list); i += len(s) + 1 {
			if list[i:i+len(s)] == s {
				return 0, ok
			}
		}
		return 0, what
	}
}

var (
	checkIso3166       = listed(countryNumbers, "not an ISO 3166-1 country number")
	checkIso3166alpha2 = listed(countryLetters, "not an ISO 3166-1 country code")
	checkIso4217       = listed(currencyNumbers, "not an ISO 4217 currency number")
)

func checkIso3166999(s string) (int, string) {
	if s == "999" {
		return 0, ok
	}
	return checkIso3166(s)
}

func oneOf(set, why string) check {
	return func(s string) (int, string) {
		if strings.IndexByte(set, s[0]) < 0 {
			return 0, why
		}
		return 0, ok
	}
}

var (
	checkIso5218     = oneOf("0129", "not an ISO/IEC 5218 sex code (0, 1, 2, 9)")
	checkWinding     = oneOf("019", "the winding direction is not 0, 1 or 9")
	checkYesno       = oneOf("01", "it is neither 0 (no) nor 1 (yes)")
	checkHyphen      = oneOf("-", "only a hyphen may stand here")
	checkZero        = oneOf("0", "only 0 may stand here")
	checkImporteridx = oneOf("-_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", "not an importer index")
)

func checkNonzero(s string) (int, string) {
	if strings.Trim(s, "0") == "" {
		return 0, "zero is not allowed"
	}
	return 0, ok
}

func checkNozeroprefix(s string) (int, string) {
	if s[0] == '0' {
		return 0, "it must not begin with 0"
	}
	return 0, ok
}

func checkHasnondigit(s string) (int, string) {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return 0, ok
		}
	}
	return 0, "it must have a character that is no digit"
}

func upTo(limit, why string) check {
	return func(s string) (int, string) {
		if s > limit { // same length, digits only
			return 0, why
		}
		return 0, ok
	}
}

var (
	checkLatitude  = upTo("1800000000", "the latitude is beyond 180 degrees")
	checkLongitude = upTo("3600000000", "the longitude is beyond 360 degrees")
)

func checkMediatype(s string) (int, string) {
	if n := two(s); n >= 1 && n <= 10 || n >= 80 {
		return 0, ok
	}
	return 0, "not an AIDC media type (01 to 10, 80 to 99)"
}

func checkPieceoftotal(s string) (int, string) {
	n, of := two(s), two(s[2:])
	if n == 0 || of == 0 || n > of {
		return 0, "it is not piece n of total, with n from 01 to total"
	}
	return 0, ok
}

// checkPosinseqslash: "n/m", as in child 1 of 2.
func checkPosinseqslash(s string) (int, string) {
	if len(s) == 3 && isDigit(s[0]) && s[1] == '/' && isDigit(s[2]) && s[0] >= '1' && s[0] <= s[2] {
		return 0, ok
	}
	return 0, "it is not n/m with n from 1 to m"
}

func hex(c byte) int {
	switch {
	case isDigit(c):
		return int(c - '0')
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	}
	return -1
}

func checkPcenc(s string) (int, string) {
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			continue
		}
		if i+2 >= len(s) || hex(s[i+1]) < 0 || hex(s[i+2]) < 0 {
			return i, "% is not followed by two hexadecimal digits"
		}
		i += 2
	}
	return 0, ok
}

// checkIban is ISO 13616: the country, then modulo 97. No country's is as short as ten characters.
func checkIban(s string) (int, string) {
	if len(s) <= 10 {
		return 0, "too short for an IBAN"
	}
	if _, why := checkIso3166alpha2(s[:2]); why != ok {
		return 0, why
	}
	sum := 0
	for i := range len(s) {
		c := s[(i+4)%len(s)]
		switch {
		case isDigit(c):
			sum = (sum*10 + int(c-'0')) % 97
		case c >= 'A' && c <= 'Z':
			sum = (sum*100 + int(c-'A') + 10) % 97
		default:
			return (i + 4) % len(s), "only digits and capital letters are allowed in an IBAN"
		}
	}
	if sum != 1 {
		return 2, "the IBAN's check digits are wrong"
	}
	return 0, ok
}

// checkPackagetype looks the code up; they are of one to three characters.
func checkPackagetype(s string) (int, string) {
	if strings.ContainsAny(s, " ") || !strings.Contains(packageTypes, " "+s+" ") {
		return 0, "not a package type of GS1's list"
	}
	return 0, ok
}
