// What follows the # goes along to where the page is now.
document.addEventListener("DOMContentLoaded", () => {
  location.replace(document.querySelector("p.moved a").href + location.hash);
});
