package site

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// fed is how a site's feed stands at the centre.
type fed struct {
	Head    uint64 `json:"feed_head"`
	Acked   uint64 `json:"feed_acked"`
	Lineage uint64 `json:"feed_lineage"`
}

func (p *party) fed(oms, site string) fed {
	var s struct{ Health fed }
	require.NoError(p.t, json.Unmarshal(p.must("GET", oms+"/api/sites/"+site, nil), &s))
	return s.Health
}

// prices changes a hundred articles over and over: each change is a record for every site.
func (p *party) prices(oms string, rounds int) {
	for round := range rounds {
		var items []m
		for i := range 100 {
			items = append(items, m{"sku": fmt.Sprintf("SKU-%03d", i), "name": fmt.Sprintf("Article %d, edition %d", i, round), "gtins": []string{}, "weight_g": 100 + round})
		}
		p.must("PUT", oms+"/api/items", m{"items": items})
	}
}

// A site's first box comes up long after the site was set up, and later another takes its place: neither is told what every
// article was called over the years, and both have what was announced meanwhile.
func TestANewBoxIsNotToldWhatIsNoMore(t *testing.T) {
	p := newParty(t)
	p.snapshotOver = 500
	p.lineUp()
	oms := p.centreUp()
	p.setUpNorth(oms)
	p.prices(oms, 7)
	p.must("POST", oms+"/api/sites/north/feed", m{"id": "stop-1", "type": "picket.site.pause.v1", "data": m{"reason": "not open yet"}})
	p.orderForNorth(oms, "1001")
	was := p.fed(oms, "north")
	require.Greater(t, was.Head, uint64(700))
	require.Equal(t, uint64(1), was.Lineage)

	oldDir, newDir := filepath.Join(p.dir, "old"), filepath.Join(p.dir, "new")
	box := p.boxUp("old", "north", oldDir, "")
	p.shows(box+"/api/items", `"OAT"`)
	p.eventually("it has all of its feed", func() bool { f := p.fed(oms, "north"); return f.Acked == f.Head && f.Lineage == 2 })
	now := p.fed(oms, "north")
	t.Logf("%d records in place of %d", now.Head, was.Head)
	require.Less(t, now.Head, uint64(150))
	p.shows(box+"/api/items?limit=1000", "Article 99, edition 6")
	p.shows(box+"/api/site", "not open yet")
	p.must("POST", oms+"/api/sites/north/feed", m{"id": "go-1", "type": "picket.site.resume.v1", "data": m{}})
	p.shows(box+"/api/orders", `"number":"1001"`)
	p.eventually("the centre knows", func() bool { f := p.fed(oms, "north"); return p.unsent(box) == 0 && f.Acked == f.Head })

	// Its place is taken by another, while the centre's feed has grown long again.
	p.stop("old")
	p.prices(oms, 12)
	p.orderForNorth(oms, "1002")
	p.must("POST", oms+"/api/sites/north/feed", m{"id": "stop-2", "type": "picket.site.pause.v1", "data": m{"reason": "the box burnt"}})
	was = p.fed(oms, "north")
	p.stop("centre")
	oms = p.centreUp()
	require.NotEmpty(t, p.enrolled(oms, "north", newDir))
	box = p.boxUp("new", "north", newDir, "")
	p.shows(box+"/api/orders", `"number":"1002"`)
	p.shows(box+"/api/orders", `"number":"1001"`)
	p.eventually("it has all of its feed", func() bool { f := p.fed(oms, "north"); return f.Acked == f.Head && f.Lineage == 3 })
	now = p.fed(oms, "north")
	t.Logf("%d records in place of %d", now.Head, was.Head)
	require.Less(t, now.Head, uint64(150))
	p.shows(box+"/api/site", "the box burnt")
	p.shows(box+"/api/items?limit=1000", "Article 99, edition 11")
	p.eventually("the centre has everything of it", func() bool { return p.unsent(box) == 0 })
}
