package floor

import "strings"

// s10Check begins the check of a block of postal item numbers, and the country that issues them ends it: "s10:DE".
const s10Check = "s10:"

// S10Digit is the check digit of the eight digits of a postal item number (UPU standard S10: weights 8 6 4 2 3 5 9 7,
// modulo 11). The result is meaningless for anything but eight digits.
func S10Digit(serial string) byte {
	sum := 0
	for i, weight := range [8]int{8, 6, 4, 2, 3, 5, 9, 7} {
		sum += int(serial[i]-'0') * weight
	}
	switch c := 11 - sum%11; c {
	case 10:
		return '0'
	case 11:
		return '5'
	default:
		return byte('0' + c)
	}
}

// IsS10 says whether a number is a postal item's: RR473124829GB, with its check digit right.
func IsS10(number string) bool {
	return len(number) == 13 && letters(number[:2], 2) && isDigits(number[2:11]) && letters(number[11:], 2) && S10Digit(number[2:10]) == number[10]
}

// s10Of is the country of a block of postal item numbers; false when it is none.
func s10Of(check string) (country string, ok bool) {
	country, ok = strings.CutPrefix(check, s10Check)
	return country, ok && letters(country, 2)
}
