// Selecting rows: with Shift from the last one to this one, and how many are selected.

export function shiftRange(list) {
  let last = null;
  list.addEventListener("click", (event) => {
    const box = event.target.closest("input[name=id]");
    if (!box) return;
    const boxes = [...list.querySelectorAll("input[name=id]")];
    if (event.shiftKey && last?.isConnected) {
      const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
      boxes.slice(from, to + 1).forEach((one) => { one.checked = box.checked; });
    }
    last = box;
  });
  list.addEventListener("change", () => count(list));
}

function count(list) {
  const said = list.querySelector("[data-role=count]");
  const number = list.querySelectorAll("input[name=id]:checked").length;
  if (said) said.textContent = number === 1 ? said.dataset.one : said.dataset.many.replace("{n}", number);
}
