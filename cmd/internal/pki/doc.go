// Package pki is the company's small certificate authority for the line between sites and centre: the centre
// certifies its broker, itself and, with a code that counts once, each site's box; the box keeps its own key and
// renews its certificate long before it ends. What was taken back stands in a list the broker reads.
//
// It must NEVER send a private key or a code's secret over a network, sign a name that did not prove its code or
// its present key, or certify for anything but the line.
package pki
