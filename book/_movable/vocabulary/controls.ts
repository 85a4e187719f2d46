/** Buttons, choices and ranges beside a figure: the browser's own, so that every device knows them. */

function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  kind: string,
  ...inside: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  if (kind) made.className = kind;
  made.append(...inside);
  return made;
}

export { element };

/** Gives a control the name by which an address can hide it. */
export function named<E extends HTMLElement>(name: string, control: E): E {
  control.dataset.name = name;
  return control;
}

export function button(words: string, act: () => void): HTMLButtonElement {
  const made = element("button", "", words);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

export interface Choice<T extends string> {
  readonly element: HTMLElement;
  value: T;
}

/** A choice of one among some, each with the words shown for it. */
export function choice<T extends string>(
  words: string,
  options: Readonly<Record<T, string>>,
  act: (chosen: T) => void,
): Choice<T> {
  const made = element("select", "");
  for (const [value, shown] of Object.entries<string>(options)) made.append(new Option(shown, value));
  made.addEventListener("change", () => act(made.value as T));
  return {
    element: element("label", "field", element("span", "", words), made),
    get value() {
      return made.value as T;
    },
    set value(chosen: T) {
      made.value = chosen;
    },
  };
}

export interface Scores {
  readonly element: HTMLElement;
  /** Gives one of them another name. */
  name(index: number, words: string): void;
  show(texts: readonly string[]): void;
}

/** Numbers under their names, some in the colour of a role. */
export function scores(names: readonly (readonly [words: string, role: string])[]): Scores {
  const values = names.map(() => element("dd", ""));
  const terms = names.map(([words]) => element("dt", "", words));
  const pairs = names.map(([, role], i) => element("div", role, terms[i], values[i]));
  return {
    element: element("dl", "scores", ...pairs),
    name: (i, words) => (terms[i].textContent = words),
    show: (texts) => texts.forEach((text, i) => (values[i].textContent = text)),
  };
}

export interface Range {
  readonly element: HTMLElement;
  show(value: number, spoken: string, max?: number): void;
}

/** A number on an interval. */
export function range(
  words: string,
  { min, max, step }: { readonly min: number; readonly max: number; readonly step: number },
  act: (value: number) => void,
): Range {
  const made = element("input", "");
  Object.assign(made, { type: "range", min: String(min), max: String(max), step: String(step) });
  made.addEventListener("input", () => act(made.valueAsNumber));
  const shown = element("output", "");
  shown.setAttribute("aria-hidden", "true");
  return {
    element: element("label", "field range", element("span", "", words), made, shown),
    show(value, spoken, most = max) {
      made.max = String(most);
      made.value = String(value);
      made.setAttribute("aria-valuetext", spoken);
      shown.textContent = spoken;
    },
  };
}
