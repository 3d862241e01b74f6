package broker

import (
	"bufio"
	"crypto/tls"
	"encoding/binary"
	"net"
	"sync"
	"time"
)

const (
	firstWord    = 10 * time.Second // for the handshake and the CONNECT
	writeTimeout = 10 * time.Second
	maxUrgent    = 1 << 20 // answers a client has not read: it asks and does not listen
)

// serve speaks with one client until it leaves.
func (h *hub) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(firstWord))
	c := &client{hub: h, conn: conn}
	c.wake = sync.NewCond(&h.mu)
	if tc, ok := conn.(*tls.Conn); ok {
		if err := tc.Handshake(); err != nil {
			return
		}
		c.cert = tc.ConnectionState().PeerCertificates[0]
		c.name = c.cert.Subject.CommonName
		c.say, c.hear = h.rights(c.name)
	}
	in := bufio.NewReaderSize(conn, 8<<10)
	p, err := readPacket(in)
	if err != nil {
		return
	}
	hello, code, err := readConnect(p)
	if err != nil {
		if code != 0 {
			_, _ = conn.Write(appendPacket(nil, kConnack, 0, []byte{0, code}))
		}
		return
	}
	// A session is always a clean one: what waits for somebody who is away waits at the other end.
	c.id, c.will = hello.client, hello.will
	c.urgent = appendPacket(nil, kConnack, 0, []byte{0, 0})
	if !h.enter(c) {
		_, _ = conn.Write(appendPacket(nil, kConnack, 0, []byte{0, 2}))
		return
	}
	_ = conn.SetDeadline(time.Time{})
	var writer sync.WaitGroup
	writer.Go(c.write)
	farewell := c.read(in, time.Duration(hello.keepAlive)*time.Second*3/2)
	h.leave(c, !farewell)
	writer.Wait()
}

// read takes what the client says; true when it took leave.
func (c *client) read(in *bufio.Reader, patience time.Duration) bool {
	for {
		if patience > 0 {
			_ = c.conn.SetReadDeadline(time.Now().Add(patience))
		}
		p, err := readPacket(in)
		if err != nil {
			return false
		}
		switch p.kind {
		case kPublish:
			m, id, err := readPublish(p)
			if err != nil {
				return false
			}
			c.hub.publish(c, m)
			if m.qos > 0 {
				c.hub.answer(c, appendPacket(nil, kPuback, 0, binary.BigEndian.AppendUint16(nil, id)))
			}
		case kPuback:
			c.hub.acked(c)
		case kSubscribe:
			id, asked, err := readFilters(p, true)
			if err != nil {
				return false
			}
			c.hub.subscribe(c, id, asked)
		case kUnsubscribe:
			id, asked, err := readFilters(p, false)
			if err != nil {
				return false
			}
			c.hub.unsubscribe(c, asked)
			c.hub.answer(c, appendPacket(nil, kUnsuback, 0, binary.BigEndian.AppendUint16(nil, id)))
		case kPingreq:
			c.hub.answer(c, appendPacket(nil, kPingresp, 0))
		case kDisconnect:
			return true
		default:
			return false
		}
	}
}

// write says to the client what waits for it, as far as it acknowledges.
func (c *client) write() {
	var out []byte
	id := uint16(0)
	for {
		c.hub.mu.Lock()
		for !c.gone && len(c.urgent) == 0 && (len(c.waiting) == 0 || c.unanswered >= maxUnanswered) {
			c.wake.Wait()
		}
		if c.gone || len(c.urgent) > maxUrgent {
			c.hub.mu.Unlock()
			_ = c.conn.Close()
			return
		}
		out = append(out[:0], c.urgent...)
		c.urgent = c.urgent[:0]
		for len(c.waiting) > 0 && c.unanswered < maxUnanswered && len(out) < 64<<10 {
			m := c.next()
			flags := m.qos << 1
			if m.retain {
				flags |= 1
			}
			if m.qos == 0 {
				out = appendPacket(out, kPublish, flags, text(m.topic), m.payload)
				continue
			}
			c.unanswered++
			if id++; id == 0 {
				id = 1
			}
			out = appendPacket(out, kPublish, flags, text(m.topic), binary.BigEndian.AppendUint16(nil, id), m.payload)
		}
		c.hub.mu.Unlock()
		_ = c.conn.SetWriteDeadline(time.Now().Add(writeTimeout))
		if _, err := c.conn.Write(out); err != nil {
			_ = c.conn.Close() // the reader notices
			return
		}
	}
}
