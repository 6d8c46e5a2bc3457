import { AudioLines, ExternalLink, File, Film, Image, KeyRound, type LucideIcon } from "lucide-react";
import { createContext, useContext, useEffect, useState } from "react";
import type { Edit, Value } from "../../api";
import { Button, Combo, cx, Select, TextInput, useBot, useDraft, useOpenBot, useRun } from "../../components";
import { type AssetKind, assetKind, isTable, isZone, type OpenBot, plain, SCOPES, tagged } from "../../flow";
import { t } from "../../words";
import { controlId, type EditorProps, useWrite } from "./place";
import { TemplateEditor } from "./texts";

/** Editors that choose one of the things a bot has. */

/** Opens the place where secrets are set. */
export const SecretsPlace = createContext<(() => void) | undefined>(undefined);

/** An edit of bot.json below objects of which some may not be there yet. */
function manifestEdit(bot: OpenBot, path: string[], value: Value): Edit {
  let at: Value | undefined = bot.mirror.manifest;
  for (const [depth, name] of path.slice(0, -1).entries()) {
    at = isTable(at) ? at[name] : undefined;
    if (isTable(at)) continue;
    const rest = path.slice(depth + 1).reduceRight<Value>((inner, name) => ({ [name]: inner }), value);
    return { op: "manifest", path: path.slice(0, depth + 1), value: rest };
  }
  return { op: "manifest", path, value };
}

const TYPES = ["text", "number", "bool", "list", "object", "any"] as const;

export function VariableEditor({ field, value, target, disabled, mixed }: EditorProps) {
  const bot = useOpenBot();
  const write = useWrite(field, target);
  const manifest = useBot((bot) => bot.mirror.manifest);
  const [making, setMaking] = useState<string | undefined>(undefined);
  const table = isTable(manifest.variables) ? manifest.variables : {};
  const choices = SCOPES.flatMap((scope) => {
    const declared = table[scope];
    return Object.entries(isTable(declared) ? declared : {}).map(([name, about]) => ({
      value: `${scope}.${name}`,
      label: `${scope}.${name}`,
      hint: isTable(about) ? plain(about.type) : "",
    }));
  });
  const now = mixed || value === undefined || value === null || value === "" ? undefined : plain(value);
  const [scope, name] = (now ?? "").split(".");
  const missing =
    now !== undefined &&
    SCOPES.some((one) => one === scope) &&
    /^[a-z_]\w*$/i.test(name ?? "") &&
    !choices.some((one) => one.value === now);
  return (
    <>
      <Combo
        mono
        free
        id={controlId(target.path)}
        label={field.label}
        value={now}
        choices={choices}
        {...(field.required ? {} : { none: t("None") })}
        placeholder={mixed ? t("Different values") : (field.placeholder ?? "user.name")}
        disabled={disabled}
        create={
          disabled
            ? undefined
            : {
                label: (typed) => (typed ? t("Create variable {name}…", { name: typed }) : t("Create variable…")),
                run: (typed) => setMaking(typed || "user."),
              }
        }
        onChange={(value) => write(value)}
      />
      {(making !== undefined || (missing && !disabled)) && (
        <NewVariable
          key={making ?? now}
          name={making ?? now ?? ""}
          fixed={making === undefined}
          onCancel={() => setMaking(undefined)}
          onMake={(scope, name, type) => {
            setMaking(undefined);
            const edits = [manifestEdit(bot, ["variables", scope, name], { type })];
            if (`${scope}.${name}` !== now)
              edits.push({
                op: "field",
                flow: target.flow,
                node: target.node,
                path: target.path,
                value: `${scope}.${name}`,
              });
            bot.change(t("Create variable {name}", { name: `${scope}.${name}` }), edits);
          }}
        />
      )}
    </>
  );
}

