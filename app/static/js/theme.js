// Sets the chosen theme before the page is painted. Without a choice the system's own applies.
(() => {
  try {
    const chosen = localStorage.getItem("theme");
    if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  } catch { /* a browser that keeps nothing shows the system's theme */ }
})();
