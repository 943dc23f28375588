// Sets the theme that was chosen in this browser before the page is painted. Without one the
// person's own applies, which stands in the page, and without that the system's.
(() => {
  // What needs a script, and what is only for those without one: known before the page is painted.
  document.documentElement.dataset.script = "";
  try {
    const chosen = localStorage.getItem("theme");
    if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  } catch { /* a browser that keeps nothing shows the system's theme */ }
  // Who says on their page what it shall be everywhere means this browser too.
  document.addEventListener("submit", (event) => {
    if (!event.target.querySelector?.("select[name=theme]")) return;
    try { localStorage.removeItem("theme"); } catch { /* nothing was kept */ }
  });
})();
