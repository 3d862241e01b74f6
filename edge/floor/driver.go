package floor

import "strings"

// DriverRows begins the references of rows that hold a driver's name and plate. The same driver has the same one.
const DriverRows = "pii/driver/"

// checkDriverRef refuses a reference to anything else: a row of a customer must not come out on a driver's paper.
func checkDriverRef(ref string) *Refusal {
	if ref != "" && !strings.HasPrefix(ref, DriverRows) {
		return badField("driver_ref", "is the box's own, leave it out")
	}
	return checkText("driver_ref", ref, MaxID)
}
