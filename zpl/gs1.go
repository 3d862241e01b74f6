package zpl

// AI is one GS1 element string: an application identifier and its value. {"00", "395200000000000012"} is an SSCC.
type AI struct {
	Code  string // 2 to 4 digits, without parentheses
	Value string
}

// predefined are the element strings of fixed length that need no FNC1 behind them, by the first two digits of
// the AI, with the length of AI and value together (GS1 General Specifications, figure 7.8.5-2).
// The list is closed: GS1 will not extend it.
var predefined = [100]uint8{
	0: 20, 1: 16, 2: 16, 3: 16, 4: 18, 11: 8, 12: 8, 13: 8, 14: 8, 15: 8, 16: 8, 17: 8, 18: 8, 19: 8, 20: 4,
	31: 10, 32: 10, 33: 10, 34: 10, 35: 10, 36: 10, 41: 16,
}

// aiProblem says what is wrong with an element string, or "".
func aiProblem(a AI) string {
	if len(a.Code) < 2 || len(a.Code) > 4 || !digits(a.Code) {
		return "application identifier must be 2 to 4 digits"
	}
	if a.Value == "" {
		return "AI " + a.Code + " has no value"
	}
	if len(a.Value) > 90 {
		return "AI " + a.Code + " is longer than 90 characters"
	}
	for i := 0; i < len(a.Value); i++ {
		if !set82[a.Value[i]] {
			return "AI " + a.Code + " holds a character that GS1 does not allow (character set 82)"
		}
	}
	if n := int(predefined[prefix(a)]); n != 0 {
		if len(a.Code)+len(a.Value) != n {
			return "AI " + a.Code + " has the wrong length"
		}
		if !digits(a.Value) {
			return "AI " + a.Code + " must be digits"
		}
	}
	switch a.Code {
	case "00", "01", "02", "03", "410", "411", "412", "413", "414", "415", "416", "417":
		if n := len(a.Value) - 1; CheckDigit(a.Value[:n]) != a.Value[n] {
			return "AI " + a.Code + " has a wrong check digit"
		}
	}
	return ""
}

// set82 is GS1's character set 82 (General Specifications, figure 7.11-1).
var set82 = func() (t [256]bool) {
	for _, c := range []byte("!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz") {
		t[c] = true
	}
	return t
}()

func prefix(a AI) int { return int(a.Code[0]-'0')*10 + int(a.Code[1]-'0') }

// CheckDigit is the GS1 check digit (modulo 10, weights 3 and 1 from the right) of a string of digits.
// The result is meaningless for anything but digits.
func CheckDigit(s string) byte {
	sum, weight := 0, 3
	for i := len(s) - 1; i >= 0; i-- {
		sum += int(s[i]-'0') * weight
		weight = 4 - weight
	}
	return '0' + byte((10-sum%10)%10)
}

func digits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// separated reports whether an FNC1 must follow element i.
func separated(ais []AI, i int) bool { return i < len(ais)-1 && predefined[prefix(ais[i])] == 0 }

// fnc1 stands for FNC1 in the data of this package's encoders; it is no ASCII character, so no value can hold it.
const fnc1 = 0x80

// appendElements appends the element strings as one string, FNC1 in front and between.
func appendElements(dst []byte, ais []AI) []byte {
	dst = append(dst, fnc1)
	for i, a := range ais {
		dst = append(append(dst, a.Code...), a.Value...)
		if separated(ais, i) {
			dst = append(dst, fnc1)
		}
	}
	return dst
}

// appendHRI appends the element strings as people read them: (01) 0952… (10) ABC.
func appendHRI(dst []byte, ais []AI) []byte {
	for i, a := range ais {
		if i > 0 {
			dst = append(dst, ' ', ' ')
		}
		dst = append(append(append(append(dst, '('), a.Code...), ") "...), a.Value...)
	}
	return dst
}
