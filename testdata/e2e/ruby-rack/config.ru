require_relative "lib/bell_tower"

map "/healthz" do
  run ->(_env) { [200, { "content-type" => "text/plain" }, ["ok\n"]] }
end

run BellTower.new
