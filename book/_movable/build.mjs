// Bundles what pages load: one script and one style sheet for all of them, one script for each movable figure.
// The job comes as JSON on standard input; book/_ext/assets.py describes its entries.
import { build, transform } from "esbuild";
import { glob, readFile, writeFile } from "node:fs/promises";
import postcss from "postcss";
import { PurgeCSS } from "purgecss";

const HERE = import.meta.dirname;
const TARGET = ["es2020", "chrome105", "firefox110", "safari16"];
const read = (path) => readFile(path, "utf8");
const joined = async (paths, between) => (await Promise.all(paths.map(read))).join(between);
const minified = async (text, loader) =>
  (await transform(text, { loader, minify: true, target: TARGET, legalComments: "none" })).code;

/** Where no script has chosen a theme, the system does: repeats the rules for each theme as rules for "auto". */
const systemTheme = {
  postcssPlugin: "system-theme",
  Once(root, { AtRule }) {
    const schemes = { dark: [], light: [] };
    root.walkRules(/\[data-theme=/, (rule) => {
      for (const [theme, copies] of Object.entries(schemes)) {
        const named = new RegExp(`\\[data-theme=["']?${theme}["']?\\]`, "g");
        const selectors = rule.selectors.filter((selector) => selector.search(named) >= 0);
        if (!selectors.length) continue;
        let copy = rule.clone({ selectors: selectors.map((one) => one.replace(named, "[data-theme=auto]")) });
        for (let outer = rule.parent; outer.type === "atrule"; outer = outer.parent) {
          const around = outer.clone({ nodes: [] });
          around.append(copy);
          copy = around;
        }
        copies.push(copy);
      }
    });
    for (const [theme, copies] of Object.entries(schemes)) {
      const media = new AtRule({ name: "media", params: `(prefers-color-scheme: ${theme})` });
      media.append(...copies);
      root.append(media);
    }
  },
};

/** The style sheets as one, with what they import; fonts come later, cut to size, from book/_ext/fonts.py. */
async function bundled(styles) {
  const contents = styles.map((path) => `@import ${JSON.stringify(path)};`).join("");
  const loader = Object.fromEntries(["woff2", "woff", "ttf", "svg", "png", "gif"].map((kind) => [`.${kind}`, "empty"]));
  const options = { bundle: true, write: false, loader, target: TARGET, logLevel: "silent" };
  const { outputFiles } = await build({ ...options, stdin: { contents, resolveDir: "/", loader: "css" } });
  return outputFiles[0].text.replaceAll(/@font-face\s*\{[^}]*\}/g, "");
}

async function style({ styles, ownStyle, palette, scripts, content, static: folder }) {
  // The framework puts these two names together from pieces, and KaTeX those of its sizes.
  const safelist = ["data-bs-popper", "static", /^(reset-)?size\d+$/, "sizing", "fontsize-ensurer"];
  const raw = await bundled([`${HERE}/node_modules/katex/dist/katex.min.css`, ...styles]);
  const [{ css }] = await new PurgeCSS().purge({ css: [{ raw }], content: [...content, ...scripts], safelist });
  const colours = ["light", "dark"].map((theme, i) => {
    const roles = Object.entries(palette).map(([role, pair]) => `--role-${role}:${pair[i]};`);
    return `html[data-theme=${theme}]{${roles.join("")}}`;
  });
  const own = await bundled([`${HERE}/style.css`, ownStyle]);
  const themed = postcss([systemTheme]).process(css + colours.join("") + own, { from: undefined }).css;
  await writeFile(`${folder}/site.css`, await minified(themed, "css"));
}

async function script({ scripts, page, static: folder }) {
  const options = { bundle: true, write: false, format: "iife", target: "es2020", charset: "utf8", logLevel: "silent" };
  const { outputFiles } = await build({ ...options, entryPoints: [page] });
  const all = `${await joined(scripts, "\n;\n")}\n;\n${outputFiles[0].text}`;
  await writeFile(`${folder}/site.js`, await minified(all, "js"));
}

/** D3 is one script, and the figures find it there. */
const sharedD3 = {
  name: "shared-d3",
  setup(build) {
    build.onResolve({ filter: /\/d3\.ts$/ }, () => ({ path: "d3", namespace: "shared" }));
    build.onLoad({ filter: /^d3$/, namespace: "shared" }, () => ({ contents: "module.exports = globalThis.d3" }));
  },
};

async function figures({ figures: sources, static: folder }) {
  // Modules would not load from file://, so each figure becomes a classic script.
  const how = { bundle: true, minify: true, format: "iife", target: "es2020", charset: "utf8" };
  const options = { ...how, outdir: `${folder}/movable`, legalComments: "none", logLevel: "silent" };
  await build({ ...options, entryPoints: [`${HERE}/vocabulary/d3.ts`], globalName: "d3" });
  await build({ ...options, entryPoints: sources, plugins: [sharedD3] });
}

/** The notices of all that is bundled, in one file, since the bundles carry none. */
async function licences({ static: folder }) {
  const modules = ["katex", "@fontsource/source-serif-4", "d3-*"].map((name) => `${HERE}/node_modules/${name}/LICENSE`);
  const paths = await Array.fromAsync(glob([...modules, `${folder}/**/*LICENSE*`]));
  const named = paths.map(async (path) => `${path.split("/").slice(-2).join("/")}\n\n${await read(path)}`);
  await writeFile(`${folder}/licences.txt`, (await Promise.all(named)).sort().join("\n\n"));
}

const job = JSON.parse(await read("/dev/stdin"));
try {
  await Promise.all([style(job), script(job), figures(job), licences(job)]);
} catch (error) {
  // One line a fault: that is what the build shows.
  const said = (error.errors ?? []).map((one) => `${one.location?.file}:${one.location?.line}: ${one.text}`);
  console.error(said.length ? said.join("\n") : String(error));
  process.exit(1);
}
