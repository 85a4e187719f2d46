/** Each neuron is a crease in the plane; together they are tiles; and a second layer's creases bend at the first's. */

import { mostTiles, tileAt, tiles, type Box, type Layers, type Pair, type Plane } from "../arithmetic/tiles.ts";
import { between, numbers, written } from "../vocabulary/address.ts";
import { named, range, scores } from "../vocabulary/controls.ts";
import { Figure, fixed, movable } from "../vocabulary/figure.ts";
import { Handles } from "../vocabulary/handle.ts";
import { Label } from "../vocabulary/label.ts";
import { Plot } from "../vocabulary/plot.ts";
import { byDirection, Tiling } from "../vocabulary/tiling.ts";

/** A neuron: a point that its crease goes through, and the way to the side on which it is active, in degrees. */
interface Crease {
  readonly x: number;
  readonly y: number;
  readonly turn: number;
}

interface Data {
  /** One for each of the neurons that there can be. */
  readonly creases: readonly Crease[];
  readonly neurons: number;
  /** Each neuron of the second layer: its weights for all neurons of the first, and its bias. */
  readonly second: readonly { readonly weights: readonly number[]; readonly bias: number }[];
}

const EDGE = 1;
const BOX: Box = [
  [-EDGE, EDGE],
  [-EDGE, EDGE],
];
/** From a crease's point to the handle that turns it. */
const ARM = 0.3;
/** The unit vector in a direction, in degrees. */
const direction = (turn: number): Pair => [Math.cos((turn * Math.PI) / 180), Math.sin((turn * Math.PI) / 180)];
/** px + qy + r in words. */
const spelled = ([p, q, r]: Plane) =>
  `${fixed(p, 2)}x ${q < 0 ? "−" : "+"} ${fixed(Math.abs(q), 2)}y ${r < 0 ? "−" : "+"} ${fixed(Math.abs(r), 2)}`;
/** What the output makes of the last hidden layer: added, taken away, in turn. */
const signs = (count: number) => Array.from({ length: count }, (_, i) => (i % 2 ? -1 : 1));

