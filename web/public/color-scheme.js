// Before the first paint, so that a dark page never flashes white. Kept where the settings put it.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("ledge-color-scheme");
  } catch {
    // Storage is turned off: the system's scheme is as good.
  }
  const isDark = chosen === "dark" || (chosen !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", isDark ? "dark" : "light");
})();
