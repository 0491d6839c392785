// Command noticeboard shows short notes that visitors leave, for as long as it runs.
package main

import (
	"context"
	"embed"
	"errors"
	"html/template"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/go-chi/chi/v5"

	"example.com/noticeboard/internal/notes"
)

//go:embed templates
var files embed.FS

func main() {
	log := slog.New(slog.NewJSONHandler(os.Stdout, nil))
	port := os.Getenv("PORT")
	if port == "" {
		port = "8080"
	}
	board := notes.NewBoard(100)
	pages := template.Must(template.ParseFS(files, "templates/*.html"))

	mux := chi.NewRouter()
	mux.Get("/", func(w http.ResponseWriter, _ *http.Request) {
		if err := pages.ExecuteTemplate(w, "board.html", board.All()); err != nil {
			log.Error("rendering the board", "error", err)
		}
	})
	mux.Post("/notes", func(w http.ResponseWriter, r *http.Request) {
		board.Add(r.FormValue("text"), time.Now())
		w.WriteHeader(http.StatusCreated)
	})
	mux.Get("/healthz", func(w http.ResponseWriter, _ *http.Request) {
		w.Write([]byte("ok\n"))
	})

	server := &http.Server{Addr: ":" + port, Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	go func() {
		<-ctx.Done()
		grace, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		defer cancel()
		server.Shutdown(grace)
	}()
	log.Info("listening", "port", port)
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		log.Error("serving", "error", err)
		os.Exit(1)
	}
}
