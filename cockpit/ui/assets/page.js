/* What a page must do at once, without the server.

   It is drawn again when the machine turns dark or light, as many do by themselves at dusk: the colours of charts and
   tables come from the server, and would else stay those of the other theme. The framework has no call for it, but
   listens to the key R, which keeps every choice and chosen file. */
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () =>
  setTimeout(() => {  // first the framework itself has to see the new theme
    const key = { key: "r", code: "KeyR", keyCode: 82, which: 82, bubbles: true };
    document.body.dispatchEvent(new KeyboardEvent("keydown", key));
  }, 100));

/* Escape hides the explanation of a word without moving pointer or focus (WCAG 1.4.13). */
const quiet = (on) => document.documentElement.toggleAttribute("data-quiet", on);
document.addEventListener("keydown", (event) => event.key === "Escape" && quiet(true));
["pointerover", "focusin"].forEach((name) => document.addEventListener(name, () => quiet(false)));

/* A chart is read out by its words: without this the numbers in its drawing follow, in the order they were drawn. */
new MutationObserver(() =>
  document.querySelectorAll("[data-testid=stPlotlyChart] .plot-container:not([aria-hidden])").forEach((drawing) =>
    drawing.setAttribute("aria-hidden", "true"))).observe(document.documentElement, { subtree: true, childList: true });

/* A link may name the section that its page opens at (`sted`). The page is drawn from the top down, so the section is
   held in view until everything stands, or until the reader takes over. */
const hold = (place) => {
  const heading = document.getElementById(place);
  heading?.scrollIntoView();
  heading?.setAttribute("tabindex", "-1");
  heading?.focus({ preventScroll: true });
  return heading && document.querySelector("[data-testid=stApp][data-test-script-state=notRunning]");
};
const open = (place) => {
  const watch = new MutationObserver(() => hold(place));
  let stood = 0;
  const clock = setInterval(() => hold(place) && ++stood > 5 && leave(), 200);  // charts take their height a little later
  const leave = () => { watch.disconnect(); clearInterval(clock); };
  ["wheel", "touchmove", "pointerdown", "keydown"].forEach((name) => addEventListener(name, leave, { once: true }));
  setTimeout(leave, 60_000);
  watch.observe(document.documentElement, { subtree: true, childList: true });
};
const wanted = (address) => new URL(address).searchParams.get("sted");
document.addEventListener("click", ({ target }) => {
  const place = wanted(target.closest?.("a[href]")?.href ?? location.origin);
  if (place) open(place);
}, true);
if (wanted(location)) open(wanted(location));
