// A row that was answered does not vanish under the eyes: it stands grey for ten seconds, says so
// once to those who listen, and then leaves.

const GREY_FOR = 10_000;

export function leaving(list) {
  list.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target === list) before(list, event);
  });
  for (const row of list.querySelectorAll("[data-leaving]")) go(list, row);
}

function before(list, event) {
  const page = new DOMParser().parseFromString(event.detail.serverResponse, "text/html");
  const next = page.getElementById(list.id);
  if (!next) return;
  const gone = settled(list, next);
  for (const row of gone) grey(list, row);
  if (!gone.length || !event.detail.shouldSwap) return;
  for (const row of gone) keep(list, next, row);
  event.detail.serverResponse = next.outerHTML;
}

// What is missing though a later row is still there, or the new list is whole: on a long list the
// last rows may only have been pushed to the next page.
function settled(list, next) {
  const there = new Set([...next.querySelectorAll("[data-row]")].map((row) => row.dataset.row));
  const rows = [...list.querySelectorAll("[data-row]:not([data-leaving])")];
  const last = next.querySelector("[rel=next]")
    ? rows.findLastIndex((row) => there.has(row.dataset.row)) : rows.length;
  return rows.filter((row, place) => place < last && !there.has(row.dataset.row));
}

function grey(list, row) {
  row.dataset.leaving = Date.now() + GREY_FOR;
  row.classList.add("row-leaving");
  row.inert = true;
  const said = list.dataset.left.replace("{n}", `#${row.dataset.row}`);
  const mark = document.createElement("span");
  mark.className = "row-left";
  mark.textContent = said;
  row.querySelector(".cell-time")?.replaceChildren(mark);
  const voice = document.getElementById("board-said");
  if (voice) voice.textContent = said;
  go(list, row);
}

// The grey row in the new list, behind the row that it stood behind.
function keep(list, next, row) {
  const copy = row.cloneNode(true);
  const group = row.closest("section")?.querySelector("h2")?.id;
  const body = group && next.querySelector(`#${group}`)?.closest("section").querySelector("tbody");
  if (!body) return;
  let before = row.previousElementSibling;
  const twin = () => before && body.querySelector(`[data-row="${before.dataset.row}"]`);
  while (before && !twin()) before = before.previousElementSibling;
  if (before) twin().after(copy);
  else body.prepend(copy);
}

function go(list, row) {
  const wait = Math.max(0, Number(row.dataset.leaving) - Date.now());
  setTimeout(() => {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (still) return row.remove();
    row.classList.add("row-gone");
    setTimeout(() => row.remove(), 300);
  }, wait);
}
