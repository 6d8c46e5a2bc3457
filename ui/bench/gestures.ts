import type { CDPSession, Page } from "@playwright/test";

type Point = { x: number; y: number };
const STEP = 1000 / 60;

/** What a hand does, in steps of a sixtieth of a second, as input of the browser itself. */
export class Hand {
  constructor(
    private readonly page: Page,
    private readonly cdp: CDPSession,
  ) {}

  /** Drags from a point through others. With a steady pace: a page that lags behind gets no more time. */
  async drag(button: "left" | "middle", from: Point, steps: number, at: (step: number) => Point): Promise<void> {
    const buttons = button === "left" ? 1 : 4;
    const mouse = (type: "mousePressed" | "mouseMoved" | "mouseReleased", to: Point) =>
      this.cdp.send("Input.dispatchMouseEvent", { type, ...to, button, buttons, clickCount: 1 });
    await this.cdp.send("Input.dispatchMouseEvent", { type: "mouseMoved", ...from });
    await mouse("mousePressed", from);
    await this.steadily(steps, (step) => mouse("mouseMoved", at(step)));
    await mouse("mouseReleased", at(steps - 1));
  }

  async zoom(at: Point, steps: number, delta: number, withControl: boolean): Promise<void> {
    await this.steadily(steps, () =>
      this.cdp.send("Input.dispatchMouseEvent", {
        type: "mouseWheel",
        ...at,
        deltaX: 0,
        deltaY: delta,
        modifiers: withControl ? 2 : 0,
      }),
    );
  }

  async type(text: string, pause: number): Promise<void> {
    for (const key of text) {
      await this.page.keyboard.press(key === " " ? "Space" : key);
      await this.page.waitForTimeout(pause);
    }
  }

  private async steadily(steps: number, act: (step: number) => Promise<unknown>): Promise<void> {
    const start = performance.now();
    for (let step = 0; step < steps; step++) {
      await act(step);
      const early = start + (step + 1) * STEP - performance.now();
      if (early > 0) await new Promise((done) => setTimeout(done, early));
    }
  }
}
