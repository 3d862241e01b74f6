package demo

import (
	"embed"
	"html/template"
	"net/http"
)

//go:embed pages/*
var pages embed.FS

var (
	printersPage = template.Must(template.ParseFS(pages, "pages/printers.html"))
	barcodesPage = template.Must(template.ParseFS(pages, "pages/barcodes.html"))
	homePage     = template.Must(template.ParseFS(pages, "pages/home.html"))
)

func style(w http.ResponseWriter, r *http.Request) { http.ServeFileFS(w, r, pages, "pages/style.css") }
