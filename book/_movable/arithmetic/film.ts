/** A training that can be played, and wound back: key frames, and the few steps from one to the next. */

import { Training, type Moment, type Parameters } from "./training.ts";

/** Epochs from one key frame to the next. */
export const FRAME = 10;

export class Film {
  readonly training: Training;
  readonly losses: number[] = [];
  readonly #frames: Moment[] = [];

  constructor(x: readonly number[], y: readonly number[], rate: number, start: Parameters) {
    this.training = new Training(x, y, rate, start);
    this.#frames.push(this.training.moment());
  }

  get epoch(): number {
    return this.training.epoch;
  }

  /** The last epoch that was reached. */
  get length(): number {
    return this.losses.length;
  }

  /** The weights at each key frame so far. */
  get frames(): readonly Moment[] {
    return this.#frames;
  }

  /** One epoch on; the loss before it. False where the loss stopped being finite, as it does at too large a rate. */
  step(): boolean {
    const epoch = this.epoch;
    const loss = this.training.step();
    if (!Number.isFinite(loss)) {
      this.goTo(epoch - (epoch % FRAME));
      return false;
    }
    this.losses[epoch] = loss;
    if (this.epoch % FRAME === 0 && this.epoch / FRAME === this.#frames.length)
      this.#frames.push(this.training.moment());
    return true;
  }

  /** To any epoch: forwards by training on, backwards from the key frame before. */
  goTo(epoch: number): void {
    const frame = Math.min(Math.floor(epoch / FRAME), this.#frames.length - 1);
    if (epoch < this.epoch || this.#frames[frame].epoch > this.epoch) this.training.goTo(this.#frames[frame]);
    while (this.epoch < epoch && this.step());
  }
}
