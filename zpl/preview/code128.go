package preview

import (
	"errors"
	"fmt"
)

// patterns are the symbol characters of Code 128 as widths of bar, space, bar … in modules (ISO/IEC 15417, table 1).
var patterns = [107]string{
	"212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212", "221213",
	"221312", "231212", "112232", "122132", "122231", "113222", "123122", "123221", "223211", "221132",
	"221231", "213212", "223112", "312131", "311222", "321122", "321221", "312212", "322112", "322211",
	"212123", "212321", "232121", "111323", "131123", "131321", "112313", "132113", "132311", "211313",
	"231113", "231311", "112133", "112331", "132131", "113123", "113321", "133121", "313121", "211331",
	"231131", "213113", "213311", "213131", "311123", "311321", "331121", "312113", "312311", "332111",
	"314111", "221411", "431111", "111224", "111422", "121124", "121421", "141122", "141221", "112214",
	"112412", "122114", "122411", "142112", "142211", "241211", "221114", "413111", "241112", "134111",
	"111242", "121142", "121241", "114212", "124112", "124211", "411212", "421112", "421211", "212141",
	"214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311", "113141",
	"114131", "311141", "411131", "211412", "211214", "211232", "2331112",
}

const (
	codeC  = 99
	codeB  = 100
	codeA  = 101
	fnc1   = 102
	startA = 103
	stop   = 106
	gs     = 0x1D // what FNC1 is to whoever reads the symbol
)

// invocations are the values of ^BC's invocation codes from ">0" to ">;" (ZPL II Programming Guide, table of ^BC).
var invocations = map[byte]int{
	'0': 30, '<': 62, '=': 94, '1': 95, '2': 96, '3': 97, '4': 98, '5': codeC, '6': codeB, '7': codeA, '8': fnc1,
	'9': startA, ':': startA + 1, ';': startA + 2,
}

// symbol is a Code 128 symbol taken from the field data of ^BC in mode N.
type symbol struct {
	values []int  // start, data; without check and stop
	text   string // what a reader gives, FNC1 in front not counted
	gs1    bool
}

func readCode128(data []byte) (symbol, error) {
	s := symbol{values: []int{startA + 1}}
	set := byte('B')
	var text []byte
	shift := false
	emit := func(v int) {
		switch {
		case v == fnc1 && len(s.values) == 1:
			s.gs1 = true
		case v == fnc1:
			text = append(text, gs)
		case set == 'C' && v < 100:
			text = append(text, byte('0'+v/10), byte('0'+v%10))
		case v < 64, v < 96 && (set == 'B') != shift:
			text = append(text, byte(v+' '))
		case v < 96:
			text = append(text, byte(v-64))
		}
		shift = v == 98 && set != 'C'
		s.values = append(s.values, v)
	}
	for i := 0; i < len(data); i++ {
		c := data[i]
		if c == '>' && i+1 < len(data) {
			v, known := invocations[data[i+1]]
			if known {
				i++
				switch {
				case v >= startA && len(s.values) == 1 && i == 1:
					s.values[0] = v
					set = "ABC"[v-startA]
				case v >= startA:
					return s, fmt.Errorf("a start code within the data")
				case v == codeC && set != 'C':
					emit(v)
					set = 'C'
				case v == codeB && set != 'B':
					emit(v)
					set = 'B'
				case v == codeA && set != 'A':
					emit(v)
					set = 'A'
				case set == 'C' && v != fnc1:
					return s, fmt.Errorf("%q does not exist in subset C", data[i-1:i+1])
				default:
					emit(v)
				}
				continue
			}
		}
		if set == 'B' {
			if c < ' ' || c > '~' {
				return s, fmt.Errorf("byte 0x%02X does not exist in subset B", c)
			}
			emit(int(c - ' '))
			continue
		}
		if i+1 == len(data) || !digit(c) || !digit(data[i+1]) {
			return s, fmt.Errorf("subset %c wants pairs of digits", set)
		}
		v := int(c-'0')*10 + int(data[i+1]-'0')
		if set == 'A' && v > 95 {
			return s, fmt.Errorf("value %d does not exist in subset A", v)
		}
		emit(v)
		i++
	}
	if len(s.values) == 1 {
		return s, errors.New("no data")
	}
	s.text = string(text)
	return s, nil
}

func digit(c byte) bool { return '0' <= c && c <= '9' }

// bars are the widths of bar, space, bar … of the whole symbol, check character and stop included.
func (s symbol) bars() []int {
	sum := s.values[0]
	for i, v := range s.values[1:] {
		sum += (i + 1) * v
	}
	var out []int
	for _, v := range append(s.values[:len(s.values):len(s.values)], sum%103, stop) {
		for _, w := range []byte(patterns[v]) {
			out = append(out, int(w-'0'))
		}
	}
	return out
}
