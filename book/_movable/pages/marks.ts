/** What the reader has read and solved: kept in this browser only, shown beside the chapters, and cleared on request. */

const KEY = "reluapprox-marks";
type Labels = Record<string, string[]>;
type Marks = { readonly read: string[]; readonly solved: Labels; readonly guessed: Labels };

export const pageName = (url: { readonly pathname: string }) =>
  url.pathname
    .split("/")
    .pop()!
    .replace(/\.html$/, "") || "index";

function marks(): Marks {
  try {
    return { read: [], solved: {}, guessed: {}, ...JSON.parse(localStorage.getItem(KEY) ?? "{}") };
  } catch {
    return { read: [], solved: {}, guessed: {} };
  }
}

function change(act: (marks: Marks) => void): void {
  const now = marks();
  act(now);
  try {
    localStorage.setItem(KEY, JSON.stringify(now));
  } catch {
    // A full or forbidden store costs the marks, and nothing else.
  }
  show();
}

export function isMarked(as: "solved" | "guessed", label: string): boolean {
  return marks()[as][pageName(location)]?.includes(label) ?? false;
}

export function mark(as: "solved" | "guessed", label: string): void {
  if (!isMarked(as, label)) change((now) => (now[as][pageName(location)] ??= []).push(label));
}

function show(): void {
  const { read, solved } = marks();
  const sidebar = document.querySelector(".bd-links");
  sidebar?.querySelectorAll(".mark, .clear-marks").forEach((old) => old.remove());
  let any = false;
  for (const link of sidebar?.querySelectorAll<HTMLAnchorElement>("li > a.reference.internal") ?? []) {
    const page = link.getAttribute("href") === "#" ? pageName(location) : pageName(new URL(link.href));
    const count = solved[page]?.length ?? 0;
    const words = [...(read.includes(page) ? ["read"] : []), ...(count ? [`${count} solved`] : [])];
    if (!words.length) continue;
    any = true;
    const mark = document.createElement("span");
    mark.className = "mark";
    mark.textContent = ` ✓ ${words.join(", ")}`;
    link.append(mark);
  }
  if (!any) return;
  const clear = document.createElement("button");
  clear.className = "clear-marks";
  clear.type = "button";
  clear.textContent = "Clear my marks";
  clear.addEventListener("click", () => {
    change((now) => {
      now.read.length = 0;
      for (const labels of [now.solved, now.guessed]) for (const page of Object.keys(labels)) delete labels[page];
    });
  });
  sidebar!.append(clear);
}

/** A chapter is read once its end has been on the screen. */
const end = document.querySelector("article.bd-article section[id$='-exercises']");
if (end) {
  const page = pageName(location);
  const seen = new IntersectionObserver((entries) => {
    // A busy browser tells several at once.
    if (!entries.some((entry) => entry.isIntersecting)) return;
    seen.disconnect();
    if (!marks().read.includes(page)) change(({ read }) => read.push(page));
  });
  seen.observe(end);
}
show();
