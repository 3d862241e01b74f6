package preview

import "errors"

// UPC-E is a UPC-A number whose noughts are left out (GS1 General Specifications, 5.2.2.4 and figure 5.2.2.4-1).

// oddDigit are the bars of a digit of odd parity as seven modules, 1 dark; of even parity they are these, turned round and inverted.
var oddDigit = [10]string{"0001101", "0011001", "0010011", "0111101", "0100011", "0110001", "0101111", "0111011", "0110111", "0001011"}

// parityUPCE says by the check digit which of the six digits are of even parity, in number system 0.
var parityUPCE = [10]string{"EEEOOO", "EEOEOO", "EEOOEO", "EEOOOE", "EOEEOO", "EOOEEO", "EOOOEE", "EOEOEO", "EOEOOE", "EOOEOE"}

// upceBars are the bars of ^B9: five digits of the maker and five of the product, or the six digits that are printed. The text
// is the number with its noughts, as of the other codes of this family.
func upceBars(digits string) (bars []int, text string, err error) {
	if !allDigits(digits) {
		return nil, "", errors.New("want 10 digits, or 6")
	}
	var six string
	switch len(digits) {
	case 6:
		six = digits
		if digits, err = grown(six); err != nil {
			return nil, "", err
		}
	case 10:
		if six = shrunk(digits); six == "" {
			return nil, "", errors.New("these ten digits have no form without noughts")
		}
	default:
		return nil, "", errors.New("want 10 digits, or 6")
	}
	check := checkUPC("0" + digits)
	modules := "101"
	for i := range 6 {
		odd := oddDigit[six[i]-'0']
		if parityUPCE[check][i] == 'O' {
			modules += odd
			continue
		}
		for k := 6; k >= 0; k-- {
			modules += string('0' + '1' - odd[k])
		}
	}
	modules += "010101"
	last := byte('0')
	for i := range len(modules) {
		if modules[i] != last || i == 0 {
			bars, last = append(bars, 0), modules[i]
		}
		bars[len(bars)-1]++
	}
	return bars, "00" + digits + string(rune('0'+check)), nil
}

// checkUPC is the check digit of eleven digits.
func checkUPC(digits string) int {
	sum := 0
	for i := range len(digits) {
		sum += int(digits[i]-'0') * (3 - 2*(i%2))
	}
	return (10 - sum%10) % 10
}

// shrunk leaves out the noughts of a maker's and a product's five digits; empty where the rules allow none.
func shrunk(d string) string {
	maker, product := d[:5], d[5:]
	switch {
	case maker[3:] == "00" && maker[2] <= '2' && product[:2] == "00":
		return maker[:2] + product[2:] + maker[2:3]
	case maker[3:] == "00" && maker[2] > '2' && product[:3] == "000":
		return maker[:3] + product[3:] + "3"
	case maker[3] != '0' && maker[4] == '0' && product[:4] == "0000":
		return maker[:4] + product[4:] + "4"
	case maker[4] != '0' && product[:4] == "0000" && product[4] >= '5':
		return maker + product[4:]
	}
	return ""
}

// grown puts the noughts back.
func grown(six string) (string, error) {
	out := ""
	switch last := six[5]; {
	case last <= '2':
		out = six[:2] + six[5:] + "00" + "00" + six[2:5]
	case last == '3':
		out = six[:3] + "00" + "000" + six[3:5]
	case last == '4':
		out = six[:4] + "0" + "0000" + six[4:5]
	default:
		out = six[:5] + "0000" + six[5:]
	}
	if shrunk(out) != six {
		return "", errors.New("these six digits are no UPC-E")
	}
	return out, nil
}
