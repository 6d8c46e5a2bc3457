import { Command } from "cmdk";
import { Variable as VariableIcon } from "lucide-react";
import { useState } from "react";
import type { Named } from "../api";
import { Button, Dialog, TextInput, useOpenBot } from "../components";
import { variablesOf } from "../flow";
import { t } from "../words";

export type Variable = Extract<Named, { is: "variable" }>;

/** Gives a variable another name, wherever it is used. `of` is the one under the caret, if there was one. */
export function RenameVariable(props: { open: boolean; of: Variable | undefined; onClose(): void }) {
  return (
    <Dialog open={props.open} onClose={props.onClose} title={t("Rename a variable everywhere")} hideTitle top>
      {props.open && <Ask {...props} />}
    </Dialog>
  );
}

function Ask({ of, onClose }: { of: Variable | undefined; onClose(): void }) {
  const bot = useOpenBot();
  const [named, setNamed] = useState(of);
  const [name, setName] = useState(of?.name ?? "");
  const variables = variablesOf(bot.mirror);
  const choose = (scope: string, its: string) => {
    setNamed({ is: "variable", scope, name: its });
    setName(its);
  };
  if (!named) return <Which variables={variables} onChoose={choose} />;
  const to = name.trim();
  const taken = to !== named.name && variables.some((one) => one.scope === named.scope && one.name === to);
  const wrong = !/^[A-Za-z_]\w*$/.test(to)
    ? t("Letters, digits and _ only, not starting with a digit.")
    : taken
      ? t("Another variable has this name.")
      : undefined;
  return (
    <form
      className="flex flex-col gap-2 p-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (wrong) return;
        onClose();
        if (to !== named.name)
          bot.act(t("Rename variable"), { act: "rename_variable", scope: named.scope, from: named.name, to });
      }}
    >
      <label htmlFor="variable-name" className="text-sm font-medium text-ink-2">
        {t("New name of {name}", { name: `${named.scope}.${named.name}` })}
      </label>
      <span className="flex gap-2">
        <TextInput
          mono
          id="variable-name"
          value={name}
          autoFocus
          aria-invalid={wrong !== undefined}
          aria-describedby="variable-wrong"
          onFocus={(event) => event.currentTarget.select()}
          onChange={(event) => setName(event.target.value)}
        />
        <Button type="submit" tone="primary" disabled={wrong !== undefined}>
          {t("Rename")}
        </Button>
      </span>
      <p id="variable-wrong" role="status" className="min-h-4 text-xs text-error">
        {wrong}
      </p>
    </form>
  );
}

function Which(props: { variables: ReturnType<typeof variablesOf>; onChoose(scope: string, name: string): void }) {
  const heading = t("Which variable?");
  return (
    <Command loop label={heading} className="flex min-h-0 flex-col">
      <Command.Input
        placeholder={heading}
        className="h-11 shrink-0 border-b border-line bg-transparent px-4 text-md outline-none"
      />
      <Command.List className="max-h-96 min-h-0 overflow-y-auto p-1.5">
        <Command.Empty className="py-8 text-center text-sm text-ink-3">{t("Nothing found")}</Command.Empty>
        {props.variables.map(({ scope, name }) => (
          <Command.Item
            key={`${scope}.${name}`}
            value={`${scope}.${name}`}
            className="flex h-8 items-center gap-2.5 rounded-md px-2 text-sm data-[selected=true]:bg-hover"
            onSelect={() => props.onChoose(scope, name)}
          >
            <VariableIcon size={14} className="text-ink-3" aria-hidden />
            {scope}.{name}
          </Command.Item>
        ))}
      </Command.List>
    </Command>
  );
}