function NewVariable(props: {
  name: string;
  fixed: boolean;
  onCancel(): void;
  onMake(scope: string, name: string, type: string): void;
}) {
  const [first, ...rest] = props.name.includes(".") ? props.name.split(".") : ["user", props.name];
  const [scope, setScope] = useState<string>(SCOPES.find((one) => one === first) ?? "user");
  const [name, setName] = useState(rest.join(".").replace(/\W/g, "_"));
  const [type, setType] = useState<string>("text");
  const ready = /^[a-z_]\w*$/i.test(name);
  const kinds = {
    text: t("Text"),
    number: t("Number"),
    bool: t("Yes or no"),
    list: t("List"),
    object: t("Object"),
    any: t("Anything"),
  };
  return (
    <form
      aria-label={t("New variable")}
      className="mt-1 flex flex-col gap-1.5 rounded-lg border border-line p-2"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) props.onMake(scope, name, type);
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape" || props.fixed) return;
        event.stopPropagation();
        event.preventDefault();
        props.onCancel();
      }}
    >
      {props.fixed && <p className="text-xs text-ink-2">{t("{name} is not declared yet.", { name: props.name })}</p>}
      <div className="flex gap-1.5">
        {!props.fixed && (
          <>
            <div className="w-24 shrink-0">
              <Select
                label={t("Belongs to")}
                value={scope}
                options={[
                  { value: "user", label: t("Person") },
                  { value: "chat", label: t("Chat") },
                  { value: "bot", label: t("Bot") },
                ]}
                onChange={setScope}
              />
            </div>
            <TextInput
              mono
              autoFocus
              aria-label={t("Name of the variable")}
              placeholder={t("name")}
              value={name}
              aria-invalid={name !== "" && !ready}
              onChange={(event) => setName(event.target.value)}
            />
          </>
        )}
        <div className={props.fixed ? "flex-1" : "w-26 shrink-0"}>
          <Select
            label={t("Holds")}
            value={type}
            options={TYPES.map((value) => ({ value, label: kinds[value] }))}
            onChange={setType}
          />
        </div>
      </div>
      <div className="flex justify-end gap-1.5">
        {!props.fixed && (
          <Button tone="quiet" onClick={props.onCancel}>
            {t("Cancel")}
          </Button>
        )}
        <Button type="submit" disabled={!ready}>
          {t("Create variable")}
        </Button>
      </div>
    </form>
  );
}

export function SecretEditor({ field, value, target, disabled }: EditorProps) {
  const bot = useOpenBot();
  const write = useWrite(field, target);
  const secrets = useBot((bot) => bot.mirror.manifest.secrets);
  const known = useRun((run) => run.secrets);
  const open = useContext(SecretsPlace);
  // bot.json says which there are, the vault which are set.
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when bot.json changed
  useEffect(() => {
    bot.run.readSecrets();
  }, [bot, secrets]);
  const named = tagged(value, "$secret");
  const bare = field.type.is === "secret" && typeof value === "string" ? value : undefined;
  const name = typeof named === "string" ? named : bare;
  const isSet = (one: string) => known?.find((secret) => secret.name === one)?.set;
  const choices = Object.entries(isTable(secrets) ? secrets : {}).map(([name, about]) => ({
    value: name,
    label: name,
    hint: isSet(name) === false ? t("not set") : isTable(about) ? plain(about.note) : "",
  }));
  const unset = name !== undefined && isSet(name) === false;
  return (
    <>
      <Combo
        mono
        id={controlId(target.path)}
        label={field.label}
        value={name}
        choices={choices}
        placeholder={t("Choose a secret")}
        none={t("No secret")}
        disabled={disabled}
        create={
          disabled
            ? undefined
            : {
                label: (typed) =>
                  slug(typed) ? t("Create secret {name}", { name: slug(typed) }) : t("Type a name to create a secret"),
                run: (typed) => {
                  const name = slug(typed);
                  if (!name) return;
                  bot.change(t("Create secret {name}", { name }), [
                    ...(choices.some((one) => one.value === name)
                      ? []
                      : [manifestEdit(bot, ["secrets", name], { note: "" })]),
                    { op: "field", flow: target.flow, node: target.node, path: target.path, value: { $secret: name } },
                  ]);
                },
              }
        }
        onChange={(name) => write(name === undefined ? undefined : { $secret: name })}
      />
      {unset && (
        <div className="flex items-center gap-1.5 text-xs text-warning">
          <KeyRound size={12} aria-hidden />
          <span className="flex-1">{t("This secret has no value yet.")}</span>
          {open && (
            <Button tone="quiet" className="h-6! px-1.5! text-xs!" onClick={open}>
              {t("Set it now")}
            </Button>
          )}
        </div>
      )}
    </>
  );
}

