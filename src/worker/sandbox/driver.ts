/**
 * The script that a build's shell runs: it takes commands from descriptor 3, evaluates each in itself, and says the
 * status on descriptor 4 (P3.13, P3.14).
 *
 * A command is data all the way: read from the descriptor, kept in a variable, given to `eval`; so an unclosed quote
 * or here-document of one can't swallow what comes after it. While it is evaluated, 3 and 4 are closed: a command
 * and what it starts see descriptors 0 to 2 only (P10.1). The driver's own steps run with standard error at
 * /dev/null, so that a build's `set -x` shows hardly more than the build's commands.
 *
 * Frames to the shell: `c<lines>` for a command or `q<lines>` for a question of ours, then that many lines.
 * Records from the shell, each ended by NUL: what a question prints, and `s<status>` at the end of every frame.
 */

/** What `ulimit` can hold back where there is no control group (P10.1). */
export const LIMITS = { fileBytes: 5 * 2 ** 30, openFiles: 65_536, processes: 4_096 } as const;

/**
 * @param stateFile where the shell leaves its folder and exported variables when it ends (P3.15)
 * @param bash bash counts file sizes in KiB, other shells in 512 bytes
 */
export function driverScript(stateFile: string, bash: boolean): string {
  const fileBlocks = LIMITS.fileBytes / (bash ? 1024 : 512);
  return `umask 022
{ ulimit -c 0; ulimit -f ${fileBlocks}; ulimit -n ${LIMITS.openFiles}; } 2>/dev/null
{ ulimit -u ${LIMITS.processes} || ulimit -p ${LIMITS.processes}; } 2>/dev/null
trap ${quote(`{ command printf '%s\\0' "$PWD"; command export -p; } >${quote(stateFile)} 2>/dev/null`)} EXIT
while { IFS= read -r millrace_frame <&3; } 2>/dev/null; do
{
IFS= read -r millrace_text <&3
millrace_lines=\${millrace_frame#?}
while [ "$millrace_lines" -gt 1 ]; do
IFS= read -r millrace_line <&3
millrace_text="$millrace_text
$millrace_line"
millrace_lines=$((millrace_lines-1))
done
case $millrace_frame in q*)
command eval "$millrace_text" >&4 3<&-
command printf 's%s\\0' "$?" >&4
continue
;; esac
} 2>/dev/null
command eval "$millrace_text" 3<&- 4>&-
{ command printf 's%s\\0' "$?" >&4; } 2>/dev/null
done
`;
}

/** A question that prints the shell's folder, and the commands that export its variables again (P3.24). */
export const askState = `command printf '%s\\0' "$PWD"\ncommand export -p\ncommand printf '\\0'`;

/** A question that prints `v<name>=<value>` for each of these variables that is set, exported or not (P3.12). */
export function askVariables(names: readonly string[]): string {
  return names
    .map((name) => `if [ -n "\${${name}+x}" ]; then command printf 'v${name}=%s\\0' "$${name}"; fi`)
    .concat(":")
    .join("\n");
}

export function frame(kind: "c" | "q", text: string): string {
  const lines = text.split("\n");
  return `${kind}${lines.length}\n${lines.join("\n")}\n`;
}

/** One word for a POSIX shell, whatever is in it. */
export function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
