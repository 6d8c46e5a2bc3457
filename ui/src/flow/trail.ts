/** A place a person was at: a flow with the node that was selected, or a file. */
export type Stop = { flow?: string; file?: string; node?: string };

const MOST = 100;

/** The places visited, to go back and forward through as in a browser. */
export class Trail {
  private stops: Stop[] = [];
  private at = -1;

  /** Being at a place. A jump is a new stop; whatever else happens there changes the stop it is. */
  be(stop: Stop, jumped: boolean): void {
    const now = this.stops[this.at];
    if (now && same(now, stop)) return;
    const moved = now === undefined || now.flow !== stop.flow || now.file !== stop.file;
    if (!moved && !jumped) {
      this.stops[this.at] = stop;
      return;
    }
    this.stops = [...this.stops.slice(0, this.at + 1), stop].slice(-MOST);
    this.at = this.stops.length - 1;
  }

  /** The next stop on the way that is still there; goes to it. */
  go(way: 1 | -1, there: (stop: Stop) => boolean): Stop | undefined {
    for (let at = this.at + way; at >= 0 && at < this.stops.length; at += way) {
      const stop = this.stops[at];
      if (!stop || !there(stop)) continue;
      this.at = at;
      return stop;
    }
    return undefined;
  }

  can(way: 1 | -1): boolean {
    return this.stops[this.at + way] !== undefined;
  }
}

function same(a: Stop, b: Stop): boolean {
  return a.flow === b.flow && a.file === b.file && a.node === b.node;
}
