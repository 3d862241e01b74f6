package template

import (
	"context"
	flags "flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/labels"
	"picket/zpl/judge"
	"picket/zpl/preview"
	"picket/zpl/script"
)

var update = flags.Bool("update", false, "rewrite the golden files")

// posted are the values of a parcel with a postal number and all that a carrier's table and a site's settings say, hard as well as long.
func posted(of func() labels.Values, number, spaced string) labels.Values {
	v := of()
	v.Words["tracking"], v.Words["tracking.spaced"] = number, spaced
	v.Words["service"], v.Words["service.letter"] = "EXPRESS SATURDAY", "E"
	return v
}

// TestLayoutsOfCarriers: every layout is good on all media it is for, in each language; its bytes are reviewed when they
// change; and programs that are not ours decode from it what its carrier scans, with the AIM identifier that says whose data it is.
func TestLayoutsOfCarriers(t *testing.T) {
	require.Equal(t, []string{"express", "network", "postal"}, Layouts())
	hand := script.New().For(script.Latin)
	var streams = map[labels.Media][]byte{}
	want := map[labels.Media][]string{}
	for _, name := range Layouts() {
		for _, lang := range labels.Languages {
			all, texts, err := Layout(name, lang)
			require.NoError(t, err)
			for i, tp := range all {
				require.NotContains(t, string(texts[i]), "((")
				require.NoError(t, tp.Check(), lang)
				d := tp.doc
				for _, m := range tp.Media {
					m.Hand = hand
					for kind, v := range map[string]labels.Values{
						"": posted(d.Example, "RR473124829GB", "RR 473 124 829 GB"), "-worst": d.Worst(), "-sscc": d.Example(),
					} {
						m.Dpmm = 8
						job, err := tp.Draw(v, m)
						require.NoError(t, err)
						drawn := preview.Read(job, preview.Options{Dpmm: 8}).Labels
						require.Len(t, drawn, 1)
						require.Empty(t, append(drawn[0].Problems, drawn[0].Unknown...))
						base := fmt.Sprintf("%s%s-%s-%s", name, kind, lang, Size(m))
						if dir := os.Getenv("PREVIEW_OUT"); dir != "" {
							picture, err := drawn[0].PNG()
							require.NoError(t, err)
							require.NoError(t, os.WriteFile(filepath.Join(dir, base+".png"), picture, 0o644))
						}
						if m.Width == 100 || lang != "en" {
							continue // as 4 x 6 inches, as English
						}
						file := filepath.Join("testdata", base+".zpl")
						if *update {
							require.NoError(t, os.WriteFile(file, job, 0o644))
						}
						golden, err := os.ReadFile(file)
						require.NoError(t, err)
						require.Equal(t, string(golden), string(job), base)
						if kind != "" && name != "express" || kind == "" && name == "express" {
							continue // of the elements that are the same, one is enough
						}
						key := labels.Media{Width: m.Width, Height: m.Height, Dpmm: 8}
						streams[key] = append(streams[key], job...)
						switch number := v.Words["tracking"]; {
						case number != "":
							want[key] = append(want[key], "]C0 "+number)
							if name == "network" {
								want[key] = append(want[key], "]d1 "+v.Words["to.routing"]+"-"+number)
							}
						default:
							want[key] = append(want[key], "]C1 00"+v.Words["sscc"])
						}
						if name == "express" {
							want[key] = append(want[key], "]C0 "+v.Words["to.routing"])
						}
					}
				}
			}
		}
	}
	for m, stream := range streams {
		pictures, err := judge.Render(context.Background(), stream, judge.Size{Width: m.Width, Height: m.Height, Dpmm: m.Dpmm})
		require.NoError(t, err)
		var got []string
		for _, p := range pictures {
			for _, c := range p.Codes {
				got = append(got, c.AIM+" "+c.Text)
			}
		}
		require.ElementsMatch(t, want[m], got, Size(m))
	}
	_, _, err := Layout("poem", "en")
	require.EqualError(t, err, `there is no layout "poem"; there is express, network, postal`)
}
