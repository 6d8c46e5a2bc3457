import { useEffect, useState } from "react";
import { useRemembered } from "../components";

export type Theme = "system" | "light" | "dark";

/** The chosen theme and whether that is dark now. Sets it on the page. */
export function useTheme(): { theme: Theme; dark: boolean; setTheme(theme: Theme): void } {
  const [theme, setTheme] = useRemembered<Theme>("theme", "system");
  const [system, setSystem] = useState(() => window.matchMedia("(prefers-color-scheme: dark)").matches);
  useEffect(() => {
    const query = window.matchMedia("(prefers-color-scheme: dark)");
    const changed = () => setSystem(query.matches);
    query.addEventListener("change", changed);
    return () => query.removeEventListener("change", changed);
  }, []);
  const dark = theme === "dark" || (theme === "system" && system);
  useEffect(() => {
    document.documentElement.dataset.theme = dark ? "dark" : "light";
  }, [dark]);
  return { theme, dark, setTheme };
}
