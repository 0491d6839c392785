const list = document.querySelector("#teas");

for (const tea of await (await fetch("/api/teas")).json()) {
  const item = document.createElement("li");
  item.textContent = `${tea.name}: ${tea.minutes} min`;
  list.append(item);
}
