import type { Act, Edit, Flow, FlowView, Node, Seg, Value } from "../src/api";

export type State = { manifest: Record<string, Value>; flows: Record<string, FlowView>; files: Record<string, string> };

/** The studio's edits over plain values, near enough to draw and click against. */
export function apply(state: State, edit: Edit): State {
  switch (edit.op) {
    case "flow": {
      const flows = { ...state.flows };
      if (edit.value) flows[edit.flow] = { path: edit.flow, flow: edit.value };
      else delete flows[edit.flow];
      return { ...state, flows };
    }
    case "manifest":
      return { ...state, manifest: set(state.manifest, edit.path, edit.value) as Record<string, Value> };
    case "file": {
      const files = { ...state.files };
      if (edit.text === undefined) delete files[edit.path];
      else files[edit.path] = edit.text;
      return { ...state, files };
    }
    default:
      return inFlow(state, edit.flow, (flow) => flowEdit(flow, edit));
  }
}

function inFlow(state: State, path: string, change: (flow: Flow) => Flow): State {
  const view = state.flows[path];
  if (!view) throw { code: "not_found", message: `There is no flow ${path}.` };
  if (view.read_only) throw { code: "read_only", message: "This flow is read-only.", hint: "Repair it first." };
  return { ...state, flows: { ...state.flows, [path]: { ...view, flow: change(view.flow) } } };
}

function flowEdit(flow: Flow, edit: Exclude<Edit, { op: "flow" | "manifest" | "file" }>): Flow {
  const node = (id: string, change: (node: Node) => Node): Flow => {
    const now = flow.nodes[id];
    if (!now) throw { code: "refused", message: "That node is gone." };
    return { ...flow, nodes: { ...flow.nodes, [id]: change(now) } };
  };
  switch (edit.op) {
    case "node":
      return { ...flow, nodes: put(flow.nodes, edit.id, edit.node) };
    case "place":
      return { ...flow, layout: put(flow.layout, edit.id, edit.place) };
    case "group":
      return { ...flow, groups: put(flow.groups, edit.id, edit.group) };
    case "note":
      return { ...flow, notes: put(flow.notes, edit.id, edit.note) };
    case "flow_prop":
      return { ...flow, [edit.prop]: edit.value };
    case "prop":
      return node(edit.node, (one) => put(one as never, edit.prop, edit.value as never) as unknown as Node);
    case "wire":
      return node(edit.node, (one) => ({ ...one, next: put(one.next, edit.port, edit.to) }));
    case "field":
      return node(edit.node, (one) => ({ ...one, fields: set(one.fields, edit.path, edit.value) as Node["fields"] }));
    case "insert":
      return node(edit.node, (one) => ({
        ...one,
        fields: list(one.fields, edit.path, (items) => before(items, edit.item, edit.before)),
      }));
    case "move": {
      const last = edit.path.at(-1) as { item: string };
      return node(edit.node, (one) => ({
        ...one,
        fields: list(one.fields, edit.path.slice(0, -1), (items) => {
          const moved = items.find((item) => (item as { id: string }).id === last.item) as Value;
          return before(
            items.filter((item) => item !== moved),
            moved,
            edit.before,
          );
        }),
      }));
    }
  }
}

function put<T>(table: { [key in string]: T }, key: string, value: T | undefined): { [key in string]: T } {
  const next = { ...table };
  if (value === undefined) delete next[key];
  else next[key] = value;
  return next;
}

function before(items: Value[], item: Value, id: string | undefined): Value[] {
  const at = items.findIndex((one) => (one as { id: string }).id === id);
  return at < 0 ? [...items, item] : [...items.slice(0, at), item, ...items.slice(at)];
}

function list(fields: Node["fields"], path: Seg[], change: (items: Value[]) => Value[]): Node["fields"] {
  let now: Value | undefined = fields;
  for (const seg of path) now = get(now, seg);
  return set(fields, path, change((now as Value[]) ?? [])) as Node["fields"];
}

function get(value: Value | undefined, seg: Seg): Value | undefined {
  if (typeof seg === "object")
    return (value as { id: string }[] | undefined)?.find((item) => item.id === seg.item) as Value | undefined;
  return (value as Record<string, Value> | undefined)?.[seg];
}

function set(value: Value | undefined, path: Seg[], to: Value | undefined): Value | undefined {
  const [seg, ...rest] = path;
  if (seg === undefined) return to;
  if (typeof seg === "object") {
    const items = (value as Value[] | undefined) ?? [];
    return items.flatMap((item) => {
      if ((item as { id: string }).id !== seg.item) return [item];
      const next = set(item, rest, to);
      return next === undefined ? [] : [next];
    });
  }
  return put((value as Record<string, Value>) ?? {}, String(seg), set(get(value, seg), rest, to) as Value);
}

export function act(state: State, what: Act): State {
  if (what.act === "rename_key")
    return apply(state, { op: "prop", flow: what.flow, node: what.node, prop: "key", value: what.to });
  if (what.act !== "remove") return state;
  const gone = new Set(what.ids);
  return inFlow(state, what.flow, (flow) => {
    const heir = (id: string | undefined): string | undefined =>
      id !== undefined && gone.has(id)
        ? what.heal
          ? heir(Object.values(flow.nodes[id]?.next ?? {})[0])
          : undefined
        : id;
    const nodes: Flow["nodes"] = {};
    for (const [id, node] of Object.entries(flow.nodes)) {
      if (gone.has(id)) continue;
      if (!Object.values(node.next).some((to) => gone.has(to))) {
        nodes[id] = node;
        continue;
      }
      const next: Node["next"] = {};
      for (const [port, to] of Object.entries(node.next)) {
        const kept = heir(to);
        if (kept) next[port] = kept;
      }
      nodes[id] = { ...node, next };
    }
    const left = <T>(table: { [key in string]: T }) =>
      Object.fromEntries(Object.entries(table).filter(([id]) => !gone.has(id)));
    return { ...flow, nodes, notes: left(flow.notes), groups: left(flow.groups), layout: left(flow.layout) };
  });
}
