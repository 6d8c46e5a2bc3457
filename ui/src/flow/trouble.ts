import type { Problem, Severity } from "../api";

export type Counts = { error: number; warning: number; hint: number };

/** The problems of a bot, counted where the UI shows numbers. */
export class Trouble {
  readonly total: Counts = { error: 0, warning: 0, hint: 0 };
  private readonly files = new Map<string, Problem[]>();
  private readonly nodes = new Map<string, Problem[]>();

  constructor(readonly problems: readonly Problem[] = []) {
    for (const problem of problems) {
      this.total[problem.severity] += 1;
      push(this.files, problem.at.file, problem);
      if (problem.at.node) push(this.nodes, `${problem.at.file} ${problem.at.node}`, problem);
    }
  }

  ofNode(file: string, node: string): readonly Problem[] {
    return this.nodes.get(`${file} ${node}`) ?? NONE;
  }

  ofFile(file: string): readonly Problem[] {
    return this.files.get(file) ?? NONE;
  }

  /** By file, the worst first; files in the order of their first problem. */
  grouped(): [string, Problem[]][] {
    return [...this.files].map(([file, problems]) => [
      file,
      [...problems].sort((a, b) => RANK[a.severity] - RANK[b.severity]),
    ]);
  }
}

const NONE: readonly Problem[] = [];
const RANK: Record<Severity, number> = { error: 0, warning: 1, hint: 2 };

export function worst(problems: readonly Problem[]): Severity | undefined {
  return problems.reduce<Severity | undefined>(
    (found, { severity }) => (found === undefined || RANK[severity] < RANK[found] ? severity : found),
    undefined,
  );
}

function push(into: Map<string, Problem[]>, key: string, problem: Problem): void {
  const list = into.get(key);
  if (list) list.push(problem);
  else into.set(key, [problem]);
}
