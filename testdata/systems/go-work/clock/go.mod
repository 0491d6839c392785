module example.com/village/clock

go 1.25
