package web

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A body in another encoding is refused: taken, it would stand in the journal with other letters than were sent.
func TestABodyThatIsNotUTF8(t *testing.T) {
	b := newBox(t, withTokens)
	for path, body := range map[string]string{
		"/api/commands":              "{\"commands\":[{\"id\":\"c-1\",\"type\":\"order.accept\",\"data\":{\"order\":\"O-\xff\"}}]}",
		"/api/commands/order.accept": "{\"order\":\"O-\xe9\"}",
		"/api/ops":                   "{\"install\":\"erp\",\"ops\":[{\"id\":\"c-2\",\"type\":\"order.accept\",\"data\":{\"order\":\"O-\xff\"}}]}",
	} {
		code, answer := b.machine("erp", "POST", path, body, "Idempotency-Key", "c-3")
		require.Equal(t, 422, code, path)
		require.Equal(t, FieldError{Location: "body", Message: "is not UTF-8"}, readProblem(t, answer).Errors[0])
	}
}
