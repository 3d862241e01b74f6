package virtual

import (
	"bytes"
	"container/list"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

//go:embed page
var files embed.FS

var page = template.Must(template.ParseFS(files, "page/index.html"))

// pictures draws labels when they are looked at, and keeps the last few.
type pictures struct {
	render func([]byte) ([]byte, error)

	mu     sync.Mutex
	recent *list.List // of picture, newest use first
	by     map[uint64]*list.Element
}

type picture struct {
	seq uint64
	png []byte
}

const keepPictures = 32

func newPictures(r func([]byte) ([]byte, error)) *pictures {
	return &pictures{render: r, recent: list.New(), by: map[uint64]*list.Element{}}
}

func (p *pictures) of(l Label) ([]byte, error) {
	p.mu.Lock()
	defer p.mu.Unlock() // one at a time: drawing is the page's only real work
	if e, found := p.by[l.Seq]; found {
		p.recent.MoveToFront(e)
		return e.Value.(picture).png, nil
	}
	png, err := p.render(l.ZPL)
	if err != nil {
		return nil, err
	}
	p.by[l.Seq] = p.recent.PushFront(picture{l.Seq, png})
	if p.recent.Len() > keepPictures {
		delete(p.by, p.recent.Remove(p.recent.Back()).(picture).seq)
	}
	return png, nil
}

// Words say how the printer stands: what a person sees, and what to do about it.
func (s State) Words() (head, hint string, good bool) {
	switch {
	case !s.On:
		return "Switched off", "Switch it on to go on. What was in its buffer is gone.", false
	case s.HeadOpen:
		return "Print head open", "Close the print head.", false
	case s.Media == 0:
		return "Out of labels", "Load labels.", false
	case s.RibbonOut:
		return "Out of ribbon", "Load ribbon.", false
	case s.Hung:
		return "Hung: takes no bytes", "Let it take bytes again.", false
	case s.Silent:
		return "Silent: prints, but answers nothing", "Let it answer again.", false
	case s.Paused:
		return "Paused", "Resume to print what waits.", false
	case s.Printing:
		return "Printing", "", true
	}
	return "Ready", "", true
}

// button is one thing a person can do to the printer now.
type button struct {
	Do   string `json:"do"`
	Text string `json:"text"`
	Main bool   `json:"main,omitempty"` // it mends what the words complain of
}

func (s State) buttons() []button {
	if !s.On {
		return []button{{"power-on", "Switch on", true}}
	}
	pick := func(mend bool, undo, undoText, do, doText string) button {
		if mend {
			return button{undo, undoText, true}
		}
		return button{do, doText, false}
	}
	return []button{
		pick(s.Media == 0, "load", "Load labels", "media-out", "Run out of labels"),
		pick(s.HeadOpen, "close", "Close head", "open", "Open head"),
		pick(s.Paused, "resume", "Resume", "pause", "Pause"),
		pick(s.RibbonOut, "ribbon-in", "Load ribbon", "ribbon-out", "Run out of ribbon"),
		pick(s.Silent, "speak", "Answer again", "silent", "Go silent"),
		{"power-cut", "Cut the power", false},
	}
}

// labelView is a label as the page and the list show it.
type labelView struct {
	Seq     uint64    `json:"seq"`
	At      time.Time `json:"at"`
	Copy    int       `json:"copy"`
	Of      int       `json:"of"`
	Torn    bool      `json:"torn,omitempty"`
	Caption string    `json:"caption"`
	Picture string    `json:"picture,omitempty"`
	ZPL     string    `json:"zpl"`
}

// view is what GET state answers.
type view struct {
	Name    string      `json:"name"`
	Address string      `json:"address"`
	Head    string      `json:"head"`
	Hint    string      `json:"hint"`
	Good    bool        `json:"good"`
	Facts   string      `json:"facts"`
	Buttons []button    `json:"buttons"`
	Labels  []labelView `json:"labels"`
	Older   int         `json:"older"` // labels in the tray that are not listed
}

const listed = 24

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

func (p *Printer) view(most int) view {
	s, labels := p.State(), p.Labels()
	v := view{Name: p.cfg.Name, Address: p.addr, Buttons: s.buttons(), Labels: []labelView{}}
	v.Head, v.Hint, v.Good = s.Words()
	facts := []string{}
	if left := s.LabelsLeft; left > 0 {
		facts = append(facts, plural(left, "label of this job left", "labels of this job left"))
	}
	if s.Waiting > 0 {
		facts = append(facts, plural(s.Waiting, "job waits", "jobs wait"))
	}
	if s.Media > 0 {
		facts = append(facts, plural(s.Media, "label on the roll", "labels on the roll"))
	}
	facts = append(facts, strconv.FormatUint(s.Printed, 10)+" printed so far")
	if s.StoreError != "" {
		facts = append(facts, "labels are not kept: "+s.StoreError)
	}
	v.Facts = strings.Join(facts, " · ")
	for _, l := range labels[:min(len(labels), most)] {
		lv := labelView{Seq: l.Seq, At: l.At, Copy: l.Copy, Of: l.Of, Torn: l.Torn, Caption: l.caption(),
			ZPL: fmt.Sprintf("labels/%d.zpl", l.Seq)}
		if p.cfg.Render != nil {
			lv.Picture = fmt.Sprintf("labels/%d.png", l.Seq)
		}
		v.Labels = append(v.Labels, lv)
	}
	v.Older = len(labels) - len(v.Labels)
	return v
}

func (l Label) caption() string {
	c := fmt.Sprintf("No. %d · %s", l.Seq, l.At.Format("15:04:05"))
	if l.Of > 1 {
		c += fmt.Sprintf(" · %d of %d", l.Copy, l.Of)
	}
	if l.Torn {
		c += " · torn: the power failed"
	}
	return c
}

// Handler is the printer's page. It works under any path that ends in a slash, once that is stripped:
//
//	GET  /                  the page
//	GET  /state             how it stands, what can be done, the newest labels; JSON
//	GET  /labels            every label in the tray, newest first; JSON
//	GET  /labels/7.png      a label as a picture; 501 without a renderer, 422 when it cannot be drawn
//	GET  /labels/7.zpl      a label as it was sent
//	POST /do/{what}         media-out load open close pause resume ribbon-out ribbon-in silent speak
//	                        hang unhang power-cut power-on; answers 303 to a form
//
// A POST from another site is refused. The page needs no inline script or style.
func (p *Printer) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) {
		var b bytes.Buffer
		if err := page.Execute(&b, p.view(listed)); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'")
		h.Set("Cache-Control", "no-store")
		_, _ = w.Write(b.Bytes())
	})
	for name, kind := range map[string]string{"page.css": "text/css; charset=utf-8", "page.js": "text/javascript; charset=utf-8"} {
		mux.HandleFunc("GET /"+name, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", kind)
			w.Header().Set("Cache-Control", "no-cache")
			http.ServeFileFS(w, r, files, "page/"+name)
		})
	}
	mux.HandleFunc("GET /state", func(w http.ResponseWriter, r *http.Request) { answer(w, p.view(listed)) })
	mux.HandleFunc("GET /labels", func(w http.ResponseWriter, r *http.Request) { answer(w, p.view(p.cfg.Keep).Labels) })
	mux.HandleFunc("GET /labels/{file}", p.label)
	mux.HandleFunc("POST /do/{what}", p.do)
	return http.NewCrossOriginProtection().Handler(mux)
}

