/** What stands for the images of builds (P2.8): settings `images.<name or glob>`. */

const PREFIX = "images.";
/** The map's value for the worker's own host. */
export const HOST = "host";

/**
 * What an image is mapped to: `host`, or the name of another image; undefined where nothing is said of it. Its own name
 * goes before globs, a longer glob before a shorter one.
 *
 * @param settings those of the job, of any kind
 */
export function mappedImage(image: string, settings: Readonly<Record<string, string>>): string | undefined {
  const globs = Object.keys(settings)
    .filter((name) => name.startsWith(PREFIX))
    .map((name) => name.slice(PREFIX.length));
  const fitting = globs.filter((glob) => matches(image, glob)).sort((a, b) => b.length - a.length);
  const chosen = fitting.includes(image) ? image : fitting[0];
  return chosen === undefined ? undefined : settings[PREFIX + chosen];
}

/** `*` is any text, slashes too, and `?` any character. */
function matches(image: string, glob: string): boolean {
  const [first = "", ...others] = glob.split("*");
  const last = others.pop();
  if (last === undefined) return fits(image, glob, 0) && image.length === glob.length;
  if (!fits(image, first, 0)) return false;
  // The first place that a part fits in leaves the most to the next: none need be tried again.
  let at = first.length;
  for (const part of others) {
    while (at <= image.length && !fits(image, part, at)) at += 1;
    at += part.length;
  }
  const end = image.length - last.length;
  return end >= at && fits(image, last, end);
}

function fits(text: string, part: string, at: number): boolean {
  if (at + part.length > text.length) return false;
  return Array.from({ length: part.length }, (_, index) => index).every(
    (index) => part[index] === "?" || part[index] === text[at + index],
  );
}
