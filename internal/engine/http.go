package engine

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// later is how long an answer may take once the program has given the first one: a
// worker may have to do something before.
const later = 10 * time.Second

// ask sends the requests and waits until the first has its answer; the others
// must have theirs soon. It says what came.
func ask(ctx context.Context, address string, requests []Request, limit time.Duration, alive func(context.Context) error) (string, error) {
	client := &http.Client{
		Transport: &http.Transport{Proxy: nil, DisableKeepAlives: true, DialContext: (&net.Dialer{Timeout: 2 * time.Second}).DialContext},
		Timeout:   10 * time.Second,
		// A redirect is an answer.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	var seen []string
	for i, r := range requests {
		var last error
		wait := limit
		if i > 0 {
			wait = min(limit, later)
		}
		err := poll(ctx, wait, func(ctx context.Context) (bool, error) {
			var answer string
			if answer, last = send(ctx, client, "http://"+address, r); last == nil {
				seen = append(seen, answer)
				return true, nil
			}
			return false, alive(ctx)
		})
		if err != nil {
			return "", fmt.Errorf("%s %s: %w (%w)", method(r), r.Path, err, last)
		}
	}
	return strings.Join(seen, ", "), nil
}

func method(r Request) string {
	if r.Method == "" {
		return http.MethodGet
	}
	return r.Method
}

func send(ctx context.Context, client *http.Client, base string, r Request) (string, error) {
	req, err := http.NewRequestWithContext(ctx, method(r), base+r.Path, strings.NewReader(r.Body))
	if err != nil {
		return "", err
	}
	if r.Body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := client.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 4<<20))
	if err != nil {
		return "", err
	}
	switch {
	case r.Status != 0 && resp.StatusCode != r.Status, r.Status == 0 && resp.StatusCode >= http.StatusInternalServerError:
		return "", fmt.Errorf("status %d", resp.StatusCode)
	case !bytes.Contains(body, []byte(r.Want)):
		return "", fmt.Errorf("the answer does not hold %q", r.Want)
	}
	return fmt.Sprintf("%s %s %d", method(r), r.Path, resp.StatusCode), nil
}
