package preview

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"syscall"
	"time"
)

const (
	serverName = "Quandary"
	portsTried = 20
)

// Listen listens at host and port, or at the next port that is free; port 0 is
// any. taken says which ports were not, and who has them, as lines to print.
func Listen(host string, port int) (listener net.Listener, taken []string, err error) {
	for next := port; next < port+portsTried && next < 1<<16; next++ {
		address := net.JoinHostPort(host, strconv.Itoa(next))
		listener, err = net.Listen("tcp", address)
		if !errors.Is(err, syscall.EADDRINUSE) {
			break
		}
		taken = append(taken, fmt.Sprintf("port %d is taken by %s", next, owner(host, next)))
	}
	if err != nil {
		return nil, taken, fmt.Errorf("listen: %w", err)
	}
	return listener, taken, nil
}

// owner says who seems to have a port: whoever is there is asked once, briefly.
func owner(host string, port int) string {
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	client := http.Client{Timeout: 300 * time.Millisecond}
	defer client.CloseIdleConnections()
	answer, err := client.Head("http://" + net.JoinHostPort(host, strconv.Itoa(port)) + scriptPath)
	if err != nil {
		return "another program"
	}
	answer.Body.Close()
	if answer.Header.Get("Server") == serverName {
		return "another preview of Quandary"
	}
	return "another web server"
}

// Serve answers on listener until ctx is done.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	server := &http.Server{
		Handler:           s,
		BaseContext:       func(net.Listener) context.Context { return ctx }, // event streams end with it
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      time.Minute, // an event stream moves its own
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    32 << 10,
	}
	stop := context.AfterFunc(ctx, func() { server.Close() })
	defer stop()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
