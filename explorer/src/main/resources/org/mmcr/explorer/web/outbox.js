// Label actions on their way to the server. While it cannot be reached they wait in the browser's storage, in order,
// and are sent once it answers again, also after the page or the server was started anew.

import { many, post, sentence, showMessage, Unreachable } from "./dom.js";

const RETRY_MILLISECONDS = 3000;

export class Outbox {
  constructor(app) {
    this.app = app;
    this.notice = document.getElementById("waiting");
    app.on("state", () => this.flush());
  }

  /** The pictures are named by index, so what waits belongs to one version of one data set. */
  get key() {
    return `mmcr-waiting-${this.app.state.fingerprint}`;
  }

  waiting() {
    try {
      return JSON.parse(localStorage.getItem(this.key) ?? "[]");
    } catch {
      return [];
    }
  }

  keep(actions) {
    if (actions.length > 0) {
      localStorage.setItem(this.key, JSON.stringify(actions));
    } else {
      localStorage.removeItem(this.key);
    }
    this.notice.textContent = actions.length === 0 ? ""
      : `${many(actions.length, "action")} kept in this browser until mmcr explore answers`;
    if (actions.length > 0) {
      clearTimeout(this.retrying);
      this.retrying = setTimeout(() => this.flush(), RETRY_MILLISECONDS);
    }
  }

  /** Sends an action; resolves to the labels' new summary, or to {waiting: true} if the server cannot be reached. */
  async send(action) {
    if (this.waiting().length === 0) {
      try {
        return await post("api/labels", action);
      } catch (error) {
        if (!(error instanceof Unreachable)) {
          throw error;
        }
      }
    }
    this.keep([...this.waiting(), action]);
    return { waiting: true };
  }

  /** Takes back the action that was sent last, if it still waits. */
  takeBack() {
    const actions = this.waiting();
    this.keep(actions.slice(0, -1));
    return actions.length > 0;
  }

  /** Sends what waits. An action that the server refuses is dropped, and said. */
  async flush() {
    if (this.flushing || !this.app.state?.fingerprint || this.waiting().length === 0) {
      return;
    }
    this.flushing = true;
    let sent = 0;
    try {
      while (this.waiting().length > 0) {
        const [first, ...rest] = this.waiting();
        try {
          await post("api/labels", first);
          sent++;
        } catch (error) {
          if (error instanceof Unreachable || error.status === 401 || error.status === 403) {
            this.keep([first, ...rest]);
            return;
          }
          showMessage(`One kept action was refused: ${sentence(error.message)}`, true);
        }
        this.keep(this.waiting().slice(1));
      }
      showMessage(`mmcr explore answers again; ${many(sent, "kept action")} sent.`);
    } finally {
      this.flushing = false;
    }
  }
}
