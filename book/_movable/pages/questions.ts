/** Answers to the page's questions, checked at once; and guesses, with the truth beside them. */

import { meets, read, type Key, type Kind } from "../arithmetic/answers.ts";
import { button, element } from "../vocabulary/controls.ts";
import { say } from "../vocabulary/figure.ts";
import { isMarked, mark } from "./marks.ts";

/** What the page tells of a question. */
interface Told {
  readonly kind: Kind;
  readonly key: Key;
  readonly within: number;
  readonly predicts: boolean;
  readonly mistakes: readonly Key[];
  readonly figure?: string;
  readonly veils?: string;
  readonly range?: readonly [from: number, to: number, step: number];
}

/** What may be typed. */
const EXAMPLES = {
  number: "a number",
  interval: "two, as 1, 2",
  numbers: "as 1, 2, 3",
  formula: "such as 2*relu(x - 3)",
};

class Question {
  readonly #place: HTMLElement;
  readonly #told: Told;
  readonly #said = element("div", "said");
  readonly #form = element("div", "try");
  readonly #field = element("input", "");
  /** What the movable figure showed last. */
  #measured: Record<string, number> = {};

  constructor(place: HTMLElement) {
    this.#place = place;
    this.#told = JSON.parse(place.querySelector(":scope > script")!.textContent!) as Told;
    this.#said.setAttribute("role", "status");
    this.#form.append(...this.#controls());
    // Not a form: a frame that forbids to send one, as learning platforms make it, would swallow the answer.
    this.#field.addEventListener("keydown", ({ key }) => key === "Enter" && this.#take());
    place.querySelector(":scope > details.answer")!.before(this.#form, this.#said);
    if (isMarked("solved", place.id)) place.classList.add("solved");
    if (this.#told.predicts) this.#cover();
  }

  #controls(): HTMLElement[] {
    const { kind, predicts, range, figure } = this.#told;
    const go = button(predicts ? "That is my guess" : "Check", () => this.#take());
    const skip = predicts ? [button("Skip (Esc)", () => this.#reveal())] : [];
    if (kind === "choice") this.#makeOptions();
    if (kind === "network") {
      document.getElementById(`fig-${figure}`)?.addEventListener("measured", (event) => {
        this.#measured = (event as CustomEvent<Record<string, number>>).detail;
      });
    }
    if (kind === "choice" || kind === "network") return [go, ...skip];
    const label = element("label", "field", element("span", "", predicts ? "Your guess" : "Your answer"), this.#field);
    if (!range) {
      Object.assign(this.#field, { type: "text", placeholder: EXAMPLES[kind], autocomplete: "off", spellcheck: false });
      return [label, go, ...skip];
    }
    const [from, to, step] = range;
    Object.assign(this.#field, { type: "range", min: String(from), max: String(to), step: String(step) });
    this.#field.value = String((from + to) / 2);
    const shown = element("output", "", say(this.#field.valueAsNumber));
    this.#field.addEventListener("input", () => (shown.textContent = say(this.#field.valueAsNumber)));
    label.append(shown);
    return [label, go, ...skip];
  }

  /** The items of the list, each with a button to choose it. */
  #makeOptions(): void {
    const list = this.#place.querySelector(":scope > ol.options")!;
    list.setAttribute("role", "radiogroup");
    list.setAttribute("aria-label", "Options");
    [...list.children].forEach((item, i) => {
      const radio = Object.assign(element("input", ""), { type: "radio", name: this.#place.id, value: String(i + 1) });
      item.setAttribute("role", "none");
      // A formula alone is no name that browsers would take from a label.
      const formula = item.querySelector("annotation")?.textContent;
      if (formula && item.textContent === item.querySelector(".math")!.textContent)
        radio.setAttribute("aria-label", formula);
      item.replaceChildren(element("label", "", radio, element("span", "", ...item.childNodes)));
    });
  }

  #take(): void {
    const { kind, key, within, mistakes, predicts } = this.#told;
    let answered: unknown;
    try {
      answered = this.#answered();
    } catch (error) {
      return this.#say(`${(error as Error).message}.`);
    }
    if (predicts) return this.#reveal(answered as number);
    if (meets(kind, answered, key, within)) {
      this.#say("Right.");
      this.#place.classList.add("solved");
      mark("solved", this.#place.id);
      return this.#unfold();
    }
    const mistake = mistakes.findIndex((wrong) => meets(kind, answered, wrong, within));
    const reply = this.#place.querySelectorAll<HTMLTemplateElement>(":scope > template")[mistake];
    if (reply) this.#said.replaceChildren(reply.content.cloneNode(true));
    else this.#say("Not yet. Try again, or open the answer.");
  }

  #answered(): unknown {
    const { kind, range } = this.#told;
    if (kind === "network") {
      if (Object.keys(this.#measured).length) return this.#measured;
      throw new Error("Move something in the figure first");
    }
    if (range) return this.#field.valueAsNumber;
    if (kind !== "choice") return read(kind, this.#field.value);
    const chosen = this.#place.querySelector<HTMLInputElement>("ol.options input:checked");
    if (!chosen) throw new Error("Choose one of them first");
    return Number(chosen.value);
  }

  #say(...words: (string | Node)[]): void {
    this.#said.replaceChildren(element("p", "", ...words));
  }

  /** Opens the answer, and the solution of the exercise that the question belongs to. */
  #unfold(): void {
    this.#place.querySelector<HTMLDetailsElement>(":scope > details.answer")!.open = true;
    const next = this.#place.nextElementSibling;
    if (next?.matches("details.solution")) (next as HTMLDetailsElement).open = true;
  }

  /** Shows the truth, beside the guess if there is one. */
  #reveal(guess?: number): void {
    const { kind, key, range } = this.#told;
    this.#form.querySelectorAll<HTMLInputElement>("input, button").forEach((control) => (control.disabled = true));
    if (guess !== undefined) {
      if (kind === "choice") this.#say(guess === key ? "Right." : "Not that one.");
      else this.#compare(guess, key as number, range);
      mark("guessed", this.#place.id);
    }
    this.#unfold();
    this.#uncover();
  }

  #compare(guess: number, truth: number, range: Told["range"]): void {
    const apart = Math.abs(guess - truth);
    const far = apart === 0 ? "right" : apart <= this.#told.within ? "as good as right" : `${say(apart)} away`;
    this.#say(`You said ${say(guess)}; it is ${say(truth)}: ${far}.`);
    if (!range) return;
    const scale = element("div", "scale", element("span", "guess", "guess"), element("span", "truth", "truth"));
    scale.setAttribute("aria-hidden", "true");
    const share = (value: number) => (100 * (value - range[0])) / (range[1] - range[0]);
    [guess, truth].forEach((value, i) => ((scale.children[i] as HTMLElement).style.left = `${share(value)}%`));
    scale.style.setProperty("--from", `${Math.min(share(guess), share(truth))}%`);
    scale.style.setProperty("--to", `${Math.max(share(guess), share(truth))}%`);
    this.#said.append(scale);
  }

  /** What tells the truth: all from the question to the figure that shows it. */
  #veiled(): HTMLElement[] {
    const figure = this.#told.veils ? document.getElementById(this.#told.veils) : null;
    if (!figure) return [];
    const found: HTMLElement[] = [];
    for (let next = this.#place.nextElementSibling; next; next = next.nextElementSibling) {
      found.push(next as HTMLElement);
      if (next.contains(figure)) return found;
    }
    return [figure];
  }

  /** Covers it, unless the reader has guessed before, or comes for something that is covered. */
  #cover(): void {
    const parts = this.#veiled();
    const wanted = () => {
      const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
      return parts.some((part) => target && part.contains(target));
    };
    if (isMarked("guessed", this.#place.id) || wanted()) return;
    for (const part of parts) {
      part.classList.add("veiled");
      part.inert = true;
    }
    window.addEventListener("hashchange", () => wanted() && this.#uncover());
    document.addEventListener("keydown", (event) => {
      const { top, bottom } = this.#place.getBoundingClientRect();
      if (event.key === "Escape" && parts.some((part) => part.inert) && bottom > 0 && top < innerHeight) this.#reveal();
    });
  }

  #uncover(): void {
    for (const part of this.#veiled()) {
      part.classList.remove("veiled");
      part.inert = false;
    }
  }
}

// On a page to print they have no keys.
document.querySelectorAll<HTMLElement>("div.question:has(> script)").forEach((place) => new Question(place));
