package raw

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"picket/devices"
)

// system is the question over the port for JSON (9200 as delivered). It takes several connections and answers while
// the printer prints, so the one connection for jobs is left alone. What it answers has not seen the job before it: it is
// asked for complaints and never for counters.
const system = `{}{"zpl.system_status":null}`

// overJSON asks for complaints where the printer offers JSON.
func (o Options) overJSON(ctx context.Context) (Complaints, error) {
	ctx, cancel := context.WithTimeout(ctx, o.Answer)
	defer cancel()
	conn, err := o.DialContext(ctx, "tcp", o.JSON)
	if err != nil {
		return Complaints{}, fmt.Errorf("the port for JSON, %s, cannot be reached: %w", o.JSON, devices.NoCall(err))
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })()
	if _, err := io.WriteString(conn, system); err != nil {
		return Complaints{}, err
	}
	return readSystem(conn)
}

// readSystem reads the answer to [system].
func readSystem(r io.Reader) (Complaints, error) {
	var said struct {
		System *string `json:"zpl.system_status"`
	}
	if err := json.NewDecoder(io.LimitReader(r, 4096)).Decode(&said); err != nil {
		return Complaints{}, fmt.Errorf("the answer over the port for JSON cannot be read: %w", err)
	}
	if said.System == nil {
		return Complaints{}, errors.New("the answer over the port for JSON has no zpl.system_status")
	}
	return parseSystem(*said.System)
}
