// Behaviours of a few lines each.

export function copy(button) {
  button.addEventListener("click", async () => {
    const was = button.textContent;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      return;
    }
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = was; }, 1200);
  });
}

export function focusMe(element) {
  element.focus({ preventScroll: true });
  element.scrollIntoView({ block: "center" });
}

// A long conversation opens at the oldest message without an answer.
export function openHere(mark) {
  if (!location.hash && mark.getBoundingClientRect().top > innerHeight * 0.7) mark.scrollIntoView();
}

// What is shown beside a list: it takes the focus, and Escape or "Close" gives it back.
export function panel(element) {
  if (element.closest(".panel-page")) return;
  const row = document.activeElement?.closest("[data-row]");
  const close = () => {
    element.hidden = true;
    row?.querySelector("[data-role=look]")?.focus();
  };
  element.focus({ preventScroll: true });
  element.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  element.querySelector("[data-role=close]").addEventListener("click", (event) => {
    event.preventDefault();
    close();
  });
}

// Space on a row looks at it without leaving the list.
export function lookWithSpace(list) {
  list.addEventListener("keydown", (event) => {
    if (event.key !== " " || event.target.matches("input, button, select, summary")) return;
    const look = event.target.closest("[data-row]")?.querySelector("[data-role=look]");
    if (!look) return;
    event.preventDefault();
    look.click();
  });
}

export function submitOnChange(field) {
  field.addEventListener("change", () => field.form.requestSubmit());
}

export function theme(button) {
  button.addEventListener("click", () => {
    const root = document.documentElement;
    const dark = root.dataset.theme
      ? root.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    try {
      localStorage.setItem("theme", root.dataset.theme);
    } catch { /* the choice lasts for this page */ }
  });
}
