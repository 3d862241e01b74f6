package link

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"sync"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
)

// Config of a connection to an MQTT 3.1.1 broker. Zero durations take the values named.
type Config struct {
	Broker   string // tcp://host:port, or tls://host:port
	ClientID string
	Username string
	Password string
	Filters  []string
	Will     *Message
	TLS      *tls.Config // for tls://

	ConnectTimeout time.Duration // 10 s
	KeepAlive      time.Duration // 30 s
	PingTimeout    time.Duration // 10 s
	WriteTimeout   time.Duration // 10 s
	RetryMin       time.Duration // 1 s
	RetryMax       time.Duration // 60 s
	Mailbox        int           // events that may wait for the owner: 256
	// Sender names whose message it is, by its topic: a flood of one then leaves room in the mailbox for the others. nil: all are one.
	Sender func(topic string) string

	// Rand is uniform in [0, 1) and spreads the attempts of many sites.
	Rand func() float64
	// Dial replaces the network; nil is a net.Dialer.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

func (c Config) withDefaults() Config {
	dur := func(d *time.Duration, v time.Duration) {
		if *d == 0 {
			*d = v
		}
	}
	dur(&c.ConnectTimeout, 10*time.Second)
	dur(&c.KeepAlive, 30*time.Second)
	dur(&c.PingTimeout, 10*time.Second)
	dur(&c.WriteTimeout, 10*time.Second)
	dur(&c.RetryMin, time.Second)
	dur(&c.RetryMax, time.Minute)
	if c.Mailbox == 0 {
		c.Mailbox = 256
	}
	if c.Dial == nil {
		c.Dial = (&net.Dialer{}).DialContext
	}
	return c
}

// qos of every message: at most once would let brokers drop under light load already; more than that
// nothing here relies on.
const qos = 1

// tokensUnderWay paces publishing; a token says nothing about arrival.
const tokensUnderWay = 32

// farewell is how long Close lets the last words go out.
const farewell = 500 * time.Millisecond

// MQTT is a Link over a broker. Every attempt to connect makes a client of its own with a clean
// session and an empty store: a client of that library cannot be used twice, and one that reconnects
// by itself sends again, in random order, what the protocol above has long replaced.
type MQTT struct {
	cfg    Config
	broker *url.URL
	box    *Mailbox
	out    chan Message
	cancel context.CancelFunc
	done   chan struct{}

	mu sync.Mutex
	up bool
}

// Dial checks the configuration and starts connecting in the background.
func Dial(cfg Config) (*MQTT, error) {
	cfg = cfg.withDefaults()
	u, err := url.Parse(cfg.Broker)
	if err != nil {
		return nil, fmt.Errorf("link: broker: %q is no address: %w", cfg.Broker, err)
	}
	switch u.Scheme {
	case "tcp", "mqtt", "tls", "ssl", "mqtts":
	default:
		return nil, fmt.Errorf("link: broker: %q has scheme %q, only tcp and tls are spoken", cfg.Broker, u.Scheme)
	}
	if _, _, err := net.SplitHostPort(u.Host); err != nil {
		return nil, fmt.Errorf("link: broker: %q needs a host and a port, as in tcp://oms.example:1883", cfg.Broker)
	}
	if cfg.ClientID == "" || len(cfg.ClientID) > 128 {
		return nil, errors.New("link: client id: must have 1 to 128 bytes")
	}
	if cfg.Rand == nil {
		return nil, errors.New("link: rand: is missing")
	}
	ctx, cancel := context.WithCancel(context.Background())
	box := NewMailbox(cfg.Mailbox)
	box.sender = cfg.Sender
	l := &MQTT{cfg: cfg, broker: u, box: box, out: make(chan Message, 64), cancel: cancel, done: make(chan struct{})}
	go l.run(ctx)
	return l, nil
}

// Publish implements Link.
func (l *MQTT) Publish(topic string, payload []byte, retained bool) error {
	if len(payload) > MaxPayload {
		return ErrTooBig
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.up {
		return ErrDown
	}
	select {
	case l.out <- Message{Topic: topic, Payload: payload, Retained: retained}:
		return nil
	default:
		return ErrBusy
	}
}

// Events implements Link.
func (l *MQTT) Events() <-chan Event { return l.box.Events() }

// Dropped counts messages that found the owner's channel full.
func (l *MQTT) Dropped() uint64 { return l.box.Dropped() }

// Close implements Link.
func (l *MQTT) Close() error {
	l.cancel()
	<-l.done
	l.box.Close()
	return nil
}

func (l *MQTT) run(ctx context.Context) {
	defer close(l.done)
	for attempt := 0; ; attempt++ {
		since := time.Now()
		err := l.connection(ctx)
		if ctx.Err() != nil {
			return
		}
		l.box.State(Event{Kind: Down, Err: err})
		if time.Since(since) > 10*time.Second {
			attempt = 0 // it held for a while: this is a new trouble
		}
		wait := time.NewTimer(l.pause(attempt))
		select {
		case <-ctx.Done():
			wait.Stop()
			return
		case <-wait.C:
		}
	}
}

// pause is full jitter over a doubling span: after a broker's restart all sites come, none together.
func (l *MQTT) pause(attempt int) time.Duration {
	wide := l.cfg.RetryMax
	if attempt < 16 && l.cfg.RetryMin<<attempt < wide {
		wide = l.cfg.RetryMin << attempt
	}
	return time.Duration(l.cfg.Rand() * float64(wide))
}

// connection lives from one connect to its loss.
func (l *MQTT) connection(ctx context.Context) error {
	lost := make(chan error, 1)
	in := &inlet{box: l.box}
	defer in.shut() // an old client that still reads is heard no more
	client := mqtt.NewClient(l.options(ctx, lost, in))
	defer client.Disconnect(0)
	if err := l.wait(ctx, client.Connect(), l.cfg.ConnectTimeout+l.cfg.WriteTimeout); err != nil {
		return err
	}
	if err := l.subscribe(ctx, client); err != nil {
		return err
	}
	l.setUp(true)
	in.open()
	var underWay []mqtt.Token
	err := l.pump(ctx, client, lost, &underWay)
	l.setUp(false)
	if ctx.Err() != nil {
		l.drain(func(m Message) { underWay = append(underWay, client.Publish(m.Topic, qos, m.Retained, m.Payload)) })
		// The client lets its DISCONNECT overtake what waits to be written; so that goes first, if it goes soon.
		limit := time.Now().Add(farewell)
		for _, t := range underWay {
			t.WaitTimeout(time.Until(limit))
		}
		client.Disconnect(250)
		return ctx.Err()
	}
	l.drain(func(Message) {})
	return err
}

func (l *MQTT) setUp(up bool) { l.mu.Lock(); l.up = up; l.mu.Unlock() }

func (l *MQTT) drain(each func(Message)) {
	for {
		select {
		case m := <-l.out:
			each(m)
		default:
			return
		}
	}
}

// pump publishes until the connection is lost. It may block in the client; nobody waits for it.
func (l *MQTT) pump(ctx context.Context, client mqtt.Client, lost <-chan error, tokens *[]mqtt.Token) error {
	for {
		underWay := *tokens
		if len(underWay) >= tokensUnderWay {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case err := <-lost:
				return err
			case <-underWay[0].Done():
			case <-time.After(l.cfg.WriteTimeout):
			}
			*tokens = underWay[1:]
			continue
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case err := <-lost:
			return err
		case m := <-l.out:
			*tokens = append(underWay, client.Publish(m.Topic, qos, m.Retained, m.Payload))
		}
	}
}

func (l *MQTT) subscribe(ctx context.Context, client mqtt.Client) error {
	if len(l.cfg.Filters) == 0 {
		return nil
	}
	all := make(map[string]byte, len(l.cfg.Filters))
	for _, f := range l.cfg.Filters {
		all[f] = qos
	}
	token := client.SubscribeMultiple(all, nil)
	if err := l.wait(ctx, token, l.cfg.ConnectTimeout); err != nil {
		return err
	}
	if sub, ok := token.(*mqtt.SubscribeToken); ok {
		for filter, code := range sub.Result() {
			if code >= 0x80 {
				return fmt.Errorf("link: the broker refused the subscription to %s", filter)
			}
		}
	}
	return nil
}

func (l *MQTT) wait(ctx context.Context, t mqtt.Token, d time.Duration) error {
	limit := time.NewTimer(d)
	defer limit.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.Done():
		return t.Error()
	case <-limit.C:
		return fmt.Errorf("link: no answer from %s in %s", l.broker.Host, d)
	}
}

