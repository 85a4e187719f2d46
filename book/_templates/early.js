// Site data may be blocked, as in a sandboxed frame: what is chosen then holds for this page alone.
for (const storage of ["localStorage", "sessionStorage"]) {
  try {
    window[storage];
  } catch {
    const kept = new Map();
    const getItem = (key) => kept.get(key) ?? null;
    const setItem = (key, value) => void kept.set(key, String(value));
    Object.defineProperty(window, storage, { value: { getItem, setItem, removeItem: (key) => void kept.delete(key) } });
  }
}
{
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const chosen = localStorage.getItem("theme");
  root.dataset.mode = localStorage.getItem("mode") || "auto";
  root.dataset.theme = chosen && chosen !== "auto" ? chosen : system;
  // Shown before its fonts are unpacked and the movable figures stand in their places, the page would jump.
  root.classList.add("coming");
  // What lies below is laid out a section at a time (book.js), unless a link leads there.
  if (!location.hash) root.classList.add("by-parts");
  const fonts = Array.from(document.fonts, (font) => font.load());
  const parsed = new Promise((ready) => document.addEventListener("DOMContentLoaded", ready));
  const after = (seconds) => new Promise((ready) => setTimeout(ready, 1000 * seconds));
  // A page without movable figures stays where it is, so that it need not wait for its scripts.
  const late = after(1).then(() => document.querySelector("script[data-movable]") && after(2));
  Promise.race([Promise.all([...fonts, parsed]), late]).finally(() => root.classList.remove("coming"));
}
