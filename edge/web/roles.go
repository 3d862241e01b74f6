package web

import (
	"slices"

	"picket/edge/floor"
)

// The roles people have.
const (
	Picker    = "picker"
	Packer    = "packer"
	Associate = "associate"
	Lead      = "lead"
	Manager   = "manager"
	Operator  = "operator"
)

// The roles of machines, which come with a token: a till says what it sold; an integration is another program
// of the site's; cli is the operator's own. At a site without a line to a centre a company's own system may
// give the centre's commands, orders and master data among them; where there is a line, nobody else may hold
// that role. A print server says what became of the labels it prints.
const (
	Till        = "till"
	Integration = "integration"
	CLI         = "cli"
	Central     = "centre"
	PrintServer = "print"
)

// gives says who may give a command, by what its entry says. Commands of the box nobody gives who comes by
// this door, but for those about printing.
var gives = map[floor.Who][]string{
	floor.Anyone:   {Picker, Packer, Associate, Lead, Manager, Operator, Integration, CLI},
	floor.Leads:    {Lead, Manager, Operator, CLI},
	floor.Managers: {Manager, Operator, CLI},
	floor.Centre:   {Central},
	"till":         {Till, Integration, Operator, CLI},
}

// seesLabels may look at what is printed for a customer: a label has a name and a street. Once the parcel is out
// of the building only leads and managers may.
var seesLabels = []string{Picker, Packer, Associate, Lead, Manager, Operator, PrintServer}

// prints are the commands of a print server.
var prints = []string{"print.start", "label.printed", "label.failed"}

// tillSale is the one command of a till, whoever else may give it.
const tillSale = "till.sale"

// may says whether somebody with these roles may give a command of this kind: what its entry says.
func may(roles []string, kind string) bool {
	e, ok := floor.EntryOf(kind)
	if !ok {
		return false
	}
	if kind == tillSale && has(roles, gives["till"]...) {
		return true
	}
	if slices.Contains(prints, kind) && has(roles, PrintServer) {
		return true
	}
	return has(roles, gives[e.Who]...)
}

// reads says whether somebody with these roles may read what is for a role: "" is for everybody but a till, a print
// server and the centre's own system, which have little to look for; what they may read all the same their routes say.
func reads(roles []string, role string) bool {
	switch role {
	case "":
		return !has(roles, Till, Central, PrintServer) || has(roles, gives[floor.Anyone]...)
	case Picker:
		return has(roles, gives[floor.Anyone]...)
	case Central:
		return has(roles, Central, Manager, Operator, CLI)
	case Lead:
		return has(roles, gives[floor.Leads]...)
	}
	return has(roles, gives[floor.Managers]...)
}

// seesBook says who may see the book of a bin that is counted blind: a lead, and a program, which counts nothing.
func seesBook(who *signedIn) bool {
	return has(who.Roles, Lead, Manager, Operator, CLI, Integration)
}

func has(roles []string, any ...string) bool {
	return slices.ContainsFunc(roles, func(r string) bool { return slices.Contains(any, r) })
}
