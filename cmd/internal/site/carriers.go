package site

import (
	"fmt"
	"slices"
	"strings"

	"picket/cmd/internal/ordinary"
	"picket/edge/floor"
	"picket/edge/labels"
	"picket/edge/labels/template"
)

// Carrier is how the parcels of a carrier are labelled here. What it is for the floor comes from the centre.
type Carrier struct {
	Code    string `yaml:"code"`
	Layout  string `yaml:"layout"`  // of its labels: express, network or postal; empty: the GS1 label
	Account string `yaml:"account"` // what the site is called there, as it stands on those labels
	Routes  string `yaml:"routes"`  // the file of its table: country,postcode,sort,depot,route
}

// mostRoutes is how large a carrier's table may be.
const mostRoutes = 16 << 20

func (c *Config) checkCarriers() error {
	seen := map[string]bool{}
	for i, x := range c.Carriers {
		at := fmt.Sprintf("carriers[%d]", i)
		if err := floor.CheckID(at+".code", x.Code); err != nil {
			return err
		}
		if seen[x.Code] {
			return fmt.Errorf("%s.code: %q stands there twice", at, x.Code)
		}
		seen[x.Code] = true
		if x.Layout != "" && !slices.Contains(template.Layouts(), x.Layout) {
			return fmt.Errorf("%s.layout: is %q, but there is %s", at, x.Layout, strings.Join(template.Layouts(), ", "))
		}
		if len(x.Account) > 32 || strings.ContainsFunc(x.Account, func(r rune) bool { return r < ' ' }) {
			return fmt.Errorf("%s.account: has more than 32 characters, or one that is none", at)
		}
	}
	return nil
}

// look is how a carrier's labels look here.
type look struct {
	layout  []*template.Template
	account string
	routes  labels.Routes
}

// looks reads what the settings say of carriers. A table that cannot be read leaves its labels without what it would say, and
// people are told.
func (t *templates) looks(all []Carrier, lang string) (out map[string]look, bad []badTemplate) {
	out = map[string]look{}
	for _, c := range all {
		x := look{account: c.Account}
		if c.Layout != "" {
			layout, texts, err := template.Layout(c.Layout, lang)
			for i := range layout {
				if err == nil {
					err = t.keep(layout[i], texts[i])
				}
			}
			if err != nil {
				bad = append(bad, badTemplate{name: c.Layout, why: err.Error()})
			} else {
				x.layout = layout
			}
		}
		if c.Routes != "" {
			text, err := ordinary.Read(c.Routes, mostRoutes)
			if err == nil {
				x.routes, err = labels.ReadRoutes(text)
			}
			if err != nil {
				bad = append(bad, badTemplate{name: c.Routes, why: fmt.Sprintf("%s: %v", c.Routes, err)})
			}
		}
		out[c.Code] = x
	}
	return out, bad
}

// of is how the labels of a carrier look.
func (t *templates) of(carrier string) look {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.look[carrier]
}
