// Package broker runs an MQTT broker inside the process, for the demo and for small shops that have no
// Mosquitto. It must NEVER be relied on to keep a message: like every broker here it is a pipe, and what it
// loses the protocol above sends again.
package broker

import (
	"context"
	"fmt"
	"net"
	"os"
	"strconv"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// Config of a broker. Listen is host:port for MQTT; Dir is where it may keep its files.
type Config struct {
	Listen string
	Dir    string
}

// Run serves until ctx ends; ready is told the address once connections are taken.
func Run(ctx context.Context, cfg Config, ready func(addr string)) error {
	host, portText, err := net.SplitHostPort(cfg.Listen)
	if err != nil {
		return fmt.Errorf("broker: listen %q: %w", cfg.Listen, err)
	}
	port, err := strconv.Atoi(portText)
	if err != nil {
		return fmt.Errorf("broker: listen %q: the port is not a number", cfg.Listen)
	}
	// Its own error for a taken port comes late and without the number: ask first.
	probe, err := net.Listen("tcp", cfg.Listen)
	if err != nil {
		return fmt.Errorf("broker: cannot listen on %s: %w", cfg.Listen, err)
	}
	_ = probe.Close()
	if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
		return fmt.Errorf("broker: %w", err)
	}
	o := &server.Options{
		ServerName: "picket-broker", Host: host, Port: server.RANDOM_PORT, NoSigs: true, NoLog: true,
		JetStream: true, StoreDir: cfg.Dir, MaxPayload: 256 << 10,
		MQTT: server.MQTTOpts{Host: host, Port: port},
	}
	if port == 0 {
		o.MQTT.Port = server.RANDOM_PORT
	}
	s, err := server.NewServer(o)
	if err != nil {
		return fmt.Errorf("broker: %w", err)
	}
	go s.Start()
	defer func() {
		s.Shutdown()
		s.WaitForShutdown()
	}()
	if !s.ReadyForConnections(20 * time.Second) {
		return fmt.Errorf("broker: not ready on %s within 20 s", cfg.Listen)
	}
	if ready != nil {
		ready(net.JoinHostPort(host, strconv.Itoa(o.MQTT.Port)))
	}
	<-ctx.Done()
	return nil
}
