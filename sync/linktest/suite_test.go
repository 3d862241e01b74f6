package linktest_test

import (
	"testing"

	"picket/sync/linktest"
)

func TestMemory(t *testing.T) {
	linktest.Run(t, func(*testing.T) linktest.Rig {
		return linktest.Memory{Broker: linktest.NewBroker(1, linktest.Faults{})}
	})
}

func TestMosquitto(t *testing.T) {
	linktest.Run(t, func(t *testing.T) linktest.Rig { return linktest.NewMosquitto(t) })
}
