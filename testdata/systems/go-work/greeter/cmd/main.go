// The greeter greets whoever asks.
package main

import (
	"fmt"
	"log"
	"net/http"

	"example.com/village/shared/words"
)

func main() {
	http.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "ok") })
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, words.Hello(r.URL.Query().Get("who"))) })
	log.Fatal(http.ListenAndServe(":7001", nil))
}
