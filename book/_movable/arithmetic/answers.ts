/** Whether what a reader answers is right: an answer and the key of a question, by its kind. */

import { expression, number, numbers } from "./expression.ts";

export type Kind = "number" | "interval" | "numbers" | "formula" | "choice" | "network";
type Points = readonly (readonly [x: number, y: number])[];
/** A number that is to be met, or the least and the most that are. */
type Measures = Readonly<Record<string, number | readonly [least: number, most: number]>>;
export type Key = number | readonly number[] | Points | Measures;

/** Whether what was answered is a key, up to rounding. */
export function meets(kind: Kind, answered: unknown, key: Key, within: number): boolean {
  const near = (one: number, other: number) => Math.abs(one - other) <= within * (1 + 1e-9);
  if (kind === "choice" || kind === "number") return near(answered as number, key as number);
  if (kind === "formula") {
    return (key as Points).every(([x, y]) => near((answered as (x: number) => number)(x), y));
  }
  if (kind === "network") {
    return Object.entries(key as Measures).every(([name, wanted]) => {
      const shown = (answered as Record<string, number>)[name];
      return typeof wanted === "number" ? near(shown, wanted) : wanted[0] <= shown && shown <= wanted[1];
    });
  }
  const inOrder = (list: readonly number[]) => (kind === "numbers" ? [...list].sort((a, b) => a - b) : list);
  const [given, wanted] = [inOrder(answered as number[]), inOrder(key as number[])];
  return given.length === wanted.length && given.every((value, i) => near(value, wanted[i]));
}

/** What is typed, as the kind of question takes it. */
export function read(kind: Kind, text: string): unknown {
  if (kind === "formula") return expression(text);
  if (kind === "number") return number(text);
  const found = numbers(text);
  if (kind === "interval" && found.length !== 2)
    throw new Error("Two numbers were expected, with a comma between them");
  return found;
}
