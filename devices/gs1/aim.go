package gs1

// SplitAIM splits the AIM symbology identifier (ISO/IEC 15424: "]", a letter, a modifier)
// from the front of a scan. Without one aim is empty and rest is all of data.
func SplitAIM[B ~[]byte | ~string](data B) (aim, rest B) {
	if len(data) >= 3 && data[0] == ']' && isLetter(data[1]) && isAlnum(data[2]) {
		return data[:3], data[3:]
	}
	return data[:0], data
}

func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isLetter(c byte) bool { return 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' }
func isAlnum(c byte) bool  { return isDigit(c) || isLetter(c) }
