package sqlite_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"picket/edge/floor"
	"picket/sync/oms/order"
	"picket/sync/oms/store"
	"picket/sync/oms/store/sqlite"
	"picket/sync/oms/store/storetest"
)

var ctx = context.Background()

func TestFile(t *testing.T) {
	var path string
	storetest.Suite(t, func(t *testing.T) store.Store {
		path = filepath.Join(t.TempDir(), "a dir", "oms #1.db") // a path may have any letter
		s, err := sqlite.Open(ctx, path)
		require.NoError(t, err)
		return s
	}, func(t *testing.T) store.Store {
		s, err := sqlite.Open(ctx, path)
		require.NoError(t, err)
		return s
	})
}

func TestMemory(t *testing.T) {
	storetest.Suite(t, func(t *testing.T) store.Store {
		s, err := sqlite.Memory(ctx)
		require.NoError(t, err)
		return s
	}, nil)
}

func TestAViewSeesOneMoment(t *testing.T) {
	s, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "oms.db"))
	require.NoError(t, err)
	require.NoError(t, s.View(ctx, func(tx store.Tx) error {
		before, err := tx.Meta("k")
		require.NoError(t, err)
		require.NoError(t, s.Update(ctx, func(tx store.Tx) error { return tx.SetMeta("k", "new") }))
		after, err := tx.Meta("k")
		require.NoError(t, err)
		require.Equal(t, before, after)
		return nil
	}))
	require.NoError(t, s.Close())
}

func TestTheFileIsItsOwnersAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "oms.db")
	s, err := sqlite.Open(ctx, path)
	require.NoError(t, err)
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	require.NoError(t, s.Close())
	_, err = sqlite.Open(ctx, "")
	require.EqualError(t, err, "sqlite: path: is missing")
}

func TestADatabaseOfANewerProgramIsLeftAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "oms.db")
	s, err := sqlite.Open(ctx, path)
	require.NoError(t, err)
	require.NoError(t, s.Update(ctx, func(tx store.Tx) error { return tx.SetMeta("schema", "99") }))
	require.NoError(t, s.Close())
	_, err = sqlite.Open(ctx, path)
	require.ErrorContains(t, err, "schema 99")
}

// TestKilledInTheMiddleItHasWhatItSaid runs this test binary as a child that says each commit aloud, kills
// it with SIGKILL while it writes, and finds everything that was said.
func TestKilledInTheMiddleItHasWhatItSaid(t *testing.T) {
	path := filepath.Join(t.TempDir(), "oms.db")
	said := 0
	for round := range 3 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestKilledInTheMiddleItHasWhatItSaid$")
		cmd.Env = append(os.Environ(), childEnv+"="+path, fmt.Sprintf("%s_FROM=%d", childEnv, said))
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		lines := bufio.NewScanner(out)
		for want := said + 25 + 10*round; said < want && lines.Scan(); {
			var n int
			if _, err := fmt.Sscanf(lines.Text(), "saved %d", &n); err == nil {
				said = n
			}
		}
		require.NoError(t, cmd.Process.Kill())
		for lines.Scan() { // what was said before the signal came counts as well
			var n int
			if _, err := fmt.Sscanf(lines.Text(), "saved %d", &n); err == nil {
				said = n
			}
		}
		require.ErrorContains(t, cmd.Wait(), "killed")

		s, err := sqlite.Open(ctx, path)
		require.NoError(t, err)
		require.NoError(t, s.View(ctx, func(tx store.Tx) error {
			for i := 1; i <= said; i++ {
				_, err := tx.OrderByNumber("web", fmt.Sprint(i))
				require.NoError(t, err, "order %d of %d", i, said)
			}
			found, err := tx.FindOrders(store.Filter{Most: 1})
			require.NoError(t, err)
			tail := strings.TrimLeft(string(found[0].ID), "0")
			require.Contains(t, []string{fmt.Sprint(said), fmt.Sprint(said + 1)}, tail, "at most the commit under way is more")
			fmt.Sscan(tail, &said)
			return nil
		}))
		require.NoError(t, s.Close())
	}
	require.Greater(t, said, 80)
}

const childEnv = "PICKET_SQLITE_CHILD"

func TestMain(m *testing.M) {
	if path := os.Getenv(childEnv); path != "" {
		child(path)
		return
	}
	os.Exit(m.Run())
}

// child writes orders until it is killed, and says each one behind its commit.
func child(path string) {
	s, err := sqlite.Open(ctx, path)
	if err != nil {
		panic(err)
	}
	var n int
	fmt.Sscan(os.Getenv(childEnv+"_FROM"), &n)
	for {
		n++
		o := order.Order{ID: floor.OrderID(fmt.Sprintf("%08d", n)), Channel: "web", Number: fmt.Sprint(n), State: order.Waiting}
		if err := s.Update(ctx, func(tx store.Tx) error {
			if err := tx.AddOrder(o); err != nil {
				return err
			}
			return tx.Tell(o.ID, order.Happened{Words: "captured"})
		}); err != nil {
			panic(err)
		}
		fmt.Println("saved", n)
	}
}
