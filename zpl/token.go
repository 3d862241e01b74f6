package zpl

import (
	"bytes"
	"strconv"
)

// Token is one command of a ZPL stream with what follows it, or bytes that belong to no command.
type Token struct {
	Prefix byte   // '^' or '~' by meaning, whatever characters the stream made them; 0 for stray bytes
	Code   string // in capitals: "FO", "A" for ^A0, "A@"; "" for stray bytes
	Data   []byte // all up to the next command, line ends around it cut off; shares memory with the stream
	Offset int    // of the command's prefix in the stream
}

// Command is the prefix and the code: "^FO".
func (t Token) Command() string {
	if t.Prefix == 0 {
		return ""
	}
	return string(t.Prefix) + t.Code
}

// Param returns parameter i of the data, counted from 0 and split at commas; "" where there is none.
func (t Token) Param(i int) string {
	d := t.Data
	for ; i > 0; i-- {
		at := bytes.IndexByte(d, ',')
		if at < 0 {
			return ""
		}
		d = d[at+1:]
	}
	if at := bytes.IndexByte(d, ','); at >= 0 {
		d = d[:at]
	}
	return string(d)
}

// Int returns parameter i as a whole number; otherwise where it is missing or none.
func (t Token) Int(i, otherwise int) int {
	n, err := strconv.Atoi(t.Param(i))
	if err != nil {
		return otherwise
	}
	return n
}

// Tokens takes a ZPL stream apart as a printer does. It follows changes of the prefixes (^CC ^CT ~CC ~CT) and
// of the delimiter's (^CD) only as far as finding commands needs, and steps over binary graphics by their declared length.
// Every byte of the stream is part of a token except line ends between commands; nothing is an error.
func Tokens(zpl []byte) []Token {
	var out []Token
	format, control := byte('^'), byte('~')
	for i := 0; i < len(zpl); {
		c := zpl[i]
		if c != format && c != control {
			from := i
			for i < len(zpl) && zpl[i] != format && zpl[i] != control {
				i++
			}
			if stray := trim(zpl[from:i]); len(stray) > 0 {
				out = append(out, Token{Data: stray, Offset: from})
			}
			continue
		}
		t := Token{Prefix: '^', Offset: i}
		if c == control && c != format {
			t.Prefix = '~'
		}
		i++
		n := min(2, len(zpl)-i)
		if n > 0 && t.Prefix == '^' && (zpl[i] == 'A' || zpl[i] == 'a') && (n < 2 || zpl[i+1] != '@') {
			n = 1 // ^A is followed by the font's name
		}
		if n == 2 && (zpl[i+1] == format || zpl[i+1] == control) {
			n = 1 // a broken command ends where the next begins
		}
		if n > 0 && (zpl[i] == format || zpl[i] == control) {
			n = 0
		}
		t.Code = code(zpl[i : i+n])
		i += n
		from := i
		switch {
		case t.Code == "CC" && i < len(zpl):
			format, i = zpl[i], i+1
		case t.Code == "CT" && i < len(zpl):
			control, i = zpl[i], i+1
		case t.Code == "CD" && i < len(zpl):
			i++
		default:
			i += binary(t, zpl[i:])
		}
		for i < len(zpl) && zpl[i] != format && zpl[i] != control {
			i++
		}
		t.Data = zpl[from:i]
		n = own(t)
		stray := trim(t.Data[n:])
		if t.Data = t.Data[:n]; !literal(t.Code) && binary(t, t.Data) == 0 {
			t.Data = trim(t.Data)
		}
		out = append(out, t)
		if len(stray) > 0 {
			out = append(out, Token{Data: stray, Offset: from + n + bytes.Index(zpl[from+n:i], stray)})
		}
	}
	return out
}

// code is a command's code in capitals; other bytes than letters stay as they are.
func code(b []byte) string {
	var up [2]byte
	for i, c := range b {
		if c >= 'a' && c <= 'z' {
			c -= 'a' - 'A'
		}
		up[i] = c
	}
	return string(up[:len(b)])
}

// own is how much of the data is the command's own. ^XZ takes none, and a control command ends with its line unless
// it downloads: what follows may be something else, such as "! U1 setvar".
func own(t Token) int {
	if t.Command() == "^XZ" {
		return 0
	}
	if t.Prefix == '~' && t.Code != "DG" && t.Code != "DY" && t.Code != "DB" && !literal(t.Code) {
		if at := bytes.IndexAny(t.Data, "\r\n"); at >= 0 {
			return at
		}
	}
	return len(t.Data)
}

// literal tells the commands whose data is one character, whatever it is.
func literal(code string) bool { return code == "CC" || code == "CT" || code == "CD" }

// binary is how many bytes of the data are to be skipped unread, because they are a binary graphic.
func binary(t Token, data []byte) int {
	if t.Command() != "^GF" || len(data) < 2 || data[0] != 'B' && data[0] != 'C' {
		return 0
	}
	at, params := 0, [4][]byte{}
	for i := range params {
		n := bytes.IndexByte(data[at:], ',')
		if n < 0 || n > 12 {
			return 0
		}
		params[i] = data[at : at+n]
		at += n + 1
	}
	n, err := strconv.Atoi(string(params[1]))
	if err != nil || n < 0 {
		return 0
	}
	return min(at+n, len(data))
}

func trim(b []byte) []byte { return bytes.Trim(b, "\r\n") }

// FieldData undoes ^FH: indicator is its parameter ('_' where it has none), data what follows ^FD.
// An indicator without two hex digits stays as it is, as printers leave it.
func FieldData(indicator byte, data []byte) []byte {
	if bytes.IndexByte(data, indicator) < 0 {
		return data
	}
	out := make([]byte, 0, len(data))
	for i := 0; i < len(data); i++ {
		if data[i] == indicator && i+2 < len(data) {
			hi, ok1 := hexValue(data[i+1])
			lo, ok2 := hexValue(data[i+2])
			if ok1 && ok2 {
				out = append(out, hi<<4|lo)
				i += 2
				continue
			}
		}
		out = append(out, data[i])
	}
	return out
}
