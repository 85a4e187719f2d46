/** Sections that are steps of one thing: shown one at a time in the same place, so that the eye sees what changes. */

import { button, element } from "../vocabulary/controls.ts";

for (const whole of document.querySelectorAll<HTMLElement>("section.steps")) {
  const steps = [...whole.querySelectorAll<HTMLElement>(":scope > section")];
  const show = (chosen: HTMLElement) =>
    steps.forEach((step, i) => {
      // The browser's own search finds what is hidden, and opens it.
      step.hidden = step === chosen ? false : ("until-found" as unknown as boolean);
      buttons[i].setAttribute("aria-pressed", String(step === chosen));
    });
  // In a handout the headings are of another level.
  const title = (section: HTMLElement) => section.querySelector("h2, h3, h4, h5")!.firstChild!.textContent!;
  const buttons = steps.map((step) => button(title(step), () => show(step)));
  const bar = element("div", "strip", ...buttons);
  bar.setAttribute("role", "group");
  bar.setAttribute("aria-label", title(whole));
  steps[0].before(element("div", "movable", bar));

  /** The step that the address leads to. */
  const target = () => {
    const place = document.getElementById(location.hash.slice(1));
    return steps.find((step) => place && step.contains(place));
  };
  show(target() ?? steps[0]);
  for (const step of steps) step.addEventListener("beforematch", () => show(step));
  window.addEventListener("hashchange", () => {
    const step = target();
    if (!step?.hidden) return;
    show(step);
    document.getElementById(location.hash.slice(1))!.scrollIntoView();
  });
}
