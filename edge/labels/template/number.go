package template

import (
	"cmp"
	"go/ast"
	"go/parser"
	"go/token"
	"math"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// number is a length in millimetres: 12.5, or reckoned from the label's width and height: W - 8, H/2, 24 + 5*count(head).
type number struct {
	said bool
	at   place
	expr ast.Expr
}

// longest is how much anybody writes for one number.
const longest = 100 // characters

// space is what numbers are reckoned from.
type space struct {
	w, h  float64
	count func(list string) int
}

// number reads a length. The syntax is that of Go's own expressions, of which only this much is let in.
func (p *reading) number(n *yaml.Node) number {
	out := number{said: true, at: at(n)}
	if n.Kind != yaml.ScalarNode || n.Value == "" {
		p.faults.add(at(n), "want a length in millimetres, such as 12.5 or W - 8")
		return out
	}
	if len(n.Value) > longest {
		p.faults.add(at(n), "a length of %d characters; at most %d", len(n.Value), longest)
		return out
	}
	expr, err := parser.ParseExpr(n.Value)
	if err != nil {
		p.faults.add(at(n), "%q is no length in millimetres, such as 12.5, W - 8 or (H - 20)/2", short(n.Value))
		return out
	}
	if p.allowed(n, expr) {
		out.expr = expr
	}
	return out
}

// allowed tells whether an expression is one of ours.
func (p *reading) allowed(n *yaml.Node, e ast.Expr) bool {
	where := within(n, int(e.Pos())-1)
	switch e := e.(type) {
	case *ast.BasicLit:
		if v, err := strconv.ParseFloat(e.Value, 64); err != nil || e.Kind != token.INT && e.Kind != token.FLOAT || math.Abs(v) > 10_000 {
			p.faults.add(where, "%q is no number", short(e.Value))
			return false
		}
		return true
	case *ast.Ident:
		if e.Name != "W" && e.Name != "H" {
			p.faults.add(where, "%q is not known here: W is the label's width, H its height, both in millimetres", short(e.Name))
			return false
		}
		return true
	case *ast.ParenExpr:
		return p.allowed(n, e.X)
	case *ast.UnaryExpr:
		if e.Op == token.SUB {
			return p.allowed(n, e.X)
		}
	case *ast.BinaryExpr:
		switch e.Op {
		case token.ADD, token.SUB, token.MUL, token.QUO:
			if !p.allowed(n, e.X) || !p.allowed(n, e.Y) {
				return false
			}
			// Where W or H is in it, the label's size decides: see drawing.element.
			if e.Op == token.QUO && reckon(e.Y, space{w: math.NaN(), h: math.NaN()}) == 0 {
				p.faults.add(within(n, int(e.Y.Pos())-1), "a division by zero")
				return false
			}
			return true
		}
	case *ast.CallExpr:
		return p.call(n, e)
	}
	p.faults.add(where, "a length is made of numbers, W, H, + - * / ( ), min(a, b), max(a, b) and count(list)")
	return false
}

func (p *reading) call(n *yaml.Node, e *ast.CallExpr) bool {
	name, _ := e.Fun.(*ast.Ident)
	switch {
	case name != nil && name.Name == "count" && len(e.Args) == 1:
		list, _ := e.Args[0].(*ast.Ident)
		if list == nil || p.doc.field(list.Name, nil) == nil {
			p.faults.add(within(n, int(e.Pos())-1), "count wants a list of this document (%s), or another of its fields that has no dot: one that is empty counts 0", cmp.Or(strings.Join(p.doc.lists(), ", "), "there is none"))
			return false
		}
		return true
	case name != nil && (name.Name == "min" || name.Name == "max") && len(e.Args) == 2:
		return p.allowed(n, e.Args[0]) && p.allowed(n, e.Args[1])
	}
	p.faults.add(within(n, int(e.Pos())-1), "there are min(a, b), max(a, b) and count(list)")
	return false
}

// of is the length on a label. What cannot be reckoned, such as a division by nothing, is NaN, which no layout takes.
func (n number) of(s space) float64 {
	if n.expr == nil {
		return 0
	}
	return reckon(n.expr, s)
}

func reckon(e ast.Expr, s space) float64 {
	switch e := e.(type) {
	case *ast.BasicLit:
		v, err := strconv.ParseFloat(e.Value, 64)
		if err != nil {
			return math.NaN()
		}
		return v
	case *ast.Ident:
		if e.Name == "W" {
			return s.w
		}
		return s.h
	case *ast.ParenExpr:
		return reckon(e.X, s)
	case *ast.UnaryExpr:
		return -reckon(e.X, s)
	case *ast.CallExpr:
		switch e.Fun.(*ast.Ident).Name {
		case "count":
			if s.count == nil { // a length that must be plain
				return math.NaN()
			}
			return float64(s.count(e.Args[0].(*ast.Ident).Name))
		case "min":
			return min(reckon(e.Args[0], s), reckon(e.Args[1], s))
		}
		return max(reckon(e.Args[0], s), reckon(e.Args[1], s))
	case *ast.BinaryExpr:
		a, b := reckon(e.X, s), reckon(e.Y, s)
		switch e.Op {
		case token.ADD:
			return a + b
		case token.SUB:
			return a - b
		case token.MUL:
			return a * b
		}
		return a / b
	}
	return math.NaN()
}
