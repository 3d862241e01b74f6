// Package gs1 reads what a barcode carries: GTINs in all their lengths, SSCCs, GS1 element strings, bracketed
// text and GS1 Digital Link addresses. Every application identifier of GS1's Barcode Syntax Dictionary is
// known with its lengths, character sets and content rules; the table is generated.
//
// It is PURE: no clock, no network, no files. It must NEVER decide what an item is, whether a
// bin or a badge exists, or follow an address it reads: a scan is data.
package gs1
