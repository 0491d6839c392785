# Rings as often as the path says: /3 is "Dong dong dong".
class BellTower
  def call(env)
    count = env["PATH_INFO"].delete("/").to_i.clamp(1, 12)
    [200, { "content-type" => "text/plain; charset=utf-8" }, [(["dong"] * count).join(" ").capitalize, "\n"]]
  end
end
