// Links to be taken along: a click on the # of a heading, a figure or an exercise copies its address, and the links
// offered to instructors get the address at which the page is read. A link to a solution opens it.
function openTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target instanceof HTMLDetailsElement) target.open = true;
}

window.addEventListener("hashchange", openTarget);
document.addEventListener("DOMContentLoaded", () => {
  openTarget();
  for (const link of document.querySelectorAll("a.headerlink")) {
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
  if (location.protocol === "file:") return;
  const here = new URL(".", location.href).href;
  for (const text of document.querySelectorAll("details.links pre")) {
    text.textContent = text.textContent.replaceAll(/(?<=[("\s])\.\//g, here);
  }
});
