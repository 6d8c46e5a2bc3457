import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { connect } from "./api";
import { measureWith } from "./flow";
import { findHost, type Host } from "./host";
import { App } from "./shell";
import "./components/tokens.css";
import "./components/comfort.css";

async function host(): Promise<Host> {
  if (import.meta.env.DEV && new URLSearchParams(location.search).has("fake"))
    return (await import("../dev/fake-host")).fakeHost(new URLSearchParams(location.search));
  return findHost();
}

const cache = new QueryClient({ defaultOptions: { queries: { staleTime: 30_000, refetchOnWindowFocus: false } } });
/** Cards are as tall as their words need, so the words are measured in the very font they are shown in. */
async function ruler(): Promise<void> {
  const font = '13px "Inter Variable"';
  await document.fonts.load(font).catch(() => {});
  const pen = document.createElement("canvas").getContext("2d");
  if (!pen) return;
  pen.font = font;
  measureWith((word) => pen.measureText(word).width);
}

const root = createRoot(document.getElementById("root") as HTMLElement);
const [found] = await Promise.all([host(), ruler()]);
root.render(
  <QueryClientProvider client={cache}>
    <App api={connect(found)} />
  </QueryClientProvider>,
);
