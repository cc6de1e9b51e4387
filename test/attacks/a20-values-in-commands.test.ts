import { existsSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expandReferences } from "../../src/worker/builds/command-references.ts";
import { commands } from "../../src/worker/providers/commands.ts";
import { fakeJob, fakeTools } from "../worker/support/fake-tools.ts";
import { openSession } from "../worker/support/job-sandbox.ts";
import { tempFolder } from "../worker/support/temp-folder.ts";

const folder = await tempFolder();
const REFERENCE = "#{Source.CommitMessage}";

/** What each place prints of the value, with the value in place of `<v>`. */
const places: readonly [what: string, command: string, printed: string][] = [
  ["outside quotes", `printf %s ${REFERENCE}`, "<v>"],
  ["outside quotes, inside a word", `printf %s a=${REFERENCE}-b`, "a=<v>-b"],
  ["in double quotes", `printf %s "it is ${REFERENCE}!"`, "it is <v>!"],
  ["in single quotes", `printf %s 'it is ${REFERENCE}!'`, "it is <v>!"],
  ["in a command substitution", `printf %s "$(printf %s ${REFERENCE}; printf .)"`, "<v>."],
  [
    "in a command substitution, in quotes inside it",
    `printf %s "$(printf %s "${REFERENCE}"; printf .)"`,
    "<v>.",
  ],
  ["in a subshell", `(printf %s ${REFERENCE})`, "<v>"],
  ["in a here-document", `cat <<END\nsaid: ${REFERENCE}\nEND`, "said: <v>\n"],
  [
    "in a here-document without its tabs",
    `cat <<-END\n\tsaid: ${REFERENCE}\n\tEND\nprintf %s ${REFERENCE}`,
    "said: <v>\n<v>",
  ],
  [
    "behind a here-document with a quoted delimiter",
    `cat <<'END'\n'$x"\nEND\nprintf %s ${REFERENCE}`,
    "'$x\"\n<v>",
  ],
  ["behind an apostrophe in a comment", `: # it's nothing\nprintf %s ${REFERENCE}`, "<v>"],
  ["behind escaped quotes", `printf %s \\"\\'${REFERENCE}`, "\"'<v>"],
  ["in a default value", `printf %s "\${NOT_SET:-${REFERENCE}}"`, "<v>"],
  ["in a case", `case ${REFERENCE} in *) printf %s ${REFERENCE};; esac`, "<v>"],
  ["behind arithmetic", `printf %s $((1 + (2 * 3)))${REFERENCE}`, "7<v>"],
  ["as an argument of an inner shell", `sh -c 'printf "%s" "$1"' sh "${REFERENCE}"`, "<v>"],
  ["twice", `printf %s ${REFERENCE}${REFERENCE}`, "<v><v>"],
];

const nasty = [
  "; touch evil",
  "$(touch evil)",
  "`touch evil`",
  "' ; touch evil ; '",
  '" ; touch evil ; "',
  "a\nb\n\ttouch evil\n",
  "END\ntouch evil",
  "\\",
  "*",
  "-n",
  "$HOME ${",
  "%s%d",
  "",
  "#{Source.Other}",
  "grüße 日本 \u202e",
];

async function shell(program: string) {
  const session = await openSession(folder, { program });
  return async (command: string, value: string) => {
    const texts = [{ text: command, values: { [REFERENCE]: value } }];
    const expanded = expandReferences(texts, "a");
    for (const [name, text] of Object.entries(expanded.variables))
      await session.session.setVariable(name, text);
    const before = session.output().length;
    const status = await session.run(expanded.commands[0] ?? "");
    return {
      status,
      printed: session.output().slice(before),
      evil: existsSync(join(session.workDir, "output/evil")),
    };
  };
}

describe.each(["/bin/sh", "bash"])(
  "A20, E4.9, P4.2: a value in a command is never read as shell (%s)",
  (program) => {
    test.each(places)("%s", async (_what, command, printed) => {
      const run = await shell(program);
      for (const value of nasty) {
        expect(await run(command, value), value).toEqual({
          status: 0,
          printed: printed.replaceAll("<v>", () => value),
          evil: false,
        });
      }
    });

    test("any value, in any of these places", async () => {
      const run = await shell(program);
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...places),
          fc.string({ unit: fc.constantFrom(..."ab '\"`$(){};&|<>\\\n\t*?[]#!~=%-é") }),
          async ([, command, printed], value) => {
            expect(await run(command, value)).toEqual({
              status: 0,
              printed: printed.replaceAll("<v>", () => value),
              evil: false,
            });
          },
        ),
        { numRuns: 150 },
      );
    });
  },
);

test("P4.2 the action runs with its values in the environment, and says the command without them", async () => {
  const world = await fakeTools(folder);
  const job = fakeJob({
    commands: [{ text: `echo "${REFERENCE}"`, values: { [REFERENCE]: "$(touch evil); 'x'" } }],
  });
  expect((await commands.run(job, world.tools)).kind).toBe("done");
  expect(world.output()).toEqual(["$(touch evil); 'x'"]);
});

test("P4.6 in the action's environmentVariables a value is data for inner shells, too", async () => {
  const world = await fakeTools(folder);
  const value = "$(touch evil); 'x' \"y\"";
  const job = fakeJob({
    commands: [{ text: `sh -c 'echo "it is $NOTE"; ls'`, values: {} }],
    environmentVariables: [{ name: "NOTE", value }],
  });
  expect((await commands.run(job, world.tools)).kind).toBe("done");
  expect(world.output()).toEqual([`it is ${value}`]);
});

test.each([
  [`cat <<'END'\n${REFERENCE}\nEND`, "stands in a quoted here-document."],
  [`cat <<\\END\n${REFERENCE}\nEND`, "stands in a quoted here-document."],
  [`echo $((1 + ${REFERENCE}))`, "stands in an arithmetic expansion"],
])("P4.2 where no quoting helps, the action is refused: %j", (text, reason) => {
  expect(() => expandReferences([{ text, values: { [REFERENCE]: "a[$(touch evil)]" } }], "Build")).toThrow(
    `Variable reference ${REFERENCE} in a command of action 'Build' ${reason}`,
  );
});
