// Light or dark colours: as the system is set, or as chosen with the button in the page's header. The browser keeps the
// choice. Not a module, so that it runs before anything is drawn.

(() => {
  const KEY = "mmcr-colours";
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let choice = stored();

  /** Returns what was chosen in this browser: "light", "dark", or "system" for no choice. */
  function stored() {
    try {
      const found = localStorage.getItem(KEY);
      return ["light", "dark"].includes(found) ? found : "system";
    } catch {
      return "system"; // the browser stores nothing for this page
    }
  }

  function store() {
    try {
      if (choice === "system") {
        localStorage.removeItem(KEY);
      } else {
        localStorage.setItem(KEY, choice);
      }
    } catch {
      // the choice holds until the page is left
    }
  }

  /** Returns the choice that a click makes; the first click changes the colours, whatever the system's are. */
  function next() {
    const order = ["system", ...(dark.matches ? ["light", "dark"] : ["dark", "light"])];
    return order[(order.indexOf(choice) + 1) % order.length];
  }

  /** Sets the colours, notifies the page if they have changed, and describes the choice on the button. */
  function apply() {
    const theme = choice === "system" ? (dark.matches ? "dark" : "light") : choice;
    if (root.dataset.theme !== theme) {
      root.dataset.theme = theme;
      dispatchEvent(new Event("themechange"));
    }
    const button = document.querySelector(".colours");
    if (button) { // not before the page is parsed
      button.dataset.choice = choice;
      button.title = `Colours: ${choice}. Switch to ${next()}.`;
      button.setAttribute("aria-label", button.title);
      button.querySelector(".colours-name").textContent = `Colours: ${choice}`;
    }
  }

  apply();
  dark.addEventListener("change", apply);
  document.addEventListener("DOMContentLoaded", () => {
    apply();
    document.querySelector(".colours").addEventListener("click", () => {
      choice = next();
      store();
      apply();
    });
  });
})();
