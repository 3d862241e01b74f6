package virtual

import (
	"net/http"
	"sync"
)

type pictures struct {
	render func([]byte) ([]byte, error)
	mu     sync.Mutex
}

func newPictures(r func([]byte) ([]byte, error)) *pictures { return &pictures{render: r} }

var _ http.Handler
