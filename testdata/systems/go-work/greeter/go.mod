module example.com/village/greeter

go 1.25

require example.com/village/shared v0.0.0