const slug = (typed: string) =>
  typed
    .trim()
    .toLowerCase()
    .replace(/\W+/g, "_")
    .replace(/^_+|_+$/g, "");

export function FlowEditor({ field, value, target, disabled, mixed }: EditorProps) {
  const bot = useOpenBot();
  const write = useWrite(field, target);
  const choices = useBot((bot) =>
    JSON.stringify(
      [...bot.mirror.flows.values()].map((flow) => ({
        value: flow.id,
        label: flow.name || flow.id,
        hint: flow.path.replace(/^flows\/|\.flow\.json$/g, ""),
      })),
    ),
  );
  const now = !mixed && typeof value === "string" ? value : undefined;
  const path = now === undefined ? undefined : bot.mirror.flowById(now)?.path;
  return (
    <>
      <Combo
        id={controlId(target.path)}
        label={field.label}
        value={now}
        choices={JSON.parse(choices)}
        {...(field.required ? {} : { none: t("None") })}
        placeholder={mixed ? t("Different values") : t("Choose a flow")}
        disabled={disabled}
        onChange={(value) => write(value)}
      />
      {path !== undefined && path !== target.flow && (
        <Button
          tone="quiet"
          icon={ExternalLink}
          className="h-6! self-start px-1.5! text-xs!"
          onClick={() => bot.view.show(path)}
        >
          {t("Open this flow")}
        </Button>
      )}
    </>
  );
}

const KINDS: Record<AssetKind, LucideIcon> = { photo: Image, video: Film, audio: AudioLines, document: File };

