package centre

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/spf13/cobra"

	"picket/cmd/internal/line"
)

// ReplaceCommand is `picket-oms replace SITE`: it asks the centre that runs for a code.
func ReplaceCommand(load func() (Config, error)) *cobra.Command {
	stolen := false
	cmd := &cobra.Command{
		Use: "replace SITE", Short: "Make a code by which a new box takes a site; the box that holds it is fenced when the code is used", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := load()
			if err != nil {
				return err
			}
			code, until, err := askCode(cmd.Context(), cfg, args[0], stolen)
			if err != nil {
				return fmt.Errorf("replace: %w", err)
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s\n\nGood for one box until %s. At the new box:\n  picketd replace --config site.yaml --centre http(s)://THIS-CENTRE --code %s\n", code, until.Local().Format("Mon 02 Jan 15:04"), code)
			return nil
		},
	}
	cmd.Flags().BoolVar(&stolen, "stolen", false, "the box is in other hands: its certificates are taken back when the code is used, and it hands nothing over by itself")
	return cmd
}

func askCode(ctx context.Context, cfg Config, site string, stolen bool) (code string, until time.Time, err error) {
	var got struct {
		Code  string
		Until time.Time
	}
	path := "/api/sites/" + url.PathEscape(site) + "/enrol"
	if stolen {
		path += "?stolen=true"
	}
	err = ask(ctx, cfg, path, nil, &got)
	return got.Code, got.Until, err
}

// errDown: nobody answers.
var errDown = errors.New("the centre does not answer; is picket-oms running?")

// ask posts to the centre that runs by these settings.
func ask(ctx context.Context, cfg Config, path string, in, out any) error {
	return call(ctx, cfg, http.MethodPost, path, in, out)
}

func call(ctx context.Context, cfg Config, method, path string, in, out any) error {
	token, err := line.Secret("http.token_file", cfg.HTTP.TokenFile)
	if err != nil {
		return err
	}
	var body io.Reader
	if in != nil {
		text, err := json.Marshal(in)
		if err != nil {
			return err
		}
		body = bytes.NewReader(text)
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, "http://"+cfg.HTTP.Listen+path, body)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("%w %w", errDown, err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, 4<<20))
	if err != nil {
		return err
	}
	if res.StatusCode/100 != 2 {
		var p struct{ Detail string }
		_ = json.Unmarshal(text, &p) // what is no problem has no detail
		return fmt.Errorf("the centre says %d: %s", res.StatusCode, p.Detail)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(text, out)
}
