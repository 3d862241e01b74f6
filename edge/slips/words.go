package slips

import "strings"

// Say is an English word of a paper in a language: "en" and none are English. What is not in the table stays as it is.
func Say(lang, english string) string {
	if lang == "de" {
		if words, ok := german[english]; ok {
			return words
		}
	}
	return english
}

// Decimal is a number, with what it counts, as a language writes it.
func Decimal(lang, number string) string {
	if lang == "de" {
		return strings.ReplaceAll(number, ".", ",")
	}
	return number
}

func (h Head) say(english string) string { return Say(h.Lang, english) }

func (d *doc) say(english string) string { return d.head.say(english) }

// german are all words of the papers, by what they are in English, but those of the file of hand-overs, which is in English as the
// journal's records are.
var german = map[string]string{
	"COPY %d": "KOPIE %d", "Printed ": "Gedruckt ", "Page %d of %d": "Seite %d von %d", "%d of %d": "%d von %d", "#": "#", "": "",

	"Pick list": "Pickliste", "Pick list ": "Pickliste ", "Picker": "Wer pickt", "Cart": "Wagen", "Due": "Fällig", "Paper": "Papier", "Order": "Auftrag", "Run": "Runde",
	"To pick": "Zu picken", "%d lines, %d units, %d orders": "%d Zeilen, %d Stück, %d Aufträge",
	"Write what was picked, and sign. Enter it as late entry under paper number %s once the system is back: with the time written here and the witness.": "Aufschreiben, was gepickt wurde, und unterschreiben. Wenn das System wieder läuft, unter der Papiernummer %s nachtragen: mit der Zeit, die hier steht, und mit dem Zeugen.",
	"Picker, time": "Wer pickte, Zeit", "Witness": "Zeuge", "Bin": "Platz", "Item": "Artikel", "Code": "Code", "Qty": "Menge", "For": "Für", "Picked": "Gepickt", "Short, why": "Fehlt, warum",
	" · lot ": " · Charge ", "line ": "Zeile ", "pcs": "St.", "all": "alle",

	"Going on by paper": "Weiter auf Papier", "Since": "Seit", "Why": "Warum", "Ordered by": "Angeordnet von", "Open": "Offen", "%d pickups, %d runs, %d pick lists": "%d Abholungen, %d Runden, %d Picklisten",
	"Goods may go out when the proof named here was seen. Write every hand-over, pick and receipt on one of the numbered lines, with the time, and let a second person sign. Enter the lines as late entries when the system is back; each number once.": "Ware darf hinaus, wenn der hier genannte Nachweis gesehen wurde. Jede Übergabe, jeden Pick und jeden Eingang auf eine der nummerierten Zeilen schreiben, mit der Zeit, und eine zweite Person unterschreiben lassen. Wenn das System wieder läuft, die Zeilen nachtragen; jede Nummer einmal.",
	"Pickups waiting on the shelf": "Abholungen im Regal", "Name": "Name", "Shelf": "Fach", "Items": "Artikel", "Proof": "Nachweis", "To pay": "Zu zahlen", "Given, time": "Übergeben, Zeit",
	"Runs under way": "Laufende Runden", "Left": "Noch", "Paper list handed to": "Papierliste hat", "What happened": "Was geschah", "Paper no.": "Papier-Nr.", "Time": "Zeit", "Order or bin": "Auftrag oder Platz",
	"What, how many": "Was, wie viel", "Who": "Wer", "%d more orders are open and have no list here: they are due later.": "%d weitere Aufträge sind offen und haben hier keine Liste: Sie sind später fällig.",
	"%d units, %d stops": "%d Stück, %d Plätze", "%d units": "%d Stück", "Picker, time it was finished": "Wer pickte, Zeit am Ende",
	"code": "Abholcode", "otp": "Einmalcode", "id": "Ausweis", "signature": "Unterschrift", "proxy": "Vollmacht",

	"When the system is back: late entry":                                                                                                                                            "Wenn das System wieder läuft: nachtragen",
	"Keep the lists together. Whoever wrote on one signs it, with the time of the last pick.":                                                                                        "Die Listen zusammenhalten. Wer auf einer geschrieben hat, unterschreibt sie, mit der Zeit des letzten Picks.",
	"Enter the lists before anybody picks these orders on a handheld: what is not entered is picked twice.":                                                                          "Die Listen nachtragen, bevor jemand diese Aufträge am Handgerät pickt: Was nicht nachgetragen ist, wird zweimal gepickt.",
	"For each list: scan or type the number of its order, and choose Late entry (the command pick.enter).":                                                                           "Für jede Liste: die Nummer ihres Auftrags scannen oder eingeben und Nachtragen wählen (der Befehl pick.enter).",
	"Paper number: the one that stands on the list as Paper. Time: the one that was written, not the one of the entry. Picked by: the picker who signed; witness: who signed below.": "Papiernummer: die auf der Liste als Papier steht. Zeit: die aufgeschriebene, nicht die des Nachtragens. Gepickt von: wer unterschrieb; Zeuge: wer darunter unterschrieb.",
	"For each line: the line's number (under the order), what was written under Picked, and the bin. Was it another bin, enter that one.":                                            "Für jede Zeile: die Nummer der Zeile (unter dem Auftrag), was unter Gepickt steht, und den Platz. War es ein anderer Platz, dann diesen.",
	"What is written under Short goes in as short, with the reason: not in stock, damaged, mismatch or no variance.":                                                                 "Was unter Fehlt steht, wird als Fehlmenge eingetragen, mit dem Grund: nicht da, beschädigt, falsche Ware oder keine Abweichung.",
	"Finish the list when every line was picked or is short. What does not fit the books is taken all the same, and stands on the desk.":                                             "Die Liste beenden, wenn jede Zeile gepickt ist oder fehlt. Was nicht zu den Büchern passt, wird trotzdem genommen und liegt auf dem Tisch.",
	"Hand-overs and receipts on the numbered lines are entered one by one, each number once.":                                                                                        "Übergaben und Eingänge auf den nummerierten Zeilen werden einzeln nachgetragen, jede Nummer einmal.",
	"Entered by": "Nachgetragen von", "Date, time": "Datum, Zeit", "Checked by": "Geprüft von",

	"with book quantity": "mit Buchbestand", "blind": "blind", "Count sheet": "Zählliste", "Zone": "Zone", "Counter": "Wer zählt", "Kind": "Art", "Lines": "Zeilen", "Lot": "Charge", "Book": "Buch", "Counted": "Gezählt", "Second": "Zweite",
	"Counted by, time": "Gezählt von, Zeit", "Second count by, time": "Nachgezählt von, Zeit", "What stands here, if anything": "Was hier steht, falls etwas",

	"Closing checklist": "Checkliste zum Tagesende", "Day": "Tag", "Shift": "Schicht", "Lead": "Leitung", "Done": "Erledigt", "What": "Was", "Who, when": "Wer, wann", "Note": "Notiz", "Sums": "Summen", "Second person": "Zweite Person", "%d open: %s": "%d offen: %s",
	"Every order that was due today is done.": "Alles, was heute fällig war, ist fertig.", "No order is on hold.": "Kein Auftrag ist angehalten.", "Whatever was picked in vain is back in its bin.": "Was umsonst gepickt wurde, ist zurück an seinem Platz.",
	"No parcel is open, and every closed one has its label.": "Kein Paket ist offen, und jedes geschlossene hat sein Etikett.", "Every parcel with a label is with its carrier.": "Jedes Paket mit Etikett ist beim Paketdienst.",
	"No label is held by its printer or of unknown fate.": "Kein Etikett hängt am Drucker oder ist ungewiss.", "Every customer whose goods are on the shelf was told to come.": "Wer Ware im Regal hat, weiß es.",
	"What nobody came for in time is given up.": "Was niemand rechtzeitig abholte, ist aufgegeben.", "Every pick run is over.": "Jede Pickrunde ist zu Ende.", "Every count is done.": "Jede Zählung ist fertig.", "Every manifest is closed.": "Jede Übergabeliste ist geschlossen.",
	"No task is left.": "Keine Aufgabe ist übrig.", "The desk is empty.": "Der Tisch ist leer.", "The money of every shift is counted.": "Das Geld jeder Schicht ist gezählt.", "Drivers paid in whatever they collected on delivery.": "Die Fahrer haben eingezahlt, was sie kassiert haben.",

	"Gift slip": "Geschenkschein", "Packing slip": "Lieferschein", "Ordered": "Bestellt", "Your order": "Ihre Bestellung", "Delivery": "Lieferung", "Parcel": "Paket", "In this parcel": "Im Paket", "Here": "Hier", "Sent before": "Vorher",
	"Price": "Preis", "Sum": "Summe", "To send something back, show or enclose this code": "Zum Zurücksenden diesen Code zeigen oder beilegen", "Gift receipt: exchange or send back with this code": "Geschenkbeleg: mit diesem Code umtauschen oder zurücksenden",
	"in another parcel": "in einem anderen Paket", "still to come": "kommt noch", "not in this parcel": "nicht in diesem Paket", "replaced": "ersetzt", "cancelled": "storniert",

	"Manifest": "Übergabeliste", "Carrier": "Paketdienst", "Service": "Dienst", "Account": "Kundennummer", "Dock": "Tor", "Total": "Summe", "%d parcels": "%d Pakete", "1 parcel": "1 Paket", "SSCC": "SSCC", "Tracking": "Sendungsnummer", "To": "Nach", "Weight": "Gewicht",
	"Total: ": "Summe: ", "The driver confirms to have received the parcels named here, by number; their contents were not checked.": "Der Fahrer bestätigt, die hier genannten Pakete nach Nummern erhalten zu haben; ihr Inhalt wurde nicht geprüft.",
	"For ": "Für ", "the site": "den Standort", "Driver, name in capitals": "Fahrer, Name in Großbuchstaben", "Date, time, signature": "Datum, Zeit, Unterschrift", "cash on delivery ": "Nachnahme ",

	"Return receipt": "Rückgabebeleg", "Claim slip": "Annahmebeleg", "Put back": "Zurücklegen", "Bought": "Gekauft", "Taken by": "Angenommen von", "Condition": "Zustand", "Reason": "Grund",
}
