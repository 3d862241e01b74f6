package linktest

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"time"
)

// Kinds of packets of MQTT 3.1.1, with the flags they always have.
const (
	Connect    byte = 0x10
	Connack    byte = 0x20
	Publish    byte = 0x32 // QoS 1
	PublishNow byte = 0x30 // QoS 0
	Puback     byte = 0x40
	Subscribe  byte = 0x82
	Suback     byte = 0x90
	Pingreq    byte = 0xc0
	Pingresp   byte = 0xd0
	Disconnect byte = 0xe0
)

// Packet is one packet, without its length.
type Packet struct {
	Kind byte // as above, with its flags
	Body []byte
}

// Raw is a connection on which MQTT is spoken packet by packet: a client that breaks the rules, or a broker that
// does. Nothing is answered by itself.
type Raw struct {
	net.Conn
	in *bufio.Reader
	id uint16
}

// NewRaw speaks over a connection.
func NewRaw(c net.Conn) *Raw { return &Raw{Conn: c, in: bufio.NewReader(c)} }

// Read takes the next packet; it waits no longer than the suite's patience.
func (r *Raw) Read() (Packet, error) {
	_ = r.SetReadDeadline(time.Now().Add(patience))
	kind, err := r.in.ReadByte()
	if err != nil {
		return Packet{}, err
	}
	n, err := binary.ReadUvarint(r.in) // the same coding as a remaining length
	if err != nil {
		return Packet{}, err
	}
	if n > 1<<20 {
		return Packet{}, fmt.Errorf("a packet of %d bytes", n)
	}
	p := Packet{Kind: kind, Body: make([]byte, n)}
	_, err = io.ReadFull(r.in, p.Body)
	return p, err
}

// Until reads until a kind comes, flags aside.
func (r *Raw) Until(kind byte) (Packet, error) {
	for {
		p, err := r.Read()
		if err != nil || p.Kind&0xf0 == kind&0xf0 {
			return p, err
		}
	}
}

// Send writes a packet.
func (r *Raw) Send(kind byte, parts ...[]byte) error {
	var body []byte
	for _, p := range parts {
		body = append(body, p...)
	}
	_ = r.SetWriteDeadline(time.Now().Add(patience))
	_, err := r.Write(append(binary.AppendUvarint([]byte{kind}, uint64(len(body))), body...))
	return err
}

// Text is a string as MQTT writes it.
func Text(s string) []byte {
	return append(binary.BigEndian.AppendUint16(nil, uint16(len(s))), s...)
}

// Hello connects with a clean session, and with a retained will if will is not "".
func (r *Raw) Hello(clientID, will string) error {
	flags, rest := byte(0x02), Text(clientID)
	if will != "" {
		flags |= 0x04 | 0x08 | 0x20
		rest = append(append(rest, Text(will)...), Text("forged")...)
	}
	if err := r.Send(Connect, Text("MQTT"), []byte{4, flags, 0, 60}, rest); err != nil {
		return err
	}
	p, err := r.Read()
	switch {
	case err != nil:
		return err
	case p.Kind != Connack || len(p.Body) != 2:
		return fmt.Errorf("answer %x %x to a CONNECT", p.Kind, p.Body)
	case p.Body[1] != 0:
		return fmt.Errorf("the broker refused the connection: %d", p.Body[1])
	}
	return nil
}

// Ask subscribes and gives the broker's code: 0x80 is no.
func (r *Raw) Ask(filter string) (byte, error) {
	r.id++
	if err := r.Send(Subscribe, binary.BigEndian.AppendUint16(nil, r.id), Text(filter), []byte{1}); err != nil {
		return 0, err
	}
	p, err := r.Until(Suback)
	if err == nil && len(p.Body) != 3 {
		err = errors.New("a malformed SUBACK")
	}
	if err != nil {
		return 0, err
	}
	return p.Body[2], nil
}

// Say publishes.
func (r *Raw) Say(topic, payload string, retained bool) error {
	r.id++
	kind := Publish
	if retained {
		kind |= 1
	}
	return r.Send(kind, Text(topic), binary.BigEndian.AppendUint16(nil, r.id), []byte(payload))
}

// Message reads a PUBLISH.
func (p Packet) Message() (topic, payload string) {
	n := int(binary.BigEndian.Uint16(p.Body))
	rest := p.Body[2+n:]
	if p.Kind&0x06 != 0 {
		rest = rest[2:]
	}
	return string(p.Body[2 : 2+n]), string(rest)
}

// Heard reads all that is under way: it pings and gives what comes before the answer.
func (r *Raw) Heard() (out []Packet, err error) {
	if err := r.Send(Pingreq); err != nil {
		return nil, err
	}
	for {
		p, err := r.Read()
		if err != nil || p.Kind == Pingresp {
			return out, err
		}
		if p.Kind&0xf0 == PublishNow {
			out = append(out, p)
		}
	}
}
