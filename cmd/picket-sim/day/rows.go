package day

import "time"

// Rows as the API gives them; only what the people of the simulator look at.

type orderRow struct {
	ID       string    `json:"id"`
	Number   string    `json:"number"`
	Flow     string    `json:"flow"`
	State    string    `json:"state"`
	Open     bool      `json:"open"`
	Due      time.Time `json:"due"`
	Started  bool      `json:"started"`
	Finished bool      `json:"finished"`
	Picker   string    `json:"picker"`
	ToPick   int       `json:"to_pick"`
	Qty      int       `json:"qty"`
}

type part struct {
	State  string `json:"state"`
	Qty    int    `json:"qty"`
	Reason string `json:"reason"`
	Unit   string `json:"unit"`
}

type orderDetail struct {
	ID       string       `json:"id"`
	State    string       `json:"state"`
	Flow     string       `json:"flow"`
	Started  bool         `json:"started"`
	Finished bool         `json:"finished"`
	Picker   string       `json:"picker"`
	Lines    []lineDetail `json:"lines"`
	Units    []unitDetail `json:"units"`
	Jobs     []jobRow     `json:"jobs"`
}

type lineDetail struct {
	Line     string `json:"line"`
	SKU      string `json:"sku"`
	Qty      int    `json:"qty"`
	Picked   int    `json:"picked"`
	ToPick   int    `json:"to_pick"`
	Loose    int    `json:"loose"`
	Short    int    `json:"short"`
	Declined int    `json:"declined"`
	Bin      string `json:"bin"`
	Bins     []struct {
		Bin    string `json:"bin"`
		OnHand int    `json:"on_hand"`
	} `json:"bins"`
	Parts []part `json:"parts"`
}

type unitDetail struct {
	Unit     string `json:"unit"`
	State    string `json:"state"`
	Labelled bool   `json:"labelled"`
	Contents []struct {
		Line string `json:"line"`
		SKU  string `json:"sku"`
		Qty  int    `json:"qty"`
	} `json:"contents"`
}

type jobRow struct {
	ID    string `json:"id"`
	Doc   string `json:"doc"`
	Unit  string `json:"unit"`
	State string `json:"state"`
	Order string `json:"order"`
}

type lineRow struct {
	Order     string `json:"order"`
	Line      string `json:"line"`
	SKU       string `json:"sku"`
	Qty       int    `json:"qty"`
	Picked    int    `json:"picked"`
	ToPick    int    `json:"to_pick"`
	Short     int    `json:"short"`
	Declined  int    `json:"declined"`
	Cancelled int    `json:"cancelled"`
	Bin       string `json:"bin"`
	Open      bool   `json:"open"`
	Parts     []part `json:"parts"`
}

type binRow struct {
	ID    string `json:"id"`
	Use   string `json:"use"`
	Holds []struct {
		SKU    string `json:"sku"`
		OnHand int    `json:"on_hand"`
	} `json:"holds"`
}

type stockRow struct {
	SKU     string         `json:"sku"`
	OnHand  int            `json:"on_hand"`
	Buckets map[string]int `json:"buckets"`
}

type taskRow struct {
	ID      string `json:"id"`
	What    string `json:"what"`
	Subject string `json:"subject"`
	SKU     string `json:"sku"`
	Qty     int    `json:"qty"`
	From    string `json:"from"`
	To      string `json:"to"`
	Why     string `json:"why"`
}

type caseRow struct {
	ID      string            `json:"id"`
	What    string            `json:"what"`
	Subject string            `json:"subject"`
	Args    map[string]string `json:"args"`
	Words   string            `json:"words"`
	Hint    string            `json:"hint"`
}
