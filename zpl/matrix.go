package zpl

import "bytes"

// qrCodewords is how many data codewords a QR code holds, by version from 1 and ECC (ISO/IEC 18004, table 7).
var qrCodewords = [40][4]uint16{
	{16, 19, 13, 9},          // 1
	{28, 34, 22, 16},         // 2
	{44, 55, 34, 26},         // 3
	{64, 80, 48, 36},         // 4
	{86, 108, 62, 46},        // 5
	{108, 136, 76, 60},       // 6
	{124, 156, 88, 66},       // 7
	{154, 194, 110, 86},      // 8
	{182, 232, 132, 100},     // 9
	{216, 274, 154, 122},     // 10
	{254, 324, 180, 140},     // 11
	{290, 370, 206, 158},     // 12
	{334, 428, 244, 180},     // 13
	{365, 461, 261, 197},     // 14
	{415, 523, 295, 223},     // 15
	{453, 589, 325, 253},     // 16
	{507, 647, 367, 283},     // 17
	{563, 721, 397, 313},     // 18
	{627, 795, 445, 341},     // 19
	{669, 861, 485, 385},     // 20
	{714, 932, 512, 406},     // 21
	{782, 1006, 568, 442},    // 22
	{860, 1094, 614, 464},    // 23
	{914, 1174, 664, 514},    // 24
	{1000, 1276, 718, 538},   // 25
	{1062, 1370, 754, 596},   // 26
	{1128, 1468, 808, 628},   // 27
	{1193, 1531, 871, 661},   // 28
	{1267, 1631, 911, 701},   // 29
	{1373, 1735, 985, 745},   // 30
	{1455, 1843, 1033, 793},  // 31
	{1541, 1955, 1115, 845},  // 32
	{1631, 2071, 1171, 901},  // 33
	{1725, 2191, 1231, 961},  // 34
	{1812, 2306, 1286, 986},  // 35
	{1914, 2434, 1354, 1054}, // 36
	{1992, 2566, 1426, 1096}, // 37
	{2102, 2702, 1502, 1142}, // 38
	{2216, 2812, 1582, 1222}, // 39
	{2334, 2956, 1666, 1276}, // 40
}

// eccLetters is ^BQ's letter for each ECC.
const eccLetters = "MLQH"

// qrModules is the width of the symbol in modules, or 0 where no symbol holds the value. A printer that mixes
// modes may need a smaller symbol, never a larger one.
func qrModules(value string, ecc ECC) int {
	numeric, alnum, ascii := true, true, true
	for i := 0; i < len(value); i++ {
		c := value[i]
		numeric = numeric && isDigit(c)
		alnum = alnum && alphanumeric(c)
		ascii = ascii && c < 0x80
	}
	for v := 1; v <= 40; v++ {
		class := 0 // the length field grows with the version
		if v >= 27 {
			class = 2
		} else if v >= 10 {
			class = 1
		}
		var bits int
		switch {
		case numeric:
			bits = 4 + [3]int{10, 12, 14}[class] + len(value)/3*10 + [3]int{0, 4, 7}[len(value)%3]
		case alnum:
			bits = 4 + [3]int{9, 11, 13}[class] + len(value)/2*11 + len(value)%2*6
		default:
			bits = 4 + [3]int{8, 16, 16}[class] + len(value)*8
			if !ascii {
				bits += 12 // the printer may say that it is UTF-8
			}
		}
		if bits <= int(qrCodewords[v-1][ecc])*8 {
			return 17 + 4*v
		}
	}
	return 0
}

func alphanumeric(c byte) bool {
	switch c {
	case ' ', '$', '%', '*', '+', '-', '.', '/', ':':
		return true
	}
	return isDigit(c) || 'A' <= c && c <= 'Z'
}

// dmSquares are the square ECC 200 symbols: width in modules, data codewords (ISO/IEC 16022, table 7).
var dmSquares = [...][2]uint16{
	{10, 3}, {12, 5}, {14, 8}, {16, 12}, {18, 18}, {20, 22}, {22, 30}, {24, 36}, {26, 44}, {32, 62}, {36, 86}, {40, 114},
	{44, 144}, {48, 174}, {52, 204}, {64, 280}, {72, 368}, {80, 456}, {88, 576}, {96, 696}, {104, 816}, {120, 1050},
	{132, 1304}, {144, 1558},
}

// dmModules is the width of the symbol in modules by ASCII encodation, which a printer may undercut and never
// passes; 0 where no symbol holds the data.
func dmModules(data []byte) int {
	n := 0
	for i := 0; i < len(data); i++ {
		if i+1 < len(data) && isDigit(data[i]) && isDigit(data[i+1]) {
			i++
		}
		n++
	}
	for _, s := range dmSquares {
		if n <= int(s[1]) {
			return int(s[0])
		}
	}
	return 0
}

// dmEscapes are the characters that this package may tell ^BX to read as its escape, the first that is not in the
// data: so no data need escaping (not every reader of ZPL knows the doubled escape), and ^FH_'s own is never among
// them. GS1 data hold none of the first four.
const dmEscapes = "#$@|!"

func dmEscape(data []byte) byte {
	for i := range len(dmEscapes) {
		if bytes.IndexByte(data, dmEscapes[i]) < 0 {
			return dmEscapes[i]
		}
	}
	return dmEscapes[0]
}

// appendMatrix appends the field data of ^BX.
func appendMatrix(dst, data []byte, escape byte) []byte {
	for _, c := range data {
		switch c {
		case fnc1:
			dst = append(appendByte(dst, escape), '1')
		case escape:
			dst = appendByte(appendByte(dst, escape), escape)
		default:
			dst = appendByte(dst, c)
		}
	}
	return dst
}
