package labels

import (
	"fmt"
	"strings"
)

// Languages are those a site's labels can be in; the first is what they are in where nobody said anything.
var Languages = []string{"en", "de"}

// say is an English word of a document in the site's language. Customs forms are not said: posts read them in English.
func (f Facts) say(english string) string { return Say(f.Lang, english) }

// Say is an English word of the documents in a language.
func Say(lang, english string) string {
	if lang == "de" {
		if words, ok := german[english]; ok {
			return words
		}
	}
	return english
}

// spoken is a word of the floor as people say it: a condition, a reason, what a customer wants. What is no such word, as the
// name of a bin, stays as it is.
func (f Facts) spoken(word string) string { return f.say(strings.ReplaceAll(word, "_", " ")) }

// parcels counts them.
func (f Facts) parcels(n int) string {
	if n == 1 {
		return f.say("1 parcel")
	}
	return fmt.Sprintf(f.say("%d parcels"), n)
}

// alone says whether the parcel is known to be the only one.
func (f Facts) alone() bool { return f.of() == fmt.Sprintf(f.say("%d of %d"), 1, 1) }

// german are all words of the documents, by what they are in English.
var german = map[string]string{
	"FROM": "VON", "FROM ": "VON ", "TO": "AN", "TO ": "AN ", "ORDER": "AUFTRAG", "PARCEL": "PAKET", "WEIGHT": "GEWICHT", "TRACKING": "SENDUNGSNUMMER",
	"COLLECT ": "NACHNAHME ", "Ref ": "Ref. ", "COPY %d": "KOPIE %d", "COPY %d: %s": "KOPIE %d: %s", "RETURN": "RÜCKSENDUNG",
	"THIS WAY UP": "DIESE SEITE OBEN", "DANGEROUS GOODS": "GEFAHRGUT", "KEEP CHILLED": "KÜHL HALTEN", "KEEP FROZEN": "TIEFGEKÜHLT", "FRAGILE": "ZERBRECHLICH", "CHECK AGE %d+": "ALTER PRÜFEN %d+", "GIFT": "GESCHENK",
	"Order ": "Auftrag ", ", parcel ": ", Paket ", "For ": "Für ", "%d of %d": "%d von %d", "Page %d of %d": "Seite %d von %d", "1 parcel": "1 Paket", "%d parcels": "%d Pakete",
	"The carrier's label before this one is a copy. Throw the other one away. This tag does not go on the parcel.": "Das Etikett des Paketdienstes davor ist eine Kopie. Das andere wegwerfen. Dieser Zettel kommt nicht auf das Paket.",
	howToReturn: "Ware einpacken, dieses Etikett aufkleben und alle anderen durchstreichen.",

	"POSTAGE PAID": "ENTGELT BEZAHLT", "Account ": "Kundennr. ", "Licence ": "Lizenz ", "DEPOT": "DEPOT", "ROUTE": "TOUR", "SERVICE": "DIENST",

	"To pay ": "Zu zahlen ", "Cash on delivery": "Nachnahme", "To be collected on delivery": "Bei der Übergabe zu kassieren", "Received: ______________________": "Erhalten: ______________________",
	wholeOrder: "Das ist für den ganzen Auftrag. Für seine anderen Pakete nichts kassieren.",
	"SHELF":    "FACH", "KEEP UNTIL": "LIEGT BIS", "BAGS": "TASCHEN", "%d bags": "%d Taschen", "Mon 2 Jan 2006": "02.01.2006",

	"Packing slip": "Lieferschein", "sent before: ": "schon verschickt: ", "in another parcel: ": "in einem anderen Paket: ", "still to come: ": "kommt noch: ", "not in this parcel: ": "nicht in diesem Paket: ",
	"Gift receipt": "Geschenkbeleg", "Return code ": "Rückgabecode ", "To exchange or return this gift, show this receipt.": "Zum Umtauschen oder Zurückgeben diesen Beleg zeigen.",
	"Contents": "Inhalt", "For site ": "Für Standort ", "Code %d of %d - scan it to book the parcel in": "Code %d von %d - scannen, um das Paket einzubuchen",
	"Delivery note ": "Lieferschein ", ", your order ": ", Ihre Bestellung ", "delivered before: ": "schon geliefert: ", "will not come: ": "kommt nicht: ", "Parcels and pallets in this delivery: %d": "Pakete und Paletten dieser Lieferung: %d",
	"Manifest ": "Übergabeliste ", "Driver ": "Fahrer ", "; the driver counted %d": "; der Fahrer zählte %d", "Received by the carrier: ______________________": "Vom Paketdienst erhalten: ______________________",

	"Brought back": "Zurückgebracht", "CONDITION": "ZUSTAND", "GOES TO": "KOMMT NACH", ", lot ": ", Charge ", ", serial ": ", Seriennummer ", "Return %s, line %d: %s": "Retoure %s, Zeile %d: %s",
	"Return receipt": "Rückgabebeleg", "Return ": "Retoure ", ", taken back ": ", zurückgenommen ", "At ": "Bei ", "The customer asked for: ": "Gewünscht wird: ", "Keep this receipt: its number finds the return.": "Bitte aufheben: Die Nummer findet die Retoure.",
	"It is settled: head office said so.": "Erledigt, sagt die Zentrale.", "What you get for it is not decided yet: head office tells you.": "Was Sie dafür bekommen, ist noch offen. Die Zentrale meldet sich.",
	"Gift receipt ": "Geschenkbeleg ", "Receipt ": "Beleg ", "announced as ": "angemeldet als ", "Without a receipt": "Ohne Beleg",
	"Claim slip": "Annahmebeleg", "The store has the goods listed above.": "Der Laden hat die oben genannten Waren.", "Head office is cut off: the money is not decided yet.": "Keine Verbindung zur Zentrale: Der Betrag ist noch offen.",
	"You will be told. Keep this slip: it is your claim.": "Sie hören von uns. Dieser Beleg ist Ihr Anspruch.", "For the store: ______________________": "Für den Laden: ______________________",

	"as new": "wie neu", "opened": "geöffnet", "used": "gebraucht", "damaged": "beschädigt", "defective": "defekt",
	"changed mind": "nicht gewünscht", "too small": "zu klein", "too large": "zu groß", "not as described": "nicht wie beschrieben", "wrong goods": "falsche Ware", "came late": "zu spät gekommen", "other": "anderes",
	"refund": "Geld zurück", "exchange": "Umtausch", "credit": "Gutschrift",
}