func (l *MQTT) options(ctx context.Context, lost chan<- error, in *inlet) *mqtt.ClientOptions {
	o := mqtt.NewClientOptions().
		AddBroker(l.cfg.Broker).
		SetClientID(l.cfg.ClientID).
		SetProtocolVersion(4).
		SetCleanSession(true).
		SetAutoReconnect(false). // see MQTT's comment
		SetConnectRetry(false).
		SetConnectTimeout(l.cfg.ConnectTimeout).
		SetKeepAlive(l.cfg.KeepAlive).
		SetPingTimeout(l.cfg.PingTimeout).
		SetWriteTimeout(l.cfg.WriteTimeout).
		// Messages may come before the subscription is answered, and one without a handler is never
		// acknowledged and fills the broker's window: the one handler takes all.
		SetDefaultPublishHandler(func(_ mqtt.Client, m mqtt.Message) {
			in.put(Message{Topic: m.Topic(), Payload: m.Payload(), Retained: m.Retained()})
		}).
		SetConnectionLostHandler(func(_ mqtt.Client, err error) {
			select {
			case lost <- err:
			default:
			}
		}).
		SetCustomOpenConnectionFn(func(u *url.URL, _ mqtt.ClientOptions) (net.Conn, error) {
			c, err := l.open(ctx, u)
			if err != nil {
				return nil, err
			}
			return newGuardConn(c, l.cfg.WriteTimeout), nil
		})
	if l.cfg.Username != "" {
		o.SetUsername(l.cfg.Username).SetPassword(l.cfg.Password)
	}
	if w := l.cfg.Will; w != nil {
		o.SetBinaryWill(w.Topic, w.Payload, qos, w.Retained)
	}
	return o
}

func (l *MQTT) open(ctx context.Context, u *url.URL) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, l.cfg.ConnectTimeout)
	defer cancel()
	c, err := l.cfg.Dial(ctx, "tcp", u.Host)
	if err != nil {
		return nil, err
	}
	if c = prompt(c); u.Scheme == "tcp" || u.Scheme == "mqtt" {
		return c, nil
	}
	conf := l.cfg.TLS.Clone()
	if conf == nil {
		conf = &tls.Config{MinVersion: tls.VersionTLS13}
	}
	if conf.ServerName == "" {
		conf.ServerName = u.Hostname()
	}
	tc := tls.Client(c, conf)
	if err := tc.HandshakeContext(ctx); err != nil {
		_ = c.Close()
		return nil, fmt.Errorf("link: TLS with %s: %w", u.Host, err)
	}
	return tc, nil
}

var _ Link = (*MQTT)(nil)
