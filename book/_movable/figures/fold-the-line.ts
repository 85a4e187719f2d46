/** Each fold turns down the upper half of all pieces at once: pieces double, and the parabola's error falls to a quarter. */

import { bestOfOneLayer, bestOfPieces, folded, foldedOn, neuronsOf } from "../arithmetic/folds.ts";
import { between } from "../vocabulary/address.ts";
import { button, named, range, scores } from "../vocabulary/controls.ts";
import { Curve } from "../vocabulary/curve.ts";
import { Figure, movable, say, still } from "../vocabulary/figure.ts";
import { Dots } from "../vocabulary/kink.ts";
import { Label } from "../vocabulary/label.ts";
import { Plot } from "../vocabulary/plot.ts";

interface Data {
  /** How often the line can be folded. */
  readonly most: number;
}

/** Milliseconds that a fold takes. */
const FOLD = 1100;
/** Neurons in one layer that are drawn. */
const WIDEST = 30;

movable<Data>("fold-the-line", ({ most }) => {
  let folds = 1;
  /** How much of the next fold is done, and the frame that goes on with it. */
  let [share, moving] = [0, 0];

  const sheet = new Plot({
    x: [-1, 1],
    y: [-0.05, 1.05],
    height: 210,
    label: "The folded line",
    ticks: 2,
    xLabel: "x",
  });
  const crease = new Curve(sheet, "faint", "guide");
  const line = new Curve(sheet, "network", "bold");
  const creaseName = new Label(sheet, "ink", "folded here");
  const errors = new Plot({
    x: [0, WIDEST],
    y: [1e-7, 1],
    height: 210,
    label: "The error for the parabola",
    logarithmic: true,
    ticks: 4,
    xLabel: "hidden neurons",
  });
  const wide = new Curve(errors, "best", "solid");
  const deep = new Curve(errors, "network");
  const before = new Dots(errors, "network", 4);
  const now = new Dots(errors, "network", 7, "hollow");
  const names = [new Label(errors, "best", "best in one layer"), new Label(errors, "network", "folded")];

  const pieces = () => 2 ** folds;
  const table = scores([
    ["Pieces", "network"],
    ["Hidden neurons", ""],
    ["Error for x²", "error"],
    ["One layer needs", "best"],
  ]);
  const numbers = () => [
    String(pieces()),
    String(neuronsOf(folds)),
    say(bestOfPieces(pieces()), 2),
    `${pieces()} neurons`,
  ];

  function stop(): void {
    cancelAnimationFrame(moving);
    [share, moving] = [0, 0];
  }

  function fold(): void {
    stop();
    if (folds >= most) return figure.announce("Ten folds are all that can be drawn here.");
    if (still()) {
      folds++;
      return figure.moved();
    }
    const began = performance.now();
    const turn = (time: number) => {
      share = (time - began) / FOLD;
      if (share < 1) {
        moving = requestAnimationFrame(turn);
        return figure.redraw();
      }
      stop();
      folds++;
      figure.moved();
    };
    moving = requestAnimationFrame(turn);
  }

  const depth = range("Folds", { min: 1, max: most, step: 1 }, (chosen) => {
    stop();
    folds = chosen;
    figure.moved();
  });

  const figure = new Figure({
    name: "fold-the-line",
    task: "Fold the line again and again: how fast do its pieces double, and the error fall?",
    reset: () => {
      stop();
      folds = 1;
      figure.moved();
    },
    state: () => ({ folds: String(folds) }),
    draw: () => {
      const flat = folded(folds);
      line.line(share > 0 ? foldedOn(flat, Math.min(share, 1)) : flat);
      crease.draw([
        [-1, 0.5],
        [1, 0.5],
      ]);
      creaseName.show(folds < 4);
      creaseName.put(0, 0.5);
      wide.draw(Array.from({ length: WIDEST }, (_, i) => [i + 1, bestOfOneLayer(i + 1)] as const));
      const path = Array.from({ length: folds }, (_, i) => [neuronsOf(i + 1), bestOfPieces(2 ** (i + 1))] as const);
      deep.draw(path);
      before.draw(path);
      now.draw(path.slice(-1));
      names[0].put(22, bestOfOneLayer(22));
      names[1].show(folds > 2);
      names[1].put(...path[path.length - 1], "beside");
      depth.show(folds, String(folds));
      table.show(numbers());
    },
    said: () => {
      const [count, neurons, off] = numbers();
      return `${folds} folds: ${count} pieces from ${neurons} neurons, error ${off}; one layer needs ${count} neurons for it.`;
    },
  });
  figure.add(sheet, errors);
  figure.read(table.element);
  figure.row(named("fold", button("Fold", fold)), named("depth", depth.element));
  figure.restore((said) => {
    folds = Math.round(between(said.get("folds"), 1, most));
  });
  return figure;
});
