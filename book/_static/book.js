// What the pages do beside the theme: links to take along, solutions that links open, a search that shows text.

// What is typed is searched for on the search page alone; from a folder, that page cannot read the others.
DOCUMENTATION_OPTIONS.search_as_you_type = false;
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;

function openTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target instanceof HTMLDetailsElement) target.open = true;
  if (target?.matches("p.moved")) location.replace(target.querySelector("a").href);
}

function copyOnClick(link) {
  const title = link.title;
  link.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(link.href);
      link.title = "Copied";
      setTimeout(() => (link.title = title), 2000);
    } catch {
      // Then it is a link like any other: its address now stands in the browser's address bar.
    }
  });
}

/** The text of a page that was found: the article's, each formula once. */
function pageText(html, anchor) {
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const part of page.querySelectorAll(".headerlink, script, style, .katex-mathml, details.links")) part.remove();
  const article = page.querySelector("article.bd-article");
  const text = ((anchor && article?.querySelector(anchor)) || article)?.textContent ?? "";
  return text.replaceAll(/\s+/g, " ").trim();
}

/** The link that hides the words found, as the page's policy allows it, and only where there are some. */
function mendHighlightLink() {
  const link = document.querySelector(".highlight-link a");
  if (!document.querySelector("article .highlighted")) link?.parentElement.remove();
  link?.setAttribute("href", "#main-content");
  link?.addEventListener("click", () => SphinxHighlight.hideSearchWords());
}

/** What is laid out later (book.css), in groups of some 150 elements. */
function laterParts() {
  const groups = [[]];
  let size = 0;
  const sections = ".by-parts .bd-article section section";
  for (const part of document.querySelectorAll(`${sections}, ${sections} > *, .by-parts .bd-article .proof > *`)) {
    groups.at(-1).push(part);
    // What is in these comes as parts of its own.
    size += part.matches("section, .proof") ? 1 : part.getElementsByTagName("*").length;
    if (size < 150) continue;
    groups.push([]);
    size = 0;
  }
  return groups;
}

/** Lays out the page below the first screen, group by group while nobody waits, and all of it before a link leads there. */
function layOut() {
  const idle = window.requestIdleCallback ?? ((act) => setTimeout(act, 20));
  const root = document.documentElement;
  const all = ({ target }) => target.closest("a[href*='#']") && root.classList.remove("by-parts");
  document.addEventListener("click", all, true);
  const groups = laterParts();
  return new Promise((done) => {
    const next = () => {
      for (const part of groups.shift()) part.classList.add("laid-out");
      document.body.getBoundingClientRect(); // Now, so that groups are not laid out together.
      if (groups.length) return idle(next);
      // "by-parts" stays: to take it away would have the browser look at every element of the page once more.
      document.removeEventListener("click", all, true);
      root.classList.add("laid-out");
      done();
    };
    idle(next);
  });
}

/** Searches while one types, on the search page. */
function searchAsYouType() {
  const field = document.querySelector(".bd-search-container input");
  let waiting = 0;
  field?.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      document.getElementById("search-results").replaceChildren();
      if (field.value.trim()) Search.performSearch(field.value);
    }, 250);
  });
}

/** Tells whoever reports an error which section was being read. */
function nameSection() {
  document.querySelector("a.report")?.addEventListener("click", ({ currentTarget: link }) => {
    const above = [...document.querySelectorAll("article.bd-article section")].filter(
      (section) => section.getBoundingClientRect().top < innerHeight / 2,
    );
    const name = location.hash.slice(1) || above.at(-1)?.id || "";
    link.href = link.href.replace(/Section%3A%20[^%]*/, `Section%3A%20${name}`);
  });
}

/** On a slow machine a page grows, by its questions and movable figures, after the browser has gone to what a link names. */
function landOnTarget() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target && !isMoved) target.scrollIntoView({ behavior: "instant" });
}
let isMoved = false;
for (const kind of ["wheel", "touchstart", "pointerdown", "keydown"]) {
  window.addEventListener(kind, () => (isMoved = true), { once: true, passive: true });
}

window.addEventListener("hashchange", openTarget);
// The theme, whose scripts come after this one, measures all code of the page on loading, which would lay it out in one go.
const whenLoaded = async (event) => {
  event.stopImmediatePropagation();
  landOnTarget();
  await layOut();
  window.dispatchEvent(new Event("load"));
};
window.addEventListener("load", whenLoaded, { once: true });
document.addEventListener("DOMContentLoaded", () => {
  openTarget();
  document.querySelectorAll("a.headerlink").forEach(copyOnClick);
  if (typeof Search !== "undefined") Search.htmlToText = pageText;
  searchAsYouType();
  nameSection();
  document.querySelector(".bd-search-container input")?.focus();
  setTimeout(mendHighlightLink, 100);
  if (location.protocol === "file:") return;
  // The links offered to instructors get the address at which the page is read.
  const here = new URL(".", location.href).href;
  for (const text of document.querySelectorAll("details.links pre")) {
    text.textContent = text.textContent.replaceAll(/(?<=[("\s])\.\//g, here);
  }
});
