// Label actions on their way to the server. While it cannot be reached they wait in the browser's storage, in order,
// and are sent once it answers again, also after the page or the server was started anew.

import { many, post, sentence, showMessage, Unreachable } from "./dom.js";

const RETRY_MILLISECONDS = 3000;
/** Statuses after which an action waits: of another token, and of other pictures than it is about. */
const WAITING = [401, 403, 412];

export class Outbox {
  constructor(app) {
    this.app = app;
    this.notice = document.getElementById("waiting");
    /** The changes that the actions made that waited and were sent, by id; number 0 of refused ones. */
    this.undos = new Map();
    app.on("state", () => this.flush());
    addEventListener("storage", event => event.key === this.key && this.changed()); // another tab kept or sent some
  }

  /** The pictures are named by index, so what waits belongs to one version of one data set. */
  get key() {
    return `mmcr-waiting-${this.app.state?.fingerprint}`;
  }

  /** Returns what waits, oldest first: {id, action}. */
  waiting() {
    try {
      return JSON.parse(localStorage.getItem(this.key) ?? "[]");
    } catch {
      return [];
    }
  }

  keep(entries) {
    if (entries.length > 0) {
      localStorage.setItem(this.key, JSON.stringify(entries));
    } else {
      localStorage.removeItem(this.key);
    }
    this.changed();
  }

  changed() {
    this.show();
    this.app.emit("waiting");
  }

  /** Says how many wait, and tries again in a while if some do. */
  show() {
    const n = this.waiting().length;
    this.notice.textContent = n === 0 ? "" : `${many(n, "action")} kept in this browser until mmcr explore answers`;
    clearTimeout(this.retrying);
    if (n > 0) {
      this.retrying = setTimeout(() => this.flush(), RETRY_MILLISECONDS);
    }
  }

  /** Returns what is said of an action that was sent, or waits. */
  done(labels, text) {
    return labels.waiting ? `${text} once mmcr explore answers.` : `${text}.`;
  }

  /** Sends an action; resolves to the labels' new summary, or to {waiting: its id} if the server cannot be reached. */
  async send(action) {
    if (this.waiting().length === 0) {
      try {
        return await this.sendNow(action);
      } catch (error) {
        if (!(error instanceof Unreachable)) {
          throw error;
        }
      }
    }
    const stamped = { ...action, data: this.app.state.fingerprint };
    const id = `${Date.now()}-${Math.random()}`;
    this.keep([...this.waiting(), { id, action: stamped }]);
    return { waiting: id };
  }

  /** Sends an action that cannot wait: what undo and redo change is the server's to say. */
  sendNow(action) {
    return this.deliver({ ...action, data: this.app.state.fingerprint });
  }

  async deliver(action) {
    const labels = await post("api/labels", action);
    this.app.state = { ...this.app.state, labels }; // the event that tells all pages comes a little later
    return labels;
  }

  /** Whether an action still waits, or is being sent. */
  waits(id) {
    return this.waiting().some(one => one.id === id);
  }

  /** Takes back an action that waits; returns whether it did, which it does not while the action is being sent. */
  takeBack(id) {
    if (id === this.sending || !this.waits(id)) {
      return false;
    }
    this.keep(this.waiting().filter(one => one.id !== id));
    return true;
  }

  /** Sends what waits, in one tab at a time where the browser has locks. */
  async flush() {
    if (this.flushing || !this.app.state?.fingerprint || this.waiting().length === 0) {
      return;
    }
    this.flushing = true;
    try {
      await (navigator.locks ? navigator.locks.request(this.key, { ifAvailable: true }, lock => lock && this.sendAll()) : this.sendAll());
    } finally {
      this.flushing = false;
      this.show();
    }
  }

  /** An action that the server refuses is dropped, and said. Others may be added and taken back meanwhile. */
  async sendAll() {
    let sent = 0;
    const refused = [];
    for (let [first] = this.waiting(); first; [first] = this.waiting()) {
      this.sending = first.id;
      try {
        this.undos.set(first.id, (await this.deliver(first.action)).undo);
        this.app.emit("sent", first.action);
        sent++;
      } catch (error) {
        if (error instanceof Unreachable || WAITING.includes(error.status)) {
          return;
        }
        this.undos.set(first.id, { number: 0, description: "" });
        refused.push(sentence(error.message));
      } finally {
        this.sending = undefined;
      }
      this.keep(this.waiting().filter(one => one.id !== first.id));
    }
    const answers = `mmcr explore answers again; ${many(sent, "kept action")} sent.`;
    showMessage(refused.length === 0 ? answers : `${many(refused.length, "kept action")} refused: ${refused[0]} ${answers}`, refused.length > 0);
  }
}
