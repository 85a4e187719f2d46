/** The state of a figure in the page's address, so that a link leads to a set-up. */

/** Numbers short enough for an address: nine digits of each. */
export function written(numbers: readonly number[]): string {
  return numbers.map((number) => String(Number(number.toPrecision(9)))).join(",");
}

/** A list of finite numbers from an address; of a given length, if that is known. */
export function numbers(text: string | null, length?: number): number[] {
  const found = (text ?? "").split(",").map((part) => (part.trim() === "" ? NaN : Number(part)));
  if (!found.every(Number.isFinite)) throw new Error(`“${text}” is not a list of numbers`);
  if (length !== undefined && found.length !== length) throw new Error(`${length} numbers were expected in “${text}”`);
  return found;
}

/** One of some words from an address. */
export function oneOf<T extends string>(text: string | null, words: readonly T[]): T {
  const word = words.find((candidate) => candidate === text);
  if (word === undefined) throw new Error(`“${text}” is none of ${words.join(", ")}`);
  return word;
}

/** One number of an interval, from an address. */
export function between(text: string | null, min: number, max: number): number {
  const [number] = numbers(text, 1);
  if (number < min || number > max) throw new Error(`${number} is not between ${min} and ${max}`);
  return number;
}

export class Address {
  readonly #figure: string;
  #waiting = 0;

  constructor(figure: string) {
    this.#figure = figure;
  }

  /** What the address says of this figure; null where it is silent. */
  read(): URLSearchParams | null {
    const said = new URLSearchParams(location.search);
    return said.get("figure") === this.#figure ? said : null;
  }

  /** Names of controls that whoever made the link does not want to be there: hide=best,settings. */
  hidden(): string[] {
    return (this.read()?.get("hide") ?? "").split(",").filter(Boolean);
  }

  /** The address of a state. */
  of(state: Readonly<Record<string, string>>): string {
    const hide = this.hidden().join(",");
    const query = new URLSearchParams({ figure: this.#figure, ...state, ...(hide && { hide }) })
      .toString()
      .replaceAll("%2C", ",");
    return `${location.href.split(/[?#]/)[0]}?${query}#fig-${this.#figure}`;
  }

  /** Puts a state into the address, once it rests: browsers refuse more than a few changes a second. */
  write(state: Readonly<Record<string, string>>): void {
    clearTimeout(this.#waiting);
    this.#waiting = window.setTimeout(() => history.replaceState(history.state, "", this.of(state)), 300);
  }
}
