// Ctrl+K: everything that this page and the bar offer, by name; a number leads to its ticket.

const MOST = 9;

document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
  const dialog = document.getElementById("palette");
  if (!dialog || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  open(dialog);
});

function open(dialog) {
  const input = dialog.querySelector("input");
  const deeds = offered();
  let shown = [];
  let at = 0;
  const draw = () => {
    shown = fitting(deeds, input);
    at = Math.min(at, Math.max(0, shown.length - 1));
    const list = dialog.querySelector("ul");
    list.replaceChildren(...shown.map((deed, number) => line(deed, number === at, () => run(number))));
    input.setAttribute("aria-activedescendant", shown.length ? `palette-${at}` : "");
    [...list.children].forEach((item, number) => { item.id = `palette-${number}`; });
  };
  const run = (number) => {
    dialog.close();
    shown[number]?.run();
  };
  input.value = "";
  input.oninput = () => { at = 0; draw(); };
  input.onkeydown = (event) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) at = (at + by + shown.length) % Math.max(1, shown.length);
    else if (event.key === "Enter") run(at);
    else return;
    event.preventDefault();
    draw();
  };
  dialog.showModal();
  draw();
}

function offered() {
  const marked = [...document.querySelectorAll("[data-key]")]
    .filter((element) => element.checkVisibility() && words(element));
  const links = [...document.querySelectorAll(".bar-nav a, .menu-links a, .bar-name, .tabs a")];
  const buttons = [...document.querySelectorAll(".composer-end button, .more-fold button, .macros a")];
  return [...new Set([...marked, ...links, ...buttons])].map((element) => ({
    words: words(element), key: element.dataset.key ?? "", run: () => press(element),
  }));
}

function words(element) {
  return (element.ariaLabel ?? element.placeholder ?? element.textContent).replace(/\s+/g, " ").trim().slice(0, 70);
}

function press(element) {
  element.closest("details")?.setAttribute("open", "");
  element.focus();
  element.click();
}

function fitting(deeds, input) {
  const asked = input.value.trim().toLowerCase();
  const number = /^#?(\d{1,12})$/.exec(asked)?.[1];
  const found = deeds.filter((deed) => asked.split(/\s+/).every((word) => deed.words.toLowerCase().includes(word)));
  const ticket = { words: input.dataset.ticket.replace("{n}", number), key: "", run: () => location.assign(`/tickets/${number}`) };
  return [...(number ? [ticket] : []), ...found].slice(0, MOST);
}

function line(deed, chosen, run) {
  const item = document.createElement("li");
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", String(chosen));
  item.append(deed.words);
  if (deed.key) {
    const key = document.createElement("kbd");
    key.textContent = deed.key;
    item.append(" ", key);
  }
  item.addEventListener("click", run);
  return item;
}
