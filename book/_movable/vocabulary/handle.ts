/** A point that is taken hold of: by mouse, by finger, or by the keyboard, where it is a slider. */

import { drag, type D3DragEvent } from "./d3.ts";
import type { Group, Plot } from "./plot.ts";

/** One direction in which a handle moves. */
export interface Way {
  readonly min: number;
  readonly max: number;
  /** What an arrow key moves it by; ten times that with Shift. */
  readonly step: number;
}

export interface HandleOptions {
  /** Which number this is: the slider's name. */
  readonly label: () => string;
  /** Where it is, and what that means, in words. */
  readonly spoken: () => string;
  readonly at: () => readonly [x: number, y: number];
  /** Where it may go; a way that is missing is one it does not move in. Without one it is hidden. */
  readonly ways: () => { readonly across?: Way; readonly up?: Way };
  /** `by` is the key that moved it, if one did. */
  readonly moveTo: (x: number, y: number, by?: string) => void;
  readonly onFocus?: () => void;
  readonly role: string;
}

/** Half of 44 pixels: what a finger needs. */
const REACH = 22;

/** All handles of a plot. Those that overlap share what is theirs: the nearest one is taken. */
export class Handles {
  readonly #plot: Plot;
  readonly #group: Group;
  readonly #handles: Handle[] = [];

  constructor(plot: Plot) {
    this.#plot = plot;
    this.#group = plot.front("handles");
  }

  add(options: HandleOptions): Handle {
    const handle = new Handle(this.#plot, this.#group.append("g"), options, (x, y) => this.#nearest(x, y));
    this.#handles.push(handle);
    return handle;
  }

  remove(handle: Handle): void {
    this.#handles.splice(this.#handles.indexOf(handle), 1);
    handle.remove();
  }

  draw(): void {
    for (const handle of this.#handles) handle.draw();
  }

  #nearest(x: number, y: number): Handle {
    // Of two in one place it is the one that can get away.
    const distance = (handle: Handle) =>
      Math.hypot(handle.place[0] - x, handle.place[1] - y) - (handle.movesAcross ? 3 : 0);
    return this.#handles.reduce((best, handle) => (distance(handle) < distance(best) ? handle : best));
  }
}

export class Handle {
  /** On the screen. */
  place: readonly [number, number] = [0, 0];
  readonly #plot: Plot;
  readonly #group: Group;
  readonly #options: HandleOptions;

  constructor(plot: Plot, group: Group, options: HandleOptions, nearest: (x: number, y: number) => Handle) {
    this.#plot = plot;
    this.#options = options;
    this.#group = group.attr("class", `handle ${options.role}`).attr("role", "slider").attr("tabindex", 0);
    group.append("circle").attr("class", "reach").attr("r", REACH);
    group.append("circle").attr("class", "ring").attr("r", 14);
    group.append("circle").attr("class", "knob").attr("r", 7);
    group.on("keydown", (event: KeyboardEvent) => this.#key(event)).on("focus", () => options.onFocus?.());
    type Event = D3DragEvent<SVGGElement, undefined, { handle: Handle; x: number; y: number }>;
    group.call(
      drag<SVGGElement, undefined>()
        .container(() => plot.svg.node()!)
        .subject((event: Event) => {
          const handle = nearest(event.x, event.y);
          return { handle, x: handle.place[0], y: handle.place[1] };
        })
        .on("start", ({ subject }: Event) => subject.handle.focus())
        .on("drag", ({ subject, x, y }: Event) => subject.handle.#put(plot.x.invert(x), plot.y.invert(y)))
        .on("start.mark drag.mark end.mark", ({ subject, type }: Event) => {
          subject.handle.#group.classed("held", type !== "end");
        }) as never,
    );
  }

  focus(): void {
    this.#group.node()!.focus({ preventScroll: true });
  }

  remove(): void {
    this.#group.remove();
  }

  /** Sets it apart as the one that buttons act on. */
  mark(chosen: boolean): void {
    this.#group.classed("chosen", chosen);
  }

  get movesAcross(): boolean {
    return this.#options.ways().across !== undefined;
  }

  draw(): void {
    const { at, ways, label, spoken } = this.#options;
    const [x, y] = at();
    const { across, up } = ways();
    const way = across ?? up;
    // What is outside the picture is held at its edge.
    const [[left, right], [bottom, top]] = [this.#plot.x.range(), this.#plot.y.range()];
    this.place = [Math.min(Math.max(this.#plot.x(x), left), right), Math.min(Math.max(this.#plot.y(y), top), bottom)];
    this.#group
      .attr("transform", `translate(${this.place[0].toFixed(2)},${this.place[1].toFixed(2)})`)
      .attr("display", way ? null : "none")
      .attr("aria-label", label())
      .attr("aria-valuetext", spoken())
      .attr("aria-orientation", across ? "horizontal" : "vertical");
    if (!way) return;
    this.#group
      .attr("aria-valuemin", way.min)
      .attr("aria-valuemax", way.max)
      .attr("aria-valuenow", Math.min(Math.max(across ? x : y, way.min), way.max));
    this.#group.classed("across", !up).classed("upright", !across);
  }

  #put(x: number, y: number, by?: string): void {
    const { across, up } = this.#options.ways();
    const [nowX, nowY] = this.#options.at();
    // Where it does not move it stays, even if that is outside.
    const within = (value: number, way: Way | undefined, now: number) =>
      way && value !== now ? Math.min(Math.max(value, way.min), way.max) : now;
    this.#options.moveTo(within(x, across, nowX), within(y, up, nowY), by);
  }

  #key(event: KeyboardEvent): void {
    const { across, up } = this.#options.ways();
    const [x, y] = this.#options.at();
    const far = event.shiftKey ? 10 : 1;
    // A handle of one way obeys all four arrows, as any slider does.
    const [sideways, upwards] = [across ?? up!, up ?? across!];
    const move = (horizontal: boolean, by: number) => {
      const way = horizontal ? sideways : upwards;
      // To the grid of steps, so that numbers stay short.
      const on = (value: number) => Math.round((value + by * far * way.step) / way.step) * way.step;
      if (way === across) this.#put(on(x), y, event.key);
      else this.#put(x, on(y), event.key);
    };
    const first = across ?? up!;
    const end = (value: number) => (first === across ? this.#put(value, y, event.key) : this.#put(x, value, event.key));
    const actions: Record<string, () => void> = {
      ArrowLeft: () => move(true, -1),
      ArrowRight: () => move(true, 1),
      ArrowDown: () => move(false, -1),
      ArrowUp: () => move(false, 1),
      PageDown: () => move(!up, -10),
      PageUp: () => move(!up, 10),
      Home: () => end(first.min),
      End: () => end(first.max),
    };
    const action = actions[event.key];
    if (!action || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    action();
  }
}
