package judge

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSaysWhatIsMissing(t *testing.T) {
	require.EqualError(t, start(t.TempDir()), "judge: npm package zpl-renderer-js is not installed: run `make deps`, or `npm ci` in zpl/judge")
}

func TestFaultsOfTheProgramAreErrors(t *testing.T) {
	_, err := Decode(context.Background(), []byte("no picture"))
	require.ErrorContains(t, err, "judge: ")
	_, err = Decode(context.Background())
	require.ErrorContains(t, err, "name at least one PNG file")
	_, err = Render(context.Background(), []byte("^XA^XZ"), Size{Width: 1e9, Height: 100, Dpmm: 8})
	require.ErrorContains(t, err, "--width: want a number from 1 to 500")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = Render(ctx, []byte("^XA^XZ"), Size{Width: 50, Height: 25, Dpmm: 8})
	require.ErrorIs(t, err, context.Canceled)
}

func TestRendersAndDecodes(t *testing.T) {
	got, err := Render(context.Background(), []byte("^XA^FO40,40^BY2^BCN,60,N,N,N,N^FD>:PICKET^FS^XZ^XA^FO40,20^BQN,2,4^FDMA,two^FS^XZ"),
		Size{Width: 50, Height: 25, Dpmm: 8})
	require.NoError(t, err)
	require.Len(t, got, 2)
	require.Equal(t, "PICKET", got[0].Codes[0].Text)
	require.Equal(t, "]C0", got[0].Codes[0].AIM)
	require.Equal(t, "two", got[1].Codes[0].Text)

	again, err := Decode(context.Background(), got[1].PNG, got[0].PNG)
	require.NoError(t, err)
	require.Equal(t, got[1].Codes, again[0].Codes)
	require.Equal(t, got[0].Codes, again[1].Codes)
}
