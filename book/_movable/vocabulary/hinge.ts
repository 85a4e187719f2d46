/** A hinge that is taken hold of by its kink and by its arm. */

import type { Hinge } from "../arithmetic/network.ts";
import { fixed, say } from "./figure.ts";
import type { Handle, Handles } from "./handle.ts";

export interface HingeGrip {
  readonly name: () => string;
  readonly get: () => Hinge;
  readonly set: (hinge: Hinge) => void;
  readonly onFocus?: () => void;
  /** Where kinks may be, and how steep an arm may be. */
  readonly kinks: readonly [number, number];
  readonly steepest: number;
}

/** Between these distances from the kink, in units of x, the arm can be held. */
const [NEAR, FAR] = [1, 4];

export class HingeHandles {
  readonly #handles: Handles;
  readonly #pair: readonly Handle[];
  #reach = 3;

  constructor(handles: Handles, grip: HingeGrip) {
    this.#handles = handles;
    const [from, to] = grip.kinks;
    const kink = handles.add({
      role: "hinge",
      label: () => `${grip.name()}: kink`,
      spoken: () => `bends at ${say(grip.get().kink)}`,
      at: () => [grip.get().kink, 0],
      ways: () => {
        const { kink } = grip.get();
        return from <= kink && kink <= to ? { across: { min: from, max: to, step: 0.1 } } : {};
      },
      moveTo: (x) => grip.set({ ...grip.get(), kink: x }),
      onFocus: grip.onFocus,
    });
    const highest = () => grip.steepest * this.#reach;
    const arm = handles.add({
      role: "hinge arm",
      label: () => `${grip.name()}: arm`,
      spoken: () => {
        const { jump, face } = grip.get();
        return `faces ${face > 0 ? "right" : "left"}, jump of slope ${fixed(jump, 2)}`;
      },
      at: () => {
        const { kink, jump, face } = grip.get();
        return [kink + face * this.#reach, jump * this.#reach];
      },
      ways: () => {
        const { kink } = grip.get();
        if (kink < from || kink > to) return {};
        return {
          across: { min: kink - FAR, max: kink + FAR, step: 0.5 },
          up: { min: -highest(), max: highest(), step: 0.1 * this.#reach },
        };
      },
      moveTo: (x, y, by) => {
        const hinge = grip.get();
        const across = x - hinge.kink;
        const inward = Math.abs(across) < this.#reach;
        if (by && y === hinge.jump * this.#reach) {
          // A key moves the hand along the arm; where that ends, at the kink, it turns the hinge.
          const turns = this.#reach === NEAR && inward;
          this.#reach = Math.min(Math.max(Math.abs(across), NEAR), FAR);
          grip.set({ ...hinge, face: turns ? (-hinge.face as 1 | -1) : hinge.face });
          return;
        }
        // To the other side of the kink, and the hinge faces the other way; below the axis, and it bends down.
        this.#reach = Math.min(Math.max(Math.abs(across), NEAR), FAR);
        const jump = Math.min(Math.max(y / this.#reach, -grip.steepest), grip.steepest);
        grip.set({ ...hinge, jump, face: across === 0 ? hinge.face : across > 0 ? 1 : -1 });
      },
      onFocus: grip.onFocus,
    });
    this.#pair = [kink, arm];
  }

  remove(): void {
    for (const handle of this.#pair) this.#handles.remove(handle);
  }
}