movable<Data>("tile-the-plane", (data) => {
  const most = data.creases.length;
  const own = { creases: data.creases, count: data.neurons, above: 0, probe: [0.1, 0.2] as Pair };
  let { creases, count, above, probe } = own;
  let chosen = 0;

  const plot = new Plot({ x: BOX[0], y: BOX[1], height: 400, label: "Tiles", square: true, ticks: 3 });
  const tiling = new Tiling(plot, (point) => {
    probe = point;
    figure.moved();
  });

  function network(): Layers {
    const first = creases.slice(0, count).map(({ x, y, turn }) => {
      const [p, q] = direction(turn);
      return { weights: [p, q], bias: -p * x - q * y };
    });
    const second = data.second.slice(0, above).map(({ weights, bias }) => ({ weights: weights.slice(0, count), bias }));
    const hidden = above ? [first, second] : [first];
    return {
      weights: [...hidden.map((layer) => layer.map(({ weights }) => weights)), [signs(above || count)]],
      biases: [...hidden.map((layer) => layer.map(({ bias }) => bias)), [0]],
    };
  }

  const names = data.creases.map((_, i) => new Label(plot, "hinge", String(i + 1)));
  const reading = new Label(plot, "ink", "read here");
  const handles = new Handles(plot);
  handles.add({
    role: "ink",
    label: () => "The point whose tile is read",
    spoken: () => `at ${fixed(probe[0], 2)}, ${fixed(probe[1], 2)}`,
    at: () => probe,
    ways: () => ({
      across: { min: -EDGE, max: EDGE, step: 0.05 },
      up: { min: -EDGE, max: EDGE, step: 0.05 },
    }),
    moveTo: (x, y) => {
      probe = [x, y];
      figure.moved();
    },
  });
  const change = (place: number, now: Partial<Crease>) => {
    creases = creases.map((crease, i) => (i === place ? { ...crease, ...now } : crease));
    figure.moved();
  };
  const tip = ({ x, y, turn }: Crease): Pair => {
    const [across, up] = direction(turn);
    return [x + ARM * across, y + ARM * up];
  };
  data.creases.forEach((_, place) => {
    const choose = () => {
      chosen = place;
      figure.redraw();
    };
    const crease = () => creases[place];
    handles.add({
      role: "hinge",
      label: () => `Crease ${place + 1}`,
      spoken: () => `through ${fixed(crease().x, 2)}, ${fixed(crease().y, 2)}`,
      at: () => [crease().x, crease().y],
      ways: () =>
        place < count ? { across: { min: -0.9, max: 0.9, step: 0.05 }, up: { min: -0.9, max: 0.9, step: 0.05 } } : {},
      moveTo: (x, y) => change(place, { x, y }),
      onFocus: choose,
    });
    handles.add({
      role: "hinge arm",
      label: () => `Crease ${place + 1}: the side where it is active`,
      spoken: () => `${fixed(crease().turn, 0)} degrees`,
      at: () => tip(crease()),
      ways: () => {
        if (place >= count || place !== chosen) return {};
        return { across: { min: -2, max: 2, step: 0.05 }, up: { min: -2, max: 2, step: 0.05 } };
      },
      moveTo: (x, y, key) => {
        const { turn } = crease();
        const [tipX, tipY] = tip(crease());
        // A key turns it; along the arrow alone it would go nowhere.
        if (key) return change(place, { turn: (turn + (x + y > tipX + tipY ? 5 : 355)) % 360 });
        const way = (Math.atan2(y - crease().y, x - crease().x) * 180) / Math.PI;
        change(place, { turn: (Math.round(way) + 360) % 360 });
      },
      onFocus: choose,
    });
  });

  const neurons = range("Neurons", { min: 1, max: most, step: 1 }, (now) => {
    count = now;
    chosen = Math.min(chosen, count - 1);
    figure.moved();
  });
  const second = range("In a second layer", { min: 0, max: data.second.length, step: 1 }, (now) => {
    above = now;
    figure.moved();
  });
  const table = scores([
    ["Tiles", ""],
    ["At most", "best"],
    ["Active here", ""],
    ["The plane here", "network"],
  ]);
  const now = () => {
    const found = tiles(network(), BOX);
    const here = tileAt(found, probe);
    const bits = here.pattern.map((on) => (on ? "1" : "0")).join("");
    const pattern = above ? `${bits.slice(0, count)} ${bits.slice(count)}` : bits;
    const bound = mostTiles(count) * (above ? mostTiles(above) : 1);
    return { found, here, texts: [String(found.length), String(bound), pattern, spelled(here.plane)] };
  };

  const figure = new Figure({
    name: "tile-the-plane",
    task: "Move the creases: how many tiles can you make? Then bend a crease with a second layer.",
    reset: () => {
      ({ creases, count, above, probe } = own);
      chosen = 0;
      figure.moved();
    },
    state: () => ({
      creases: written(creases.slice(0, count).flatMap(({ x, y, turn }) => [x, y, turn])),
      above: String(above),
      point: written(probe),
    }),
    draw: () => {
      const { found, here, texts } = now();
      tiling.draw(found, ({ plane }) => byDirection(plane), here);
      names.forEach((name, i) => {
        name.show(i < count);
        name.put(creases[i].x, creases[i].y);
      });
      reading.put(...probe, "below");
      handles.draw();
      neurons.show(count, String(count));
      second.show(above, String(above));
      table.show(texts);
    },
    said: () => {
      const [number, bound, pattern, plane] = now().texts;
      return `${number} tiles, at most ${bound}. At the point the pattern is ${pattern}, the plane ${plane}.`;
    },
  });
  figure.add(plot);
  figure.read(table.element);
  figure.row(named("neurons", neurons.element), named("second", second.element));
  figure.restore((said) => {
    const told = numbers(said.get("creases"));
    if (told.length % 3 || !told.length || told.length > 3 * most)
      throw new Error("creases are not three numbers each");
    const read = Array.from({ length: told.length / 3 }, (_, i): Crease => {
      const [x, y, turn] = told.slice(3 * i, 3 * i + 3);
      if (Math.abs(x) > 0.9 || Math.abs(y) > 0.9 || turn < 0 || turn >= 360) throw new Error("a crease is outside");
      return { x, y, turn };
    });
    const [x, y] = numbers(said.get("point"), 2);
    if (Math.abs(x) > EDGE || Math.abs(y) > EDGE) throw new Error("the point is outside");
    const layers = Math.round(between(said.get("above"), 0, data.second.length));
    creases = [...read, ...data.creases.slice(read.length)];
    [count, above, probe] = [read.length, layers, [x, y]];
  });
  return figure;
});