func answer(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_ = json.NewEncoder(w).Encode(v)
}

func (p *Printer) label(w http.ResponseWriter, r *http.Request) {
	name, kind, _ := strings.Cut(r.PathValue("file"), ".")
	seq, err := strconv.ParseUint(name, 10, 64)
	l, found := p.Label(seq)
	if err != nil || !found || kind != "png" && kind != "zpl" {
		http.Error(w, "no such label in the tray", http.StatusNotFound)
		return
	}
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-cache")
	h.Set("ETag", fmt.Sprintf(`"%d-%d-%s"`, l.Seq, l.At.UnixNano(), kind))
	if kind == "zpl" {
		h.Set("Content-Type", "text/plain; charset=utf-8")
		http.ServeContent(w, r, "", l.At, bytes.NewReader(l.ZPL))
		return
	}
	if p.cfg.Render == nil {
		http.Error(w, "this printer has no renderer", http.StatusNotImplemented)
		return
	}
	png, err := p.pics.of(l)
	if err != nil {
		http.Error(w, "the label cannot be drawn: "+err.Error(), http.StatusUnprocessableEntity)
		return
	}
	h.Set("Content-Type", "image/png")
	http.ServeContent(w, r, "", l.At, bytes.NewReader(png))
}

func (p *Printer) do(w http.ResponseWriter, r *http.Request) {
	var err error
	switch what := r.PathValue("what"); what {
	case "media-out":
		p.LoadMedia(0)
	case "load":
		p.LoadRoll()
	case "open", "close":
		p.OpenHead(what == "open")
	case "pause", "resume":
		p.Pause(what == "pause")
	case "ribbon-out", "ribbon-in":
		p.RibbonOut(what == "ribbon-out")
	case "silent", "speak":
		p.Silence(what == "silent")
	case "hang", "unhang":
		p.Hang(what == "hang")
	case "power-cut":
		p.PowerCut()
	case "power-on":
		err = p.PowerOn()
	default:
		http.Error(w, fmt.Sprintf("a printer cannot do %q", what), http.StatusNotFound)
		return
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusConflict)
		return
	}
	w.Header().Set("Location", "../") // relative: the page may stand under any path
	w.WriteHeader(http.StatusSeeOther)
}
