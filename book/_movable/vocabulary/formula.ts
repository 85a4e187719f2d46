/** A sum of neurons as it is written: 2 · relu(x − 3) − relu(−x). */

import type { Neuron } from "../arithmetic/network.ts";
import { say } from "./figure.ts";

function signed(value: number, first: boolean): string {
  const size = say(Math.abs(value));
  if (first) return value < 0 ? `−${size}` : size;
  return value < 0 ? ` − ${size}` : ` + ${size}`;
}

function argument({ w, b }: Neuron): string {
  const times = Math.abs(w) === 1 ? "" : say(Math.abs(w));
  const shift = say(b) === "0" ? "" : signed(b, false);
  return `${w < 0 ? "−" : ""}${times}x${shift}`;
}

export function formula(neurons: readonly Neuron[], offset = 0): string {
  const terms = neurons.map((neuron, i) => `${signed(neuron.a, i === 0)} · relu(${argument(neuron)})`);
  return terms.join("") + (offset === 0 ? "" : signed(offset, false));
}
