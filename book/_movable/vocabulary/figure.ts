/** A movable figure in its place on the page, instead of the picture that is there without it. */

import { Address } from "./address.ts";
import { button, element } from "./controls.ts";
import type { Plot } from "./plot.ts";

/** Numbers as the figures say them: a real minus, no more digits than can be seen. */
export function say(value: number, digits = 3): string {
  if (value === 0) return "0";
  const size = Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(value)) + 1e-12));
  const text = String(Number(value.toFixed(Math.min(size, 12))));
  return text === "-0" ? "0" : text.replace("-", "−");
}

/** To so many decimals, with all of them shown. */
export function fixed(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "−");
}

export interface FigureOptions {
  readonly name: string;
  /** What to do with it and why, in a line. */
  readonly task: string;
  /** Puts everything back as the page has it. */
  readonly reset: () => void;
  /** All that the address must hold. */
  readonly state: () => Readonly<Record<string, string>>;
  /** Draws everything as it stands. Called once for a frame, however often things change. */
  readonly draw: () => void;
  /** What there is to be seen, in a sentence or two. */
  readonly said: () => string;
  /** Numbers that a question of the page may ask for, by name. */
  readonly measured?: () => Readonly<Record<string, number>>;
}

export class Figure {
  readonly address: Address;
  readonly #body = element("div", "movable");
  readonly #controls = element("div", "controls");
  readonly #more = element("details", "more", element("summary", "", "More"));
  readonly #reading = element("div", "reading");
  readonly #status = element("p", "visually-hidden");
  readonly #notice = element("p", "notice");
  readonly #options: FigureOptions;
  readonly #plots: Plot[] = [];
  #isRestored = false;
  #waiting = 0;
  #saying = 0;
  #noticed = 0;

  constructor(options: FigureOptions) {
    this.#options = options;
    this.address = new Address(options.name);
    this.#status.setAttribute("role", "status");
    this.#notice.setAttribute("role", "status");
  }

  add(...plots: Plot[]): void {
    this.#plots.push(...plots);
  }

  /** A row of the two or three controls that the figure's idea needs. */
  row(...controls: HTMLElement[]): void {
    this.#controls.append(element("div", "strip", ...controls));
  }

  /** A row of other controls, folded away. */
  more(...controls: HTMLElement[]): void {
    this.#more.append(element("div", "strip", ...controls));
  }

  /** What stands between plots and controls. */
  read(...parts: HTMLElement[]): void {
    this.#reading.append(...parts);
  }

  /** Puts the address of the state on the clipboard. */
  #copyLink(): void {
    const address = this.address.of(this.#options.state());
    history.replaceState(history.state, "", address);
    const done = () => this.announce("The link to this set-up is on the clipboard, and in the address bar.");
    const kept = () => this.announce("The link to this set-up is in the address bar.");
    if (navigator.clipboard) navigator.clipboard.writeText(address).then(done, kept);
    else kept();
  }

  /** Takes the state that the address holds, if it holds one; says so where it cannot be read. */
  restore(take: (said: URLSearchParams) => void): void {
    const said = this.address.read();
    // It may only say what to hide.
    if (!said || [...said.keys()].every((name) => name === "figure" || name === "hide")) return;
    try {
      take(said);
      this.#isRestored = true;
    } catch (error) {
      this.announce(`The set-up in this link could not be read: ${(error as Error).message}. This is the page's own.`);
    }
  }

  /** Says something now, for all to read. */
  announce(words: string): void {
    this.#notice.textContent = words;
    clearTimeout(this.#noticed);
    this.#noticed = window.setTimeout(() => this.#notice.replaceChildren(), 8000);
  }

  /** Something moved: draws in the next frame, and later says so and puts it into the address. */
  moved(): void {
    this.redraw();
    const detail = this.#options.measured?.();
    if (detail) this.#body.dispatchEvent(new CustomEvent("measured", { detail, bubbles: true }));
    this.address.write(this.#options.state());
    clearTimeout(this.#saying);
    this.#saying = window.setTimeout(() => {
      this.#status.textContent = this.#options.said();
    }, 500);
  }

  redraw(): void {
    this.#waiting ||= requestAnimationFrame(() => {
      this.#waiting = 0;
      this.#options.draw();
    });
  }

  /** Takes the picture's place. */
  mount(place: HTMLElement): void {
    this.more(
      button("Start again", this.#options.reset),
      button("Copy link", () => this.#copyLink()),
    );
    this.#controls.append(this.#more);
    // What is folded away is drawn when it is seen.
    this.#more.addEventListener("toggle", () => this.redraw(), true);
    for (const name of this.address.hidden()) {
      for (const part of [this.#controls, this.#reading]) {
        part.querySelectorAll<HTMLElement>(`[data-name="${CSS.escape(name)}"]`).forEach((control) => control.remove());
      }
    }
    this.#body.append(
      element("p", "task", this.#options.task),
      ...this.#plots.map((plot) => plot.svg.node()!),
      this.#reading,
      this.#controls,
      this.#notice,
      this.#status,
    );
    place.classList.add("moves");
    place.prepend(this.#body);
    const fit = () => {
      for (const plot of this.#plots) plot.resize(this.#body.clientWidth);
      this.#options.draw();
    };
    fit();
    // A set-up from a link counts as one that was made here.
    if (this.#isRestored) this.moved();
    new ResizeObserver(() => {
      if (this.#body.clientWidth && this.#body.clientWidth !== this.#plots[0].width) fit();
    }).observe(this.#body);
  }
}

/** Whether things should jump rather than glide. */
export function still(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/**
 * Puts a figure into its place, fig-<name> or the one that its data name, with what a cell of the page left.
 *
 * It takes the picture's place shortly before it is seen, so that a page is there sooner; but at once where it is on
 * the first screen or above what a link leads to, since it may be of another height, and all below it would move.
 */
export function movable<T extends object>(name: string, make: (data: T) => Figure): void {
  const data = document.querySelector(`script[data-movable="${name}"]`);
  if (!data) return;
  const told = JSON.parse(data.textContent ?? "") as T & { readonly place?: string };
  const place = document.getElementById(`fig-${told.place ?? name}`);
  if (!place) return;
  let waiting = true;
  const mount = () => {
    if (waiting) make(told).mount(place);
    waiting = false;
    near.disconnect();
  };
  const near = new IntersectionObserver((seen) => seen.some((entry) => entry.isIntersecting) && mount(), {
    rootMargin: "100%",
  });
  const target = document.getElementById(location.hash.slice(1));
  const isAbove = target && place.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_FOLLOWING;
  if (isAbove || target === place || place.getBoundingClientRect().top < innerHeight) return mount();
  near.observe(place);
  document.addEventListener("click", ({ target }) => (target as Element).closest("a[href*='#']") && mount(), true);
}
