/* The framework's own words in Danish, for eyes and for screen readers: it has no setting for them.

   What it writes is put into Danish before it is painted. Only whole phrases of the framework are touched, never
   the tables and charts of the pages; a phrase that a newer version changes is left as it is, and the browser tests
   look for it. */
(() => {
  const PHRASES = {
    "Add files": "Vælg flere filer",
    "App pages": "Sider",
    "Cancel": "Annullér",
    "Choose an option": "Vælg",
    "Clear all": "Ryd alle",
    "Clear value": "Ryd",
    "Close": "Luk",
    "Collapse sidebar": "Skjul menuen",
    "Connecting": "Forbinder",
    "Connection error": "Ingen forbindelse til cockpittet",
    "Drag and drop a file here": "Træk filen hertil",
    "Drag and drop files here": "Træk filerne hertil",
    "Expand sidebar": "Vis menuen",
    "Help": "Hjælp",
    "Is the server still running?": "Svarer serveren?",
    "Link to heading": "Link til overskriften",
    "Main menu": "Menu",
    "No results": "Ingen fundet",
    "Notifications": "Beskeder",
    "Open": "Åbn listen",
    "Running...": "Arbejder",
    "Select all": "Vælg alle",
    "Selectbox options": "Muligheder",
    "Selected values": "Valgte",
    "Sidebar": "Menu",
    "Skip to main content": "Gå til indholdet",
    "Upload": "Vælg filer",
    "file upload": "Vælg filer",
    "option, selected": "valgt",
  };
  const PATTERNS = [
    [/^Help for (.+)$/, "Hjælp til $1"],
    [/^Shortcut (.+)$/, "Tast $1"],
    [/^Remove (.+)$/, "Fjern $1"],
    [/^Cancel upload of (.+)$/, "Annullér $1"],
    [/^Upload (.+)$/, "Vælg $1"],
    [/^Press (Enter|Ctrl\+Enter|⌘\+Enter) to (?:apply|submit form)$/, "Tryk på $1 for at bruge det"],
    [/^(\d+)MB per file.*$/, "eller træk dem hertil, højst $1 MB pr. fil"],
    [/^(\d+)\.0B$/, "$1 B"],
    [/^(\d+)\.(\d)(KB|MB|GB)$/, "$1,$2 $3"],
    [/^(.+, \d+)\.(\d)(KB|MB|GB)$/, "$1,$2 $3"],
  ];
  const NAMES = ["aria-label", "title", "placeholder"];
  const OURS = "table, svg, style, script, textarea, [data-testid=stPlotlyChart]";

  const inDanish = (text) => {
    if (Object.hasOwn(PHRASES, text)) return PHRASES[text];
    const found = PATTERNS.find(([english]) => english.test(text));
    return found ? text.replace(...found) : text;
  };
  const put = (text, write) => {
    const danish = inDanish(text.trim());
    if (danish !== text.trim()) write(danish);
  };
  const named = (element) =>
    NAMES.forEach((name) => element.hasAttribute(name) && put(element.getAttribute(name), (danish) =>
      element.setAttribute(name, danish)));
  const written = (node) => node.parentElement?.closest(OURS) || put(node.data, (danish) => (node.data = danish));
  const whole = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return written(node);
    if (node.nodeType !== Node.ELEMENT_NODE || node.closest(OURS)) return;
    named(node);
    node.querySelectorAll(NAMES.map((name) => `[${name}]`).join()).forEach(named);
    const texts = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) written(texts.currentNode);
  };
  new MutationObserver((changes) =>
    changes.forEach(({ type, target, addedNodes }) => {
      if (type === "attributes") named(target);
      else if (type === "characterData") written(target);
      else addedNodes.forEach(whole);
    })).observe(document.documentElement, {
      subtree: true, childList: true, characterData: true, attributeFilter: NAMES });
})();