/** A file of the bot, an address, or a file that was sent before. */
export function AssetEditor(props: EditorProps) {
  const { value, target, disabled } = props;
  const write = useWrite(props.field, target);
  const used = useBot((bot) => JSON.stringify(assetsOf(bot)));
  const assets: string[] = JSON.parse(used);
  const now = plain(value);
  const kind = assetKind(now);
  const Icon = KINDS[kind];
  const kinds = { photo: t("Picture"), video: t("Video"), audio: t("Sound"), document: t("File") };
  const named = now !== "" && !now.includes("{{");
  return (
    <div className="flex flex-col gap-1">
      <TemplateEditor {...props} />
      {assets.length > 0 && !disabled && (
        <Combo
          label={t("Files of the bot")}
          value={assets.includes(now) ? now : undefined}
          choices={assets.map((path) => ({
            value: path,
            label: path.replace(/^assets\//, ""),
            hint: kinds[assetKind(path)],
          }))}
          placeholder={t("Choose a file of the bot")}
          onChange={(path) => path && write(path)}
        />
      )}
      {named && (
        <p className="flex items-center gap-1.5 text-xs text-ink-3">
          <Icon size={13} className="shrink-0" aria-hidden />
          <span className="min-w-0 truncate">
            {kinds[kind]} ·{" "}
            {now.startsWith("assets/")
              ? t("in the bot’s folder, not shown here")
              : /^https?:/.test(now)
                ? t("from the web, not loaded here")
                : t("by its id")}
          </span>
        </p>
      )}
    </div>
  );
}

/** The studio lists text files alone; other assets are known by who uses them. */
function assetsOf(bot: OpenBot): string[] {
  const found = new Set(bot.mirror.files.filter((path) => path.startsWith("assets/")));
  const look = (value: Value | undefined): void => {
    if (typeof value === "string") {
      if (/^assets\/[^{}\s]+\.\w+$/.test(value)) found.add(value);
    } else if (Array.isArray(value)) value.forEach(look);
    else if (isTable(value)) Object.values(value).forEach(look);
  };
  for (const flow of bot.mirror.flows.values()) for (const node of flow.nodes.values()) look(node.fields);
  return [...found].sort();
}

export function ColorEditor({ field, value, target, disabled, mixed }: EditorProps) {
  const write = useWrite(field, target);
  const draft = useDraft(plain(value), (text) => write(text.trim() === "" ? undefined : text.trim()));
  const color = /^#?[0-9a-f]{6}$/i.test(draft.value.trim()) ? `#${draft.value.trim().replace("#", "")}` : undefined;
  const wrong = draft.value.trim() !== "" && color === undefined;
  return (
    <>
      <div className="flex gap-1.5">
        <label
          className={cx(
            "relative size-7 shrink-0 overflow-hidden rounded-md border border-line-strong focus-within:outline-2 focus-within:outline-accent",
            disabled && "pointer-events-none opacity-60",
          )}
          style={{
            background: color ?? "repeating-conic-gradient(var(--line) 0% 25%, transparent 0% 50%) 0 0 / 8px 8px",
          }}
        >
          <input
            type="color"
            aria-label={t("Choose a colour")}
            className="absolute inset-0 size-full cursor-default opacity-0"
            value={color?.toLowerCase() ?? "#5865f2"}
            disabled={disabled}
            onChange={(event) => draft.onChange(event.target.value)}
            onFocus={draft.onFocus}
            onBlur={draft.onBlur}
          />
        </label>
        <TextInput
          mono
          id={controlId(target.path)}
          value={draft.value}
          placeholder={mixed ? t("Different values") : (field.placeholder ?? "")}
          readOnly={disabled}
          aria-invalid={wrong}
          onChange={(event) => draft.onChange(event.target.value)}
          onFocus={draft.onFocus}
          onBlur={draft.onBlur}
        />
      </div>
      {wrong && <p className="text-xs text-error">{t("Write a colour as #5865f2.")}</p>}
    </>
  );
}

/** A day and time or a time of day: chosen, or typed where it is worked out. */
export function TimeEditor(props: EditorProps & { kind: "clock" | "moment" }) {
  const { field, value, target, disabled, kind } = props;
  const write = useWrite(field, target);
  const now = plain(value);
  const form = kind === "clock" ? /^\d{1,2}:\d{2}$/ : /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/;
  const [typed, setTyped] = useState(now !== "" && !form.test(now));
  const draft = useDraft(now, (text) => write(text === "" && !field.required ? undefined : text));
  if (typed || (now !== "" && !form.test(now)))
    return (
      <>
        <TemplateEditor {...props} />
        {(now === "" || form.test(now)) && !disabled && (
          <Button tone="quiet" className="h-6! self-start px-1.5! text-xs!" onClick={() => setTyped(false)}>
            {t("Choose it")}
          </Button>
        )}
      </>
    );
  return (
    <div className="flex gap-1.5">
      <TextInput
        type={kind === "clock" ? "time" : "datetime-local"}
        id={controlId(target.path)}
        value={kind === "clock" ? draft.value.padStart(5, "0").replace(/^0+$/, "") : draft.value}
        readOnly={disabled}
        onChange={(event) => draft.onChange(event.target.value)}
        onFocus={draft.onFocus}
        onBlur={draft.onBlur}
      />
      {field.template && !disabled && (
        <Button tone="quiet" className="px-1.5! text-xs!" onClick={() => setTyped(true)}>
          {t("Work it out")}
        </Button>
      )}
    </div>
  );
}

export function ZoneEditor(props: EditorProps) {
  const { field, value, target, disabled, mixed } = props;
  const write = useWrite(field, target);
  const now = mixed ? undefined : plain(value ?? field.default) || undefined;
  const [zones] = useState(() => ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")]);
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (now?.includes("{{")) return <TemplateEditor {...props} />;
  return (
    <>
      <Combo
        free
        id={controlId(target.path)}
        label={field.label}
        value={now}
        choices={[...new Set([here, ...zones])].map((zone) => ({
          value: zone,
          label: zone.replaceAll("_", " "),
          hint: zone === here ? t("here") : "",
        }))}
        placeholder={mixed ? t("Different values") : t("Choose a time zone")}
        disabled={disabled}
        onChange={(zone) => write(zone)}
      />
      {now && !isZone(now) && <p className="text-xs text-error">{t("There is no such time zone.")}</p>}
    </>
  );
}
