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
