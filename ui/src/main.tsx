import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { connect } from "./api";
import { findHost, type Host } from "./host";
import { App } from "./shell";
import "./components/tokens.css";

async function host(): Promise<Host> {
  if (import.meta.env.DEV && new URLSearchParams(location.search).has("fake"))
    return (await import("../dev/fake-host")).fakeHost(new URLSearchParams(location.search));
  return findHost();
}

const cache = new QueryClient({ defaultOptions: { queries: { staleTime: 30_000, refetchOnWindowFocus: false } } });
const root = createRoot(document.getElementById("root") as HTMLElement);
root.render(
  <QueryClientProvider client={cache}>
    <App api={connect(await host())} />
  </QueryClientProvider>,
);
