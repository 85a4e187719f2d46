/** A network learns two moons: its tiles and its decision boundary, exactly, at every moment that the page kept. */

import { on, tileAt, tiles, zeroLine, type Box, type Layers, type Pair, type Tile } from "../arithmetic/tiles.ts";
import { between } from "../vocabulary/address.ts";
import { button, named, range, scores } from "../vocabulary/controls.ts";
import { Figure, movable } from "../vocabulary/figure.ts";
import { Dots } from "../vocabulary/kink.ts";
import { Label } from "../vocabulary/label.ts";
import { Plot } from "../vocabulary/plot.ts";
import { Tiling } from "../vocabulary/tiling.ts";

interface Data {
  readonly frames: readonly { readonly epoch: number; readonly network: Layers }[];
  readonly points: readonly Pair[];
  /** 1 or 0, for each point. */
  readonly classes: readonly number[];
  readonly box: Box;
}

/** Milliseconds that a moment is seen. */
const PACE = 250;

movable<Data>("watch-two-moons", ({ frames, points, classes, box }) => {
  const last = frames.length - 1;
  let moment = last;
  let playing = 0;
  const found = new Map<number, readonly Tile[]>();
  const here = (): readonly Tile[] => {
    if (!found.has(moment)) found.set(moment, tiles(frames[moment].network, box));
    return found.get(moment)!;
  };

  const plot = new Plot({ x: box[0], y: box[1], height: 380, label: "Two moons", square: true, ticks: 4 });
  const tiling = new Tiling(plot);
  const inside = new Dots(plot, "ink", 4, "filled");
  const outside = new Dots(plot, "target", 4, "hollow");

  const names = [new Label(plot, "target", "one moon"), new Label(plot, "target", "the other")];
  const border = new Label(plot, "error", "boundary");

  /** The boundary, one straight part for each tile that it crosses. */
  const boundary = () =>
    here()
      .map(zeroLine)
      .filter((ends) => ends.length);
  const of = (kind: number) => points.filter((_, i) => classes[i] === kind);
  function shade(): (tile: Tile) => string {
    const middles = new Map(
      here().map((tile) => {
        const total = tile.corners.reduce((sum, corner) => sum + on(tile.plane, corner), 0);
        return [tile, total / tile.corners.length] as const;
      }),
    );
    // A probability, so that one steep corner does not take all the contrast.
    return (tile) => {
      const share = 1 / (1 + Math.exp(-middles.get(tile)!));
      return `hsl(${(225 - 175 * share).toFixed(0)} ${(30 + 25 * Math.abs(2 * share - 1)).toFixed(0)}% 66%)`;
    };
  }
  const numbers = () => {
    const holding = points.map((point) => tileAt(here(), point));
    const wrong = points.filter((point, i) => on(holding[i].plane, point) > 0 !== (classes[i] === 1)).length;
    return [frames[moment].epoch, here().length, new Set(holding).size, boundary().length, wrong].map(String);
  };

  function stop(): void {
    clearTimeout(playing);
    playing = 0;
    play.textContent = "Play";
  }

  const play = button("Play", () => {
    const isPlaying = playing !== 0;
    stop();
    if (isPlaying) return figure.moved();
    if (moment === last) moment = 0;
    play.textContent = "Pause";
    const tick = () => {
      if (moment < last) moment++;
      if (moment < last) playing = window.setTimeout(tick, PACE);
      else stop();
      figure.moved();
    };
    playing = window.setTimeout(tick, PACE);
    figure.moved();
  });
  const time = range("Moment", { min: 0, max: last, step: 1 }, (now) => {
    stop();
    moment = now;
    figure.moved();
  });
  const table = scores([
    ["Epoch", ""],
    ["Tiles", ""],
    ["with data", "network"],
    ["on the boundary", "error"],
    ["Points misjudged", "error"],
  ]);

  const figure = new Figure({
    name: "watch-two-moons",
    task: "Go through the training: what happens to the tiles, and what to the boundary?",
    reset: () => {
      stop();
      moment = last;
      figure.moved();
    },
    state: () => ({ moment: String(moment) }),
    draw: () => {
      tiling.draw(here(), shade());
      const parts = boundary();
      tiling.border(parts);
      names[0].put(0, 1.15);
      names[1].put(1, -0.75, "below");
      border.show(parts.length > 0);
      if (parts.length) border.put(...parts[0][0]);
      inside.draw(of(1));
      outside.draw(of(0));
      time.show(moment, `epoch ${frames[moment].epoch}`);
      table.show(numbers());
    },
    said: () => {
      const [epoch, all, used, crossed, wrong] = numbers();
      return `Epoch ${epoch}: ${all} tiles, ${used} with data, ${crossed} on the boundary, ${wrong} points misjudged.`;
    },
  });
  figure.add(plot);
  figure.read(table.element);
  figure.row(named("play", play), named("moment", time.element));
  figure.restore((said) => {
    moment = Math.round(between(said.get("moment"), 0, last));
  });
  return figure;
});
