const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const SIGNS = `${LETTERS}0123456789`;

/** A short random word that starts with a letter and is not taken yet. */
function word(length: number, taken: (id: string) => boolean): string {
  for (;;) {
    const random = crypto.getRandomValues(new Uint8Array(length));
    const id = Array.from(random, (byte, at) => {
      const from = at === 0 ? LETTERS : SIGNS;
      return from[byte % from.length];
    }).join("");
    if (!taken(id)) return id;
  }
}

export const nodeId = (taken: (id: string) => boolean) => word(6, taken);
export const itemId = (taken: (id: string) => boolean) => word(4, taken);
