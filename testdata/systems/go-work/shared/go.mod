module example.com/village/shared

go 1.25
