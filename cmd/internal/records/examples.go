package records

// example wraps data as a centre does; the test reads every one with the floor's own reader.
func example(typ, subject, data string) string {
	return `{"specversion":"1.0","id":"01JCONTRACT0000000000000EX","source":"/t/acme/c","type":"` + typ + `","subject":"` + subject +
		`","time":"2026-11-21T10:11:12.345Z","data":` + data + `}`
}

// examples are one record of each of the centre's types.
var examples = func() map[string]string {
	out := map[string]string{}
	for _, e := range [][3]string{
		{"picket.order.assigned.v1", "order/O-1", `{"order":"O-1","assignment":"A-1","number":"web-1001","flow":"ship","mode":"hold","due":"2026-11-21T17:30:00Z","lines":[{"line":"1","sku":"OAT","qty":2}]}`},
		{"picket.order.recall.v1", "order/O-1", `{"order":"O-1","cause":"customer"}`},
		{"picket.order.lines.v1", "order/O-1", `{"order":"O-1","from":1,"lines":[{"line":"2","sku":"RICE","qty":1}]}`},
		{"picket.order.hold.v1", "order/O-1", `{"order":"O-1","reason":"payment is checked"}`},
		{"picket.order.release.v1", "order/O-1", `{"order":"O-1"}`},
		{"picket.order.priority.v1", "order/O-1", `{"order":"O-1","priority":5,"due":"2026-11-21T16:00:00Z"}`},
		{"picket.order.change.v1", "order/O-1", `{"order":"O-1","lines":[{"line":"1","qty":1}],"note":"ring twice"}`},
		{"picket.order.force.v1", "order/O-1", `{"order":"O-1","who":"mia","to":"south"}`},
		{"picket.order.go.v1", "order/O-1", `{"order":"O-1"}`},
		{"picket.order.permit.v1", "order/O-1", `{"order":"O-1"}`},
		{"picket.item.set.v1", "item/OAT", `{"sku":"OAT","name":"Oat drink","gtins":["09520000000011"],"weight_g":1050}`},
		{"picket.bin.set.v1", "bin/A-01-1", `{"id":"A-01-1","aisle":"A","bay":1,"level":1,"side":"left","walk":1}`},
		{"picket.doc.set.v1", "doc/user/anna", `{"kind":"user","key":"anna","version":3,"digest":"ab12"}`},
		{"picket.numbers.lease.v1", "numbers/sscc", `{"number":"sscc","prefix":"09520001","from":1,"to":1000}`},
		{"picket.site.set.v1", "site", `{"zone":"Europe/London","hours":[{"day":1,"from":"09:00","to":"18:00"}],"closed":["2026-12-25"]}`},
		{"picket.site.pause.v1", "site", `{"reason":"stocktaking"}`},
		{"picket.site.resume.v1", "site", `{}`},
		{"picket.policy.set.v1", "policy/grant_recall", `{"name":"grant_recall","value":"until_packed"}`},
		{"picket.pickup.otp.v1", "order/O-1", `{"order":"O-1","salt":"5f2a","hash":"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08","until":"2026-11-21T17:30:00Z"}`},
		{"picket.pickup.told.v1", "order/O-1", `{"order":"O-1","how":"mail"}`},
		{"picket.inbound.announced.v1", "inbound/ASN-7", `{"inbound":"ASN-7","what":"asn","ref":"4711","from":"Oat mill","lines":[{"sku":"OAT","qty":24}]}`},
		{"picket.return.announced.v1", "return/R-1", `{"return":"R-1","rma":"RMA-1","order":"O-1","lines":[{"line":"1","sku":"OAT","qty":1}]}`},
		{"picket.return.refunded.v1", "return/R-1", `{"return":"R-1","amount":{"minor":249,"currency":"EUR"},"ref":"pay-1"}`},
		{"picket.carton.set.v1", "carton/M", `{"id":"M","inner":{"l":300,"w":200,"h":150},"outer":{"l":306,"w":206,"h":156},"weight_g":180,"max_g":15000}`},
		{"picket.carrier.set.v1", "carrier/DEMO", `{"code":"DEMO","name":"Demo Post","labels":"house"}`},
		{"picket.transfer.receive.v1", "unit/395200010000000010", `{"unit":"395200010000000010","lines":[{"sku":"OAT","qty":6}]}`},
		{"picket.transfer.agreed.v1", "unit/395200010000000010", `{"unit":"395200010000000010","sku":"OAT","qty":1,"as":"lost","done":true}`},
		{"picket.list_key.set.v1", "list_key/K-1", `{"id":"K-1","site":"south","public":"11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="}`},
		{"picket.allotment.ask.v1", "item/OAT", `{"sku":"OAT","qty":6}`},
		{"picket.allotment.give_back.v1", "item/OAT", `{"sku":"OAT","qty":2}`},
		{"picket.parcel.intercept.v1", "unit/395200010000000010", `{"unit":"395200010000000010","note":"the customer moved"}`},
	} {
		out[e[0]] = example(e[0], e[1], e[2])
	}
	return out
}()
