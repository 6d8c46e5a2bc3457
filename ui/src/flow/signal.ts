/** The smallest thing that can be watched. */
export class Signal {
  private readonly watchers = new Set<() => void>();

  readonly watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  fire(): void {
    for (const watcher of [...this.watchers]) watcher();
  }
}
